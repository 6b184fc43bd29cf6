import { claudeCode } from './claude-code/index.ts'
import { codex } from './codex/index.ts'
import { copilot } from './copilot/index.ts'
import { gemini } from './gemini/index.ts'
import { opencode } from './opencode/index.ts'
import type { Source } from './source.ts'

/** Agents whose transcripts we read, one line each. Names, filters and docs are read from this list. */
export const SOURCES: readonly Source[] = [claudeCode, codex, copilot, gemini, opencode]
