import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { seededRandom } from '../random.ts'
import { createVocabulary } from '../vocabulary.ts'
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { copilot } from './copilot.ts'
import { gemini } from './gemini.ts'
import { opencode } from './opencode.ts'
import { talk, type Turn } from './talk.ts'

/** A home folder that is being filled. */
export interface AgentHome {
  /** Where this lies below the home folder, in a folder that is there. */
  path(name: string): string
  /** Writes lines to a file below the home folder. */
  file(name: string, lines: string[]): void
}

/** Writes one session as its agent would have. */
export type AgentWriter = (home: AgentHome, session: string, turns: Turn[]) => void

/** All write down the same conversations; the first is what the others are compared with. */
export const AGENTS: Record<string, AgentWriter> = { 'claude-code': claudeCode, codex, copilot, gemini, opencode }

const FIRST_DAY = Date.parse('2026-06-01T08:00:00Z')
const SESSION_BYTES = 150_000

/** Makes a home folder with one agent's history of about so many bytes, or takes the one that is there. */
export function generateAgentHistory(folder: string, agent: string, bytes: number): string {
  const home = join(folder, `history-${agent}-${Math.round(bytes / 1e6)}mb`)
  if (existsSync(home)) return home
  const draft = `${home}.draft`
  rmSync(draft, { recursive: true, force: true })
  const path = (name: string): string => {
    mkdirSync(dirname(join(draft, name)), { recursive: true })
    return join(draft, name)
  }
  const file = (name: string, lines: string[]): void => writeFileSync(path(name), `${lines.join('\n')}\n`)
  const random = seededRandom(5)
  const vocabulary = createVocabulary(random)
  for (let n = 0; n * SESSION_BYTES < bytes; n++) {
    const startMs = FIRST_DAY + n * 3 * 3_600_000
    AGENTS[agent]!({ path, file }, random.uuid(), talk(random, vocabulary, startMs, SESSION_BYTES))
  }
  renameSync(draft, home)
  return home
}
