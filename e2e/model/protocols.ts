import type { Protocol } from './answer.ts'
import { anthropic } from './anthropic.ts'
import { chat } from './chat.ts'
import { gemini } from './gemini.ts'
import { responses } from './responses.ts'

export const PROTOCOLS: readonly Protocol[] = [anthropic, responses, chat, gemini]
