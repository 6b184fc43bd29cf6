import { isInDatabase } from '../domain/transcript.ts'
import type { Store } from '../stores/store.ts'
import type { KnownTranscript, SourceDatabase } from '../stores/transcript-store.ts'

/**
 * The databases that discovery asks about, and which of them need not be opened: those that are as they were when all of
 * their agent's transcripts had been read.
 */
export class SeenDatabases {
  readonly #known: Map<string, string>
  readonly #opened = new Map<string, SourceDatabase>()
  readonly #passedOver = new Set<string>()
  readonly #behind = new Set<string>()

  constructor(known: readonly SourceDatabase[]) {
    this.#known = new Map(known.map(({ agent, path, state }) => [`${agent}\0${path}`, state]))
  }

  /** See `Env.isSettled`. */
  isSettled(database: SourceDatabase): boolean {
    const { agent, path, state } = database
    if (this.#known.get(`${agent}\0${path}`) === state) {
      this.#passedOver.add(path)
      return true
    }
    this.#opened.set(path, database)
    return false
  }

  /** Something of this agent is not read as it stands now: the next scan looks again. */
  noteBehind(agent: string): void {
    this.#behind.add(agent)
  }

  /** What lies in a database that cannot be read now is not gone. */
  noteProblem(agent: string, path: string): void {
    if (!this.#opened.has(path)) return
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

  async save(store: Store): Promise<void> {
    const settled = [...this.#opened.values()].filter(({ agent }) => !this.#behind.has(agent))
    if (settled.length > 0) await store.transcripts.noteDatabases(settled)
  }
}
