import type { Connection } from '../sql/connection.ts'
import { first } from '../sql/connection.ts'
import { among, lists } from '../sql/condition.ts'
import { ensureWorkspace } from '../sql/identity.ts'
import { intern } from '../sql/names.ts'
import { noteProblem } from '../sql/problems.ts'
import { readChains } from './chains.ts'
import { makeCounters, makeDays, makeQuarters } from './derived.ts'
import { applyEdits } from './edits.ts'
import type { Edit } from './edits.ts'
import { writeStates } from './file-states.ts'
import { loadKept } from './kept-load.ts'
import type { Loaded } from './load.ts'
import { TIMED, namesOf, noteOdd, wordsOf } from './load.ts'
import { namesFor } from './names.ts'
import type { Place } from './place.ts'
import { filePatterns, readFiles } from './read-files.ts'
import type { Damage, Found, FoundRecord, Pattern } from './read-files.ts'
import { insertRow, leaveOut, readColumns, toRow } from './rows.ts'
import type { Column, Ids } from './rows.ts'
import { keyOfLine, TREE_AGENT } from './save.ts'
import { SHAPES } from './shapes.ts'
import type { RefTable } from './shapes.ts'
import { isSession } from './sound.ts'
import { listTree, stateOf } from './tree.ts'
import type { FileState, Tree } from './tree.ts'

/** Of more files than this the whole is read: that takes no longer. */
const MOST_FILES = 2000

const TRANSCRIPTS = '.daybook/transcripts/'
const TOLD_FILES = ['conversation.jsonl', 'invocations.jsonl']
/** Files of a session that are read again together: what programs told of it is counted in its head. */
const TOLD = /^([^./][^/]*)\/(?:metadata\.json|conversation\.jsonl|invocations\.jsonl?)$/

/**
 * Brings the index to what changed files say, inside a transaction, and reads no others. Rows keep the ids they have here.
 *
 * @param changed files that are new, changed or gone
 * @returns how many problems they have; `undefined` where only all of them tell what holds: something is gone, or here twice. The index is to be made anew then: it may be half way
 */
export async function refreshFiles(
  connection: Connection,
  place: Place,
  changed: readonly string[],
): Promise<Pick<Loaded, 'problems'> | undefined> {
  const { tree, now, workspaceUid } = place
  if (changed.length > MOST_FILES) return undefined
  const touched = touchedFiles(tree, changed)
  const files = touched.paths.flatMap((path) => stateOf(tree, path) ?? [])
  const found = readFiles(tree, files)
  const heads = found.records.get('session') ?? []
  if (!heads.every(({ record }) => isSession(record))) return undefined
  const at = new Date(now()).toISOString()
  const workspaceId = await ensureWorkspace(connection, workspaceUid, at)
  const ids = await knownIds(connection)
  const told = heads.filter(({ within }) => touched.told.has(within))
  if (told.length < touched.told.size) return undefined
  if (!(await removeRows(connection, touched.paths, files, ids))) return undefined
  await giveIds(connection, found, ids)
  for (const table of ['name', 'path'] as const)
    ids.set(table, await intern(connection, table, workspaceId, wordsOf(found, table)))
  const columns = new Map<string, Column[]>()
  for (const [table, shape] of Object.entries(SHAPES)) {
    for (const each of found.records.get(table) ?? []) {
      if (!columns.has(table)) columns.set(table, await readColumns(connection, table))
      const known = columns.get(table) as Column[]
      noteOdd(found, each, leaveOut(table, shape, known, each.record))
      const row = toRow(tree, table, shape, known, each, ids, workspaceId)
      if (typeof row === 'string' || (await insertRow(connection, table, row)) !== undefined) return undefined
    }
  }
  await endChains(connection, found, ids)
  if (touched.transcripts) {
    for (const table of SUMS) await connection.run(`DELETE FROM ${table}`)
    await makeQuarters(connection, workspaceId)
  }
  await makeCounters(connection, workspaceId)
  await makeDays(connection, workspaceId)
  const edits = new Map<string, Edit>()
  await tellAgain(connection, place, told, { edits, damage: found.damage })
  await forgetProblems(connection, touched)
  for (const damage of found.damage)
    await noteProblem(connection, workspaceId, { ...damage, agent: TREE_AGENT, at }, null)
  applyEdits(tree, edits, [], keyOfLine, true)
  await writeStates(connection, tree, [...new Set([...changed, ...touched.paths, ...edits.keys()])])
  return { problems: found.damage.length }
}

