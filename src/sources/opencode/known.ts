import { countUnknown, type Json } from '../record.ts'
import type { Batch } from '../batch.ts'

/** Parts that are no part of the conversation: steps and snapshots, mentions, the mark that a compaction was asked for. */
export const QUIET_PARTS: ReadonlySet<string> = new Set([
  'step-start',
  'step-finish',
  'snapshot',
  'patch',
  'agent',
  'compaction',
])

const FIELDS: Readonly<Record<'message' | 'part', ReadonlySet<string>>> = {
  message: new Set(
    `agent cost error finish format id mode model modelID parentID path providerID role sessionID structured summary system
    time tokens tools variant`.split(/\s+/),
  ),
  part: new Set(
    `agent attempt auto callID command cost description error filename files hash id ignored messageID metadata mime model name
    overflow prompt reason sessionID snapshot source state synthetic tail_start_id text time tokens tool type url`.split(
      /\s+/,
    ),
  ),
}

/** Counts fields that this parser does not know, by name. */
export function countUnknownFields(row: 'message' | 'part', data: Json, batch: Batch): void {
  for (const field of Object.keys(data)) if (!FIELDS[row].has(field)) countUnknown(batch, `${row}.`, field)
}
