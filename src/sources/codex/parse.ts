import type { LineParser, RecordPlace } from '../line-parser.ts'
import { recordTime } from '../record-time.ts'
import { addProblem, asText, countUnknown } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import { unwrap } from './envelope.ts'
import type { Line } from './envelope.ts'
import { parseEvent } from './events.ts'
import { recordId } from './identity.ts'
import { addEntry, parseItem } from './items.ts'
import { parseMeta, parseTurnContext } from './meta.ts'
import { initialState } from './state.ts'
import type { State } from './state.ts'
import { parseUsageRecord } from './usage.ts'

/**
 * Stands in where a rollout has not shown a single good time yet: the day Codex CLI was first published (2025-04-16), so
 * that such entries sort before all others and the choice is the same at every reading.
 */
const UNDATED_MS = Date.UTC(2025, 3, 16)

/**
 * The parser of Codex's rollouts, all generations.
 *
 * @param nowMs when this reading began: records from later than the next day have a broken clock
 * @see README.md for the format and how we know it
 */
export function codexParser(nowMs: number): LineParser<State> {
  return {
    initial: initialState,
    parse(state, record, place, batch) {
      const line = unwrap(record)
      if (line === undefined) addProblem(batch, place.line, 'a record without a type')
      else parseLine(state, line, place, batch, nowMs)
    },
  }
}

/** State and counters of the client: archived, no part of the timeline. */
const QUIET = new Set(['world_state', 'inter_agent_communication_metadata', 'state', 'session_state'])

function parseLine(state: State, line: Line, place: RecordPlace, batch: Batch, nowMs: number): void {
  const { payload } = line
  const atMs = recordTime(state, line.timestamp, nowMs, UNDATED_MS, batch)
  switch (line.type) {
    case 'session_meta':
      return parseMeta(state, payload, line.timestamp, nowMs, place, batch)
    case 'turn_context':
      return parseTurnContext(state, payload, batch)
    case 'response_item':
      return parseItem(state, payload, place, atMs, batch)
    case 'event_msg':
      return parseEvent(state, payload, place, atMs, batch)
    case 'token_usage_record':
      return parseUsageRecord(state, payload, place, atMs, batch)
    case 'compacted':
      return parseCompacted(state, payload, place, atMs, batch)
    default:
      if (!QUIET.has(line.type)) countUnknown(batch, 'type:', line.type)
  }
}

/** A compaction. The history it lists is that of before, written once more for the next resume. */
function parseCompacted(state: State, payload: Json, place: RecordPlace, atMs: number, batch: Batch): void {
  const id = recordId(
    state,
    { id: payload.compaction_response_id ?? payload.window_id },
    'compacted',
    asText(payload.message) ?? '',
  )
  addEntry(state, id, 'compaction', 'system', place, atMs, batch, false)
}