const SUMS = ['usage_quarter', 'usage_session', 'usage_model']

/** What was wrong with these files is told anew. */
async function forgetProblems(connection: Connection, { paths, told }: Touched): Promise<void> {
  const ofTold = [...told].flatMap((folder) => TOLD_FILES.map((name) => `${folder}/${name}`))
  for (const list of lists([...new Set([...paths, ...ofTold])])) {
    const where = among('path', list)
    await connection.run(`DELETE FROM problem WHERE agent = ? AND ${where.sql}`, [TREE_AGENT, ...where.values])
  }
}

interface Touched {
  /** Files to read, some of which may be gone. */
  paths: string[]
  /** Folders of sessions that programs told something of. */
  told: Set<string>
  transcripts: boolean
}

function touchedFiles(tree: Tree, changed: readonly string[]): Touched {
  const paths = new Set<string>()
  const told = new Set<string>()
  const transcripts = new Set<string>()
  for (const path of changed) {
    const session = TOLD.exec(path)?.[1]
    if (path.startsWith(TRANSCRIPTS)) transcripts.add(path.slice(0, path.indexOf('/', TRANSCRIPTS.length)))
    else paths.add(path)
    if (session === undefined) continue
    told.add(decodeURIComponent(session))
    paths.add(`${session}/metadata.json`)
  }
  for (const folder of transcripts) {
    paths.add(`${folder}/transcript.json`)
    for (const { path } of stateOf(tree, folder) ? listTree(tree, folder) : []) paths.add(path)
  }
  for (const path of changed) paths.add(path)
  return { paths: [...paths].toSorted(), told, transcripts: transcripts.size > 0 }
}

/** Row ids of everything that rows may refer to, by the names that files use. Frames are named by their own files. */
async function knownIds(connection: Connection): Promise<Ids> {
  const ids: Ids = new Map()
  const tables = new Set(Object.values(SHAPES).flatMap(({ refs }) => Object.values(refs ?? {})))
  for (const table of tables) {
    if (table === 'name' || table === 'path' || table === 'frame') continue
    const rows = await connection.all<{ id: number }>(`SELECT id FROM ${table}`)
    const names = await namesFor(
      connection,
      rows.map((now) => ({ table, old: undefined, now: { ...now } })),
    )
    const byName = new Map<string, number>()
    for (const [id, { name, folder }] of names.get(table) ?? []) byName.set(folder, id).set(name, id)
    ids.set(table, byName)
  }
  return ids.set('frame', new Map())
}

/** Takes out what the index has of these files. @returns false where that cannot be told */
async function removeRows(
  connection: Connection,
  paths: readonly string[],
  files: readonly FileState[],
  ids: Ids,
): Promise<boolean> {
  const patterns = filePatterns()
  const there = new Set(files.map(({ path }) => path))
  const own = await readChains(connection)
  for (const path of paths) {
    const pattern = patterns.find(({ expression }) => expression.test(path))
    if (!pattern) continue
    const within = decodeURIComponent(pattern.expression.exec(path)?.[1] ?? '')
    if (pattern.table !== undefined && pattern.table !== 'reading' && !there.has(path)) return false
    if (pattern.tables.includes('activity') && own !== undefined && within.split('/')[0] === own) return false
    if (!path.startsWith('.') && !ids.get('session')?.has(within) && !there.has(`${path.split('/')[0]}/metadata.json`))
      return false
    await removeOf(connection, pattern, within, ids)
  }
  return true
}

async function removeOf(connection: Connection, pattern: Pattern, within: string, ids: Ids): Promise<void> {
  for (const table of pattern.tables.toReversed()) {
    const shape = SHAPES[table]
    const column = /\{(\w+)\}/.exec(shape?.file ?? '')?.[1]
    if (column === undefined) {
      await connection.run(`DELETE FROM ${table}${table === 'problem' ? ` WHERE agent <> '${TREE_AGENT}'` : ''}`)
      continue
    }
    const isOwn = column === 'uid' || column === 'id'
    const target = isOwn ? (table as RefTable) : column === 'frame_id' ? 'transcript' : shape?.refs?.[column]
    const id = target && ids.get(target)?.get(within)
    if (id === undefined) continue
    const where =
      column === 'frame_id'
        ? 'frame_id IN (SELECT id FROM frame WHERE transcript_id = ?)'
        : `${isOwn ? 'id' : column} = ?`
    await connection.run(`DELETE FROM ${table} WHERE ${where}`, [id])
  }
}

