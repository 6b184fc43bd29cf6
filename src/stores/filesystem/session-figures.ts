import type { Store } from '../store.ts'
import type { FileRecord } from './records.ts'

/**
 * What `metadata.json` says beside a session's own fields, for those who read files: sums, of which the files are no
 * source.
 */
export async function sessionFigures(view: Store, id: string): Promise<FileRecord> {
  const session = await view.sessions.get(id)
  const { inputTokens: input, outputTokens: output, costMicrodollars } = session.usage
  return {
    updated_at: session.lastActivityAt,
    message_count: session.messageCount,
    total_invocations: session.invocationCount,
    total_duration_ms: session.toolMs,
    tools_used: await view.invocations.toolsUsed({ sessionId: id }),
    estimated_cost: (costMicrodollars ?? 0) / 1_000_000,
    token_usage: { input, output },
  }
}
