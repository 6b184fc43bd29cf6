import type { TranscriptRef } from '../sources/source.ts'

/** So many transcripts are known by path between scans; a change of another is found by a scan. */
const MOST = 500

/** The newest of many transcripts. The others are neither kept nor sorted: there may be 100,000. */
export class NewestTranscripts {
  #kept: TranscriptRef[] = []
  #oldestMs = -Infinity

  add(ref: TranscriptRef): void {
    if (ref.file.modifiedAtMs <= this.#oldestMs) return
    this.#kept.push(ref)
    if (this.#kept.length === 2 * MOST) this.#cut()
  }

  /** Newest first. */
  list(): TranscriptRef[] {
    this.#cut()
    return this.#kept
  }

  #cut(): void {
    this.#kept.sort((a, b) => b.file.modifiedAtMs - a.file.modifiedAtMs)
    this.#kept.length = Math.min(MOST, this.#kept.length)
    if (this.#kept.length === MOST) this.#oldestMs = this.#kept.at(-1)!.file.modifiedAtMs
  }
}