/** Rows that are known by name keep their id; others have the one their file says, or the next where that is taken. */
async function giveIds(connection: Connection, found: Found, ids: Ids): Promise<void> {
  for (const [table, records] of found.records) {
    const columns = await readColumns(connection, table)
    if (!columns.some(({ name }) => name === 'id') || TIMED.has(table)) continue
    const byName = ids.get(table as RefTable) ?? new Map<string, number>()
    const top = await first<{ id: number | null }>(connection, `SELECT MAX(id) AS id FROM ${table}`)
    const taken = new Set<number>()
    let next = Math.max(top?.id ?? 0, ...records.map(({ record }) => Number(record['id'] ?? 0) || 0)) + 1
    for (const each of records) {
      const names = namesOf(table, each)
      const known = names.flatMap((name) => byName.get(name) ?? [])[0]
      const said = Number(each.record['id'])
      const isFree =
        Number.isSafeInteger(said) && said > 0 && !taken.has(said) && !(await hasRow(connection, table, said))
      const id = known ?? (isFree && ![...byName.values()].includes(said) ? said : next++)
      taken.add(id)
      each.record['id'] = id
      for (const name of names) byName.set(name, id)
    }
    if (ids.has(table as RefTable)) ids.set(table as RefTable, byName)
  }
  await beginChains(connection, found, ids)
}

async function hasRow(connection: Connection, table: string, id: number): Promise<boolean> {
  return (await first(connection, `SELECT 1 AS one FROM ${table} WHERE id = ?`, [id])) !== undefined
}

/** Heads of chains that were not here yet; `endChains` says where they end. */
async function beginChains(connection: Connection, found: Found, ids: Ids): Promise<void> {
  const chains = ids.get('activity_chain') ?? new Map<string, number>()
  for (const { within } of found.records.get('activity') ?? []) {
    if (chains.has(within)) continue
    const row = await first<{ id: number }>(
      connection,
      `INSERT INTO activity_chain (workspace_id, name, sequence, hash) SELECT id, ?, 0, '' FROM workspace LIMIT 1 RETURNING id`,
      [within],
    )
    if (row) chains.set(within, row.id)
  }
  ids.set('activity_chain', chains)
}

async function endChains(connection: Connection, found: Found, ids: Ids): Promise<void> {
  const lines = Map.groupBy(found.records.get('activity') ?? [], ({ within }) => within)
  for (const name of lines.keys()) {
    const id = ids.get('activity_chain')?.get(name) ?? 0
    await connection.run(
      `UPDATE activity_chain SET (sequence, hash) =
         (SELECT sequence, hash FROM activity WHERE chain_id = ? ORDER BY sequence DESC LIMIT 1) WHERE id = ?`,
      [id, id],
    )
  }
}

/** Gives the store back what programs told of these sessions. */
async function tellAgain(
  connection: Connection,
  place: Place,
  sessions: readonly FoundRecord[],
  { edits, damage }: { edits: Map<string, Edit>; damage: Damage[] },
): Promise<void> {
  const view = await place.view(connection)
  for (const { within: folder, record } of sessions) {
    const id = String(record['session_id'])
    const path = `daybook:${id}`
    const kept = (await view.transcripts.list({ sessionId: id })).find((each) => each.path === path)
    if (kept) await removeKept(connection, kept.id)
    damage.push(...(await loadKept(connection, view, place.kept, place.tree, { folder, id }, edits, place.now())))
  }
}

async function removeKept(connection: Connection, transcriptId: number): Promise<void> {
  await connection.run('DELETE FROM frame_blob WHERE frame_id IN (SELECT id FROM frame WHERE transcript_id = ?)', [
    transcriptId,
  ])
  for (const [table, { refs }] of Object.entries(SHAPES)) {
    if (refs?.['transcript_id'] !== undefined)
      await connection.run(`DELETE FROM ${table} WHERE transcript_id = ?`, [transcriptId])
  }
  await connection.run('DELETE FROM tree_kept WHERE transcript_id = ?', [transcriptId])
  await connection.run('DELETE FROM transcript WHERE id = ?', [transcriptId])
}
