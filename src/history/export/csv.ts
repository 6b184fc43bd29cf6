import { csvLine } from '../../domain/csv.ts'
import type { Session } from '../../domain/session.ts'

const COLUMNS: readonly [string, (session: Session) => string | number | null][] = [
  ['key', ({ key }) => key],
  ['ref', ({ ref }) => ref],
  ['id', ({ id }) => id],
  ['agent', ({ agent }) => agent],
  ['project', ({ project }) => project],
  ['branch', ({ gitBranch }) => gitBranch],
  ['title', ({ title }) => title],
  ['status', ({ status }) => status],
  ['tags', ({ tags }) => tags.join(' ')],
  ['started_at', ({ startedAt }) => startedAt],
  ['last_activity_at', ({ lastActivityAt }) => lastActivityAt],
  ['active_ms', ({ activeMs }) => activeMs],
  ['wall_ms', ({ wallMs }) => wallMs],
  ['messages', ({ messageCount }) => messageCount],
  ['calls', ({ invocationCount }) => invocationCount],
  ['failed', ({ failedCount }) => failedCount],
  ['input_tokens', ({ usage }) => usage.inputTokens],
  ['output_tokens', ({ usage }) => usage.outputTokens],
  ['cache_read_tokens', ({ usage }) => usage.cacheReadTokens],
  ['cache_write_tokens', ({ usage }) => usage.cacheWriteTokens],
  ['cost_microdollars', ({ usage }) => (usage.responses === 0 ? null : usage.costMicrodollars)],
  ['unpriced_tokens', ({ usage }) => usage.unpricedTokens],
]

/** A list of sessions for a spreadsheet: a line each. */
export async function* csvPieces(sessions: Iterable<Session>): AsyncGenerator<string> {
  yield csvLine(COLUMNS.map(([name]) => name))
  for (const session of sessions) yield csvLine(COLUMNS.map(([, value]) => value(session)))
}
