import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { copilot } from './copilot.ts'
import type { Driver } from './driver.ts'
import { gemini } from './gemini.ts'
import { opencode } from './opencode.ts'

/** Agents that can be run by themselves. Each hands its work on to the next, the last to the first. */
export const DRIVERS: readonly Driver[] = [claudeCode, codex, gemini, opencode, copilot]
