import type { SessionView } from '../session-view.ts'
import { sourceOf } from '../filter.ts'

/** A session as the older tools answer it; the fields after `compact_markdown` are ours. */
export function sessionFields(session: SessionView) {
  return {
    id: session.id,
    status: statusOf(session),
    source: sourceOf(session.agent),
    project_id: session.projectId,
    title: session.title,
    created_at: session.startedAt,
    updated_at: session.lastActivityAt,
    git_branch: session.gitBranch,
    parent_session_id: session.parentId,
    relation: session.relation,
    summary_markdown: session.summaryMarkdown,
    compact_markdown: session.compactMarkdown,
    key: session.key,
    ref: session.ref,
    external_id: session.externalId,
    project: session.project,
    message_count: session.messageCount,
    cost_microdollars: session.usage.costMicrodollars,
  }
}

/** Two of the older statuses are flags of ours: a session that is put away, and one that waits to be taken over. */
function statusOf({ status, archivedAt, handoffReady }: SessionView): string {
  if (archivedAt !== null) return 'archived'
  return handoffReady ? 'handoff_ready' : status
}
