import { existsSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConversation } from './conversation.ts'
import { scanInChild } from './product.ts'
import { seededRandom, type Random } from './random.ts'
import { createVocabulary, type Vocabulary } from './vocabulary.ts'

const SESSIONS = 100_000
/** About ten records. */
const SESSION_BYTES = 12_000
const LONG_RECORDS = 50_000
const PROJECTS = ['tidewatch', 'harbour-api', 'ledger', 'almanac', 'beacon-web', 'swell', 'lagoon-cli', 'buoy']
const FIRST_MS = Date.parse('2026-06-01T08:00:00Z')
const DAYS = 170

/** A home with a hundred thousand sessions of some ten records and one of fifty thousand, and the data folder that read it. */
export interface ManySessions {
  home: string
  data: string
  /** The agent's own id of the long session. */
  longSession: string
}

/**
 * Makes such a home and scans it, in a quarter of an hour; it is kept, and whoever opens it brings it to a new schema.
 *
 * @param sessions how many short ones; fewer for a look at how things grow
 */
export async function manySessions(kept: string, sessions = SESSIONS): Promise<ManySessions> {
  const home = join(kept, `sessions-${sessions}`)
  const random = seededRandom(7)
  const longSession = random.uuid()
  if (!existsSync(home)) {
    const draft = `${home}.draft`
    rmSync(draft, { recursive: true, force: true })
    writeHome(draft, sessions, random, longSession)
    renameSync(draft, home)
  }
  const data = `${home}-data`
  if (!existsSync(data)) {
    const draft = `${data}.draft`
    rmSync(draft, { recursive: true, force: true })
    await scanInChild(home, draft)
    renameSync(draft, data)
  }
  return { home, data, longSession }
}

function writeHome(home: string, sessions: number, random: Random, longSession: string): void {
  const vocabulary = createVocabulary(random)
  for (const project of PROJECTS) mkdirSync(folderOf(home, project), { recursive: true })
  for (let n = 0; n < sessions; n++) {
    const project = PROJECTS[n % PROJECTS.length]!
    const startMs = FIRST_MS + Math.floor((n / sessions) * DAYS * 86_400_000)
    const session = random.uuid()
    const shape = { random, vocabulary, session, cwd: `/home/ada/${project}`, startMs, bytes: SESSION_BYTES }
    const { lines, endMs } = createConversation(shape)
    put(join(folderOf(home, project), `${session}.jsonl`), lines, endMs)
  }
  writeLong(join(folderOf(home, PROJECTS[0]!), `${longSession}.jsonl`), random, vocabulary, longSession)
}

function writeLong(path: string, random: Random, vocabulary: Vocabulary, session: string): void {
  const lines: string[] = []
  let startMs = FIRST_MS + (DAYS - 20) * 86_400_000
  while (lines.length < LONG_RECORDS) {
    const shape = { random, vocabulary, session, cwd: '/home/ada/tidewatch', startMs, bytes: 25_000 }
    const part = createConversation(shape)
    lines.push(...part.lines)
    startMs = part.endMs
  }
  put(path, lines, startMs)
}

function folderOf(home: string, project: string): string {
  return join(home, '.claude', 'projects', `-home-ada-${project}`)
}

function put(path: string, lines: readonly string[], endMs: number): void {
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })
  utimesSync(path, endMs / 1000, endMs / 1000)
}
