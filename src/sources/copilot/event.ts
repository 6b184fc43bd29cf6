import type { RecordPlace } from '../line-parser.ts'
import { asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'

/** One line of `events.jsonl`: an envelope that all types share, and `data` that differs by type. */
export interface Event {
  type: string
  record: number
  line: number
  /** The event's id, the same in every copy of it. */
  recordId: string
  atMs: number
  /** Bits of `ENTRY_FLAG` that come from the envelope: inside a subagent. */
  flags: number
  data: Json
}

/** Ids shorter than this are hand-made counters, which other sessions use too. */
const UNIQUE_LENGTH = 16

export function eventId(record: Json, session: string, place: RecordPlace): string {
  const id = asText(record.id)
  return id !== undefined && id.length >= UNIQUE_LENGTH && !id.includes(' ') ? id : `${session}:${place.lineId()}`
}

export function eventData(record: Json): Json | undefined {
  return asObject(record.data)
}
