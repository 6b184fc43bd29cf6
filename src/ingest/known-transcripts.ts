import type { KnownTranscript } from '../stores/transcript-store.ts'

/** What the store knows, and what of it discovery has met. There may be 100,000: a path is looked up once. */
export class KnownTranscripts {
  readonly all: readonly KnownTranscript[]
  readonly #places = new Map<string, number>()
  readonly #met: Uint8Array
  readonly #new = new Set<string>()

  constructor(all: readonly KnownTranscript[]) {
    this.all = all
    this.#met = new Uint8Array(all.length)
    for (const [place, { path }] of all.entries()) this.#places.set(path, place)
  }

  /** Notes that a transcript is there. @returns what is known of it */
  meet(path: string): KnownTranscript | 'new' | 'again' {
    const place = this.#places.get(path)
    if (place === undefined) {
      if (this.#new.has(path)) return 'again'
      this.#new.add(path)
      return 'new'
    }
    if (this.#met[place] === 1) return 'again'
    this.#met[place] = 1
    return this.all[place]!
  }

  notMet(): KnownTranscript[] {
    return this.all.filter((_, place) => this.#met[place] === 0)
  }
}
