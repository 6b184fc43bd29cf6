import { claudeCode } from './claude-code/index.ts'
import { codex } from './codex/index.ts'
import { copilot } from './copilot/index.ts'
import { cursor } from './cursor/index.ts'
import { gemini } from './gemini/index.ts'
import { kept } from './kept.ts'
import { opencode } from './opencode/index.ts'
import type { Source } from './source.ts'

/** Agents whose transcripts we read, one line each. Names, filters and docs are read from this list. */
export const SOURCES: readonly Source[] = [claudeCode, codex, copilot, cursor, gemini, opencode]

/** What archived transcripts are read back with: agents' sources, and what programs keep here themselves. */
export const READERS: readonly Source[] = [...SOURCES, kept]
