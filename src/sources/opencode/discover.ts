import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as letOthers } from 'node:timers/promises'
import { hash48 } from '../../domain/ids.ts'
import { databaseOf, pathInDatabase } from '../../domain/transcript.ts'
import { oneLine, RAW_TITLE_LIMIT } from '../record.ts'
import type { RowReader } from '../rows.ts'
import { statIdentity } from '../source-file.ts'
import { databaseProblem, isDatabaseProblem, sqliteState } from '../sqlite-file.ts'
import type { Env, TranscriptRef } from '../source.ts'
import type { FileIdentity } from '../file-identity.ts'
import { listSessions, openDatabase, openSession } from './database.ts'
import { databases, dataFolder } from './paths.ts'
import { rootOf, type SessionRow } from './row.ts'
import { listFiles, listSessionFiles, openTreeSession, readSessionFile } from './tree.ts'

export const AGENT = 'opencode'

/** Every session in the databases and in the older tree of files, newest first. */
export async function discoverSessions(env: Env): Promise<TranscriptRef[]> {
  const refs = [...databases(env).flatMap((path) => inDatabase(path, env)), ...(await inTree(env))]
  return refs.sort((a, b) => b.file.modifiedAtMs - a.file.modifiedAtMs || (a.path < b.path ? -1 : 1))
}

function inDatabase(path: string, env: Env): TranscriptRef[] {
  const state = sqliteState(path)
  if (state === undefined || env.isSettled?.(path, state)) return []
  try {
    const place = statIdentity(path)
    const file = openDatabase(path)
    try {
      const sessions = listSessions(file)
      const parents = new Map(sessions.map(({ id, parentId }) => [id, parentId]))
      return sessions.map((session) => {
        const identity = { ...place, sizeBytes: session.sizeBytes, modifiedAtMs: session.updatedAtMs }
        return refOf(pathInDatabase(path, session.id), session, parents, identity)
      })
    } finally {
      file.close()
    }
  } catch (error) {
    env.problem?.(path, reasonOf(error))
    return []
  }
}

function reasonOf(error: unknown): string {
  if (isDatabaseProblem(error)) return databaseProblem(error as Error)
  return `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`
}

function refOf(
  path: string,
  session: SessionRow,
  parents: ReadonlyMap<string, string | null>,
  file: FileIdentity,
): TranscriptRef {
  const { id, parentId, title, createdAtMs } = session
  const kind = parentId === null ? 'main' : 'subagent'
  const ref: TranscriptRef = {
    agent: AGENT,
    path,
    kind,
    externalId: id,
    sessionExternalId: rootOf(id, parents),
    file,
    bornAtMs: createdAtMs,
  }
  if (kind === 'subagent' && title) ref.title = oneLine(title, RAW_TITLE_LIMIT)
  return ref
}

async function inTree(env: Env): Promise<TranscriptRef[]> {
  const storage = join(dataFolder(env), 'storage')
  const paths = listSessionFiles(storage, env)
  // Beside a database the tree is what an upgrade left behind. Nobody writes to it without touching a session's own file.
  if (paths.length > 0 && databases(env).length > 0 && env.isSettled?.(storage, stateOf(paths))) return []
  const sessions = paths.flatMap((path) => {
    const session = readSessionFile(path)
    if (session === undefined) env.problem?.(path, 'not a session: no JSON object')
    return session ? [{ path, session }] : []
  })
  const parents = new Map(sessions.map(({ session }) => [session.id, session.parentId]))
  const refs: TranscriptRef[] = []
  for (const { path, session } of sessions) {
    // A session is some hundred files; a server answers others between two.
    await letOthers()
    const files = listFiles(path)
    const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
    const modifiedAtMs = files.reduce((latest, file) => Math.max(latest, file.updatedAtMs), 0)
    refs.push(refOf(path, session, parents, { ...statIdentity(path), sizeBytes, modifiedAtMs }))
  }
  return refs
}

function stateOf(paths: string[]): string {
  const stamps = paths.map((path) => {
    const stat = statSync(path, { throwIfNoEntry: false })
    return `${path} ${stat?.size} ${stat?.mtimeMs}`
  })
  return String(hash48(stamps.join('\n')))
}

/** Opens the transcript that discovery found, in whichever of the two it lies. */
export function openTranscript({ path, externalId, sessionExternalId = externalId }: TranscriptRef): RowReader {
  const place = databaseOf(path)
  return place ? openSession(place.database, place.id, sessionExternalId) : openTreeSession(path, sessionExternalId)
}
