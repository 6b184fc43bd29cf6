import { isAscii } from 'node:buffer'
import { decompress, release, splitRecords } from '../archive/frames.ts'
import { RECORD_END } from '../domain/record-end.ts'
import type { PlainFrame } from '../stores/archive-store.ts'
import type { Store } from '../stores/store.ts'

/** One frame of the archive, decompressed and cut into its records. */
export class Frame {
  readonly transcriptId: number
  readonly firstRecord: number
  readonly recordCount: number
  readonly #bytes: Buffer
  readonly #ascii: boolean
  readonly #places: [number, number][]
  readonly #parsed: unknown[] = []

  constructor(stored: PlainFrame) {
    this.transcriptId = stored.transcriptId
    this.firstRecord = stored.firstRecord
    this.recordCount = stored.recordCount
    this.#bytes = decompress(stored.data)
    this.#ascii = isAscii(this.#bytes)
    this.#places = splitRecords(this.#bytes, stored.recordCount)
  }

  get sizeBytes(): number {
    return this.#bytes.length
  }

  /** Holds nothing from now on. */
  release(): void {
    release(this.#bytes)
  }

  holds(record: number): boolean {
    return record >= this.firstRecord && record < this.firstRecord + this.recordCount
  }

  /** The record's redacted bytes with its line end, blobs left out. */
  bytes(record: number): Buffer {
    return this.#bytes.subarray(...(this.#places[record - this.firstRecord] ?? [0, 0]))
  }

  /** The record as JSON says it; `undefined` for a line that is none. Read once, then kept. */
  value(record: number): unknown {
    const i = record - this.firstRecord
    if (i in this.#parsed) return this.#parsed[i]
    const value = this.read(record)
    this.#parsed[i] = value
    return value
  }

  /** As `value`, keeping nothing. */
  read(record: number): unknown {
    const bytes = this.bytes(record)
    const end = bytes.at(-1) === RECORD_END ? bytes.length - 1 : bytes.length
    const text = bytes.toString(this.#ascii ? 'latin1' : 'utf8', 0, end)
    try {
      return JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text)
    } catch {
      return undefined
    }
  }
}

/** Frames kept while they are of use: a page of hits or of a session reads the same few again and again. */
export class FrameCache {
  readonly #store: Store
  readonly #maxBytes: number
  /** Least recently used first. */
  readonly #frames = new Map<string, Frame>()
  readonly #byTranscript = new Map<number, Set<Frame>>()
  #bytes = 0
  #last: Frame | undefined

  constructor(store: Store, maxBytes = 32 * 1024 * 1024) {
    this.#store = store
    this.#maxBytes = maxBytes
  }

  get sizeBytes(): number {
    return this.#bytes
  }

  /** A record as JSON says it; `undefined` when the archive has none, it was too large to be read or is no JSON. */
  async value(transcriptId: number, record: number): Promise<unknown> {
    const known = this.find(transcriptId, record)
    if (known) return known.value(record)
    const stored = await this.#store.archive.frameOf(transcriptId, record)
    if (!stored) return undefined
    const frame = new Frame(stored)
    // First, for what is read beside this may push it out.
    const value = frame.value(record)
    this.#keep(frame)
    return value
  }

  /** The frame that holds a record, if it is here: to be looked at before anything else is waited for. */
  find(transcriptId: number, record: number): Frame | undefined {
    const last = this.#last
    if (last?.transcriptId === transcriptId && last.holds(record)) return last
    for (const frame of this.#byTranscript.get(transcriptId) ?? []) {
      if (!frame.holds(record)) continue
      this.#frames.delete(key(frame))
      this.#frames.set(key(frame), frame)
      this.#last = frame
      return frame
    }
    return undefined
  }

  clear(): void {
    for (const frame of this.#frames.values()) this.#drop(frame)
    this.#last = undefined
  }

  #keep(frame: Frame): void {
    const before = this.#frames.get(key(frame))
    if (before) this.#drop(before)
    this.#frames.set(key(frame), frame)
    const siblings = this.#byTranscript.get(frame.transcriptId)
    if (siblings) siblings.add(frame)
    else this.#byTranscript.set(frame.transcriptId, new Set([frame]))
    this.#bytes += weight(frame)
    this.#last = frame
    for (const oldest of this.#frames.values()) {
      if (this.#bytes <= this.#maxBytes || oldest === frame) break
      this.#drop(oldest)
    }
  }

  #drop(frame: Frame): void {
    this.#frames.delete(key(frame))
    const siblings = this.#byTranscript.get(frame.transcriptId)
    siblings?.delete(frame)
    if (siblings?.size === 0) this.#byTranscript.delete(frame.transcriptId)
    this.#bytes -= weight(frame)
    frame.release()
  }
}

function key(frame: Frame): string {
  return `${frame.transcriptId}:${frame.firstRecord}`
}

/** Its bytes, and what its records take once they were read: about as much again. */
function weight(frame: Frame): number {
  return 2 * frame.sizeBytes
}
