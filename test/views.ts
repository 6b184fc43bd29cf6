import type { Store } from '../src/stores/store.ts'

/** What every view shows, without the ids and places of one reading: two readings of one history are equal in it. */
export interface Views {
  usage: unknown
  models: unknown[]
  sessions: Record<string, unknown>[]
}

const ALL = { limit: 100_000 }

export async function viewsOf(store: Store): Promise<Views> {
  const { items } = await store.sessions.list({}, { limit: 1000 })
  const names = new Map(items.map(({ id, agent, externalId }) => [id, `${agent} ${externalId}`]))
  const sessions: Record<string, unknown>[] = []
  for (const session of items) {
    const { id, agentVersion, cwd, gitBranch, parentId, relation, title, titleSource, usage } = session
    const { activeMs, failedCount, invocationCount, messageCount, subagentCount, toolMs, wallMs } = session
    sessions.push({
      name: names.get(id),
      facts: { agentVersion, cwd, gitBranch, title, titleSource, relation, parent: parentId && names.get(parentId) },
      times: { startedAt: session.startedAt, lastActivityAt: session.lastActivityAt, activeMs, toolMs, wallMs },
      counts: { messageCount, invocationCount, failedCount, subagentCount },
      usage,
      ...(await contents(store, id)),
    })
  }
  sessions.sort((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1))
  return { usage: await store.usage.total({}), models: await store.usage.by('model', {}), sessions }
}

async function contents(store: Store, sessionId: string): Promise<Record<string, unknown>> {
  const everything = { sessionId, includeSidechain: true, includeInjected: true, includeMeta: true }
  const entries = (await store.entries.list(everything, ALL)).items
  const plans = await store.entries.plans(entries.filter(({ type }) => type === 'plan').map(({ rowId }) => rowId))
  const calls = (await store.invocations.list({ sessionId }, ALL)).items
  const changes = (await store.files.list({ sessionId }, ALL)).items
  const commits = (await store.files.commits({ sessionId }, ALL)).items
  return {
    entries: told(
      entries.map(({ rowId, atMs, type, role, flags, tool }) => [atMs, type, role, flags, tool, plans.get(rowId)]),
    ),
    calls: told(
      calls.map(({ tool, server, kind, subject, startedAt, durationMs, outcome, exitCode }) => [
        startedAt,
        tool,
        server,
        kind,
        subject,
        durationMs,
        outcome,
        exitCode,
      ]),
    ),
    changes: told(
      changes.map(({ path, kind, changes, linesAdded, linesRemoved, lastAt }) => [
        path,
        kind,
        changes,
        linesAdded,
        linesRemoved,
        lastAt,
      ]),
    ),
    commits: told(commits.map(({ hash, subject, branch, at }) => [hash, subject, branch, at])),
  }
}

/** As lines, in an order of their own. */
function told(rows: unknown[][]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort()
}
