import type { RowParser } from '../rows.ts'
import { goodTime } from '../record-time.ts'
import { addProblem, asText } from '../record.ts'
import type { Json } from '../record.ts'
import { openRequests, rowTime } from './ledger.ts'
import { UNDATED_MS } from './parse.ts'
import { readCounts } from './usage.ts'

/** What is remembered between rows. */
interface State {
  session: string
}

/**
 * Rows of `session-store.db`: a request each. Those that the events tell of as well (`told`) are kept and do not count; what
 * is left are the requests of runs that were never closed.
 * @see README.md#the-ledger
 */
export function ledgerParser(nowMs: number): RowParser<State> {
  return {
    initial: (ref) => ({ session: ref.sessionExternalId ?? ref.externalId }),
    open: (ref) => openRequests(ref, nowMs),
    parse({ session }, row, place, batch) {
      batch.facts.sessionExternalId = session
      if (row.type === 'ledger') {
        const cwd = asText(row.cwd)
        if (cwd !== undefined) batch.facts.cwd = cwd
        return
      }
      if (row.type !== 'request') return addProblem(batch, place.line, 'a row that is no request')
      if (row.told !== null) return
      const { counts, sound } = readCounts(asUsage(row))
      if (!sound) addProblem(batch, place.line, 'a token count is missing or not a whole number: read as 0')
      const createdAt = asText(row.created_at)
      batch.usage.push({
        record: place.record,
        line: place.line,
        atMs: goodTime(rowTime(createdAt), nowMs) ?? UNDATED_MS,
        model: asText(row.model) ?? 'unknown',
        // Row numbers begin anew when the agent makes its database anew; times do not.
        responseId: `request:${session}:${String(row.id)}:${createdAt ?? ''}`,
        sidechain: (asText(row.agent_id) ?? asText(row.parent_tool_call_id)) !== undefined,
        lines: 1,
        ...counts,
      })
    },
  }
}

function asUsage(row: Json): Json {
  return {
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cacheReadTokens: row.cache_read_tokens,
    cacheWriteTokens: row.cache_write_tokens,
    reasoningTokens: row.reasoning_tokens,
  }
}
