import { AppError } from '../../domain/errors.ts'
import { shellWord } from '../../domain/shell-word.ts'
import { uuidv7 } from '../../domain/ids.ts'
import type { Session } from '../../domain/session.ts'
import type { SessionDraft } from '../session-store.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { sha256 } from '../../domain/sha256.ts'
import { freeRef } from './free-ref.ts'
import { getSession } from './get-session.ts'
import { nowIso } from './scope.ts'
import type { Scope } from './scope.ts'
import { rowIdOf } from './row-id.ts'

/** Makes the row of a session that was started here; see `SessionStore.create`. */
export async function createSession(connection: Connection, scope: Scope, draft: SessionDraft): Promise<Session> {
  const { workspaceId } = scope
  const uid = uuidv7(scope.now(), scope.random(10))
  const externalId = draft.externalId ?? uid
  const startedMs = Math.min(draft.startedAtMs ?? scope.now(), scope.now())
  const parent = await rowIdOf(connection, scope, 'session', draft.parentId ?? null)
  const inserted = await connection.run(
    `INSERT INTO session (workspace_id, uid, ref, agent, external_id, machine_id, project_id, title, title_source, purpose,
       kind, channel, tags, status, parent_id, parent_external_id, relation, git_branch, cwd, started_ms, last_ms, created_at, user_id, agent_name,
       client_name, custom_metadata, implicit, opened_ms, called_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
    [
      workspaceId,
      uid,
      await freeRef(connection, scope, draft.refPrefix, draft.externalId ?? sha256(uid)),
      draft.agent,
      externalId,
      scope.machineId,
      await rowIdOf(connection, scope, 'project', draft.projectId ?? null),
      draft.title ?? null,
      // `user`: the strongest of TITLE_SOURCES.
      draft.title == null ? null : 3,
      draft.purpose ?? null,
      draft.kind ?? 'work',
      draft.channel,
      JSON.stringify(draft.tags ?? []),
      parent,
      draft.relation === 'forks' ? await externalIdOf(connection, parent) : null,
      draft.relation ?? null,
      draft.gitBranch ?? null,
      draft.cwd ?? null,
      startedMs,
      startedMs,
      nowIso(scope),
      draft.userId ?? null,
      draft.agentName ?? null,
      draft.clientName ?? null,
      JSON.stringify(draft.customMetadata ?? {}),
      draft.implicit === true ? 1 : 0,
      startedMs,
      startedMs,
    ],
  )
  if (inserted > 0) return getSession(connection, scope, uid)
  throw new AppError(
    'conflict',
    `the session ${JSON.stringify(externalId.slice(0, 80))} of ${draft.agent} exists already`,
    {
      hint: `daybook session show ${shellWord(externalId)}`,
    },
  )
}

/** A fork says whose records it repeats, as agents' forks do: they stay its parent's whoever goes on first. */
async function externalIdOf(connection: Connection, session: number | null): Promise<string | null> {
  if (session === null) return null
  const row = await first<{ external_id: string }>(connection, 'SELECT external_id FROM session WHERE id = ?', [
    session,
  ])
  return row?.external_id ?? null
}
