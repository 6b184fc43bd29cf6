import { isInDatabase } from '../domain/transcript.ts'
import type { Store } from '../stores/store.ts'
import type { KnownTranscript, SourceDatabase } from '../stores/transcript-store.ts'

/** Databases that discovery asked about. */
export interface AskedDatabases {
  all: SourceDatabase[]
  /** Those that were opened: not as they were when all in them had been read. */
  opened: SourceDatabase[]
  /** Agents of whom something is not read as it stands now. */
  behind: Set<string>
}

/**
 * The databases that discovery asks about, and which of them need not be opened: those that are as they were when all of
 * their agent's transcripts had been read.
 */
export class SeenDatabases {
  readonly #known: Map<string, string>
  readonly #passedOver = new Set<string>()
  readonly asked: AskedDatabases = { all: [], opened: [], behind: new Set() }

  constructor(known: readonly SourceDatabase[]) {
    this.#known = new Map(known.map(({ agent, path, state }) => [`${agent}\0${path}`, state]))
  }

  /** See `Env.isSettled`. */
  isSettled(database: SourceDatabase): boolean {
    const { agent, path, state } = database
    this.asked.all.push(database)
    if (this.#known.get(`${agent}\0${path}`) === state) {
      this.#passedOver.add(path)
      return true
    }
    this.asked.opened.push(database)
    return false
  }

  /** Something of this agent is not read as it stands now: the next scan looks again. */
  noteBehind(agent: string): void {
    this.asked.behind.add(agent)
  }

  /** What lies in a database that cannot be read now is not gone. */
  noteProblem(agent: string, path: string): void {
    if (!this.asked.opened.some((opened) => opened.path === path)) return
    this.#passedOver.add(path)
    this.noteBehind(agent)
  }

  /** True for transcripts of databases that were passed over: they are there, though nobody listed them. */
  covers(path: string): boolean {
    for (const database of this.#passedOver) if (isInDatabase(path, database)) return true
    return false
  }

  /** Of these transcripts those that nobody listed because their database was passed over. */
  unlisted(known: Iterable<KnownTranscript>, agent: string): KnownTranscript[] {
    if (this.#passedOver.size === 0) return []
    return [...known].filter((one) => one.agent === agent && !one.gone && this.covers(one.path))
  }
}

/** Notes databases as they are now, where all in them has been read. */
export async function noteRead({ transcripts }: Store, { opened, behind }: AskedDatabases): Promise<void> {
  const settled = opened.filter(({ agent }) => !behind.has(agent))
  if (settled.length > 0) await transcripts.noteDatabases(settled)
}
