import { hostname } from 'node:os'
import type { Connection } from '../sql/connection.ts'
import { ensureWorkspace } from '../sql/identity.ts'
import { intern } from '../sql/names.ts'
import { noteProblem } from '../sql/problems.ts'
import { beginChains } from './chains.ts'
import { settleClashes } from './clashes.ts'
import type { Aliases } from './clashes.ts'
import { loadChains, makeCounters, makeDays, makeQuarters } from './derived.ts'
import { applyEdits } from './edits.ts'
import type { Edit } from './edits.ts'
import { writeAllStates } from './file-states.ts'
import type { Place } from './place.ts'
import { loadKept } from './kept-load.ts'
import { changeRecord, readFiles } from './read-files.ts'
import type { Found, FoundRecord } from './read-files.ts'
import { fieldOf, isLines, printLine, printObject } from './records.ts'
import { insertRow, leaveOut, readColumns, toRow } from './rows.ts'
import type { Column, Ids } from './rows.ts'
import { keyOfLine, TREE_AGENT } from './save.ts'
import { isSession } from './sound.ts'
import { SHAPES } from './shapes.ts'
import type { RefTable, Shape } from './shapes.ts'

export interface Loaded {
  sessions: number
  /** Lines and files that could not be read, or not be kept as they were. */
  problems: number
}

/**
 * Makes the index anew from the files, inside a transaction: for everyone else it changes at one moment. Row ids stay what
 * the files say; of two rows with one id, as after a merge, the later gets another, and its file follows.
 */
export async function loadFiles(connection: Connection, place: Place): Promise<Loaded> {
  const { tree, now, workspaceUid } = place
  const at = new Date(now()).toISOString()
  const workspaceId = await ensureWorkspace(connection, workspaceUid, at)
  const found = readFiles(tree)
  addMachine(found, place.machineId, at)
  addHeads(found)
  const aliases = settleClashes(found)
  const edits = new Map<string, Edit>()
  // Words stay: other processes know their row ids.
  const sums = ['usage_quarter', 'usage_session', 'usage_model']
  for (const table of [...Object.keys(SHAPES), 'activity_chain', ...sums, 'tree_kept']) {
    await connection.run(`DELETE FROM ${table}`)
  }
  const columns = new Map<string, Column[]>()
  for (const table of Object.keys(SHAPES)) columns.set(table, await readColumns(connection, table))
  const ids = giveIds(found, aliases, columns)
  for (const table of ['name', 'path'] as const) {
    ids.set(table, await intern(connection, table, workspaceId, wordsOf(found, table)))
  }
  const made = new Set<FoundRecord>()
  const load = async (table: string): Promise<void> => {
    const shape = SHAPES[table] as Shape
    for (const each of found.records.get(table) ?? []) {
      noteOdd(found, each, leaveOut(table, shape, columns.get(table) as Column[], each.record))
      const row = toRow(tree, table, shape, columns.get(table) as Column[], each, ids, workspaceId)
      const failed = typeof row === 'string' ? row : await insertRow(connection, table, row)
      if (failed !== undefined) found.damage.push({ path: each.path, line: each.line, reason: failed })
      else made.add(each)
    }
  }
  for (const table of Object.keys(SHAPES)) if (table !== 'activity') await load(table)
  await makeQuarters(connection, workspaceId)
  await makeCounters(connection, workspaceId)
  await makeDays(connection, workspaceId)
  const view = await place.view(connection)
  for (const each of found.records.get('session') ?? []) {
    if (!made.has(each)) continue
    const session = { folder: each.within, id: String(each.record['session_id']) }
    found.damage.push(...(await loadKept(connection, view, place.kept, tree, session, edits, now())))
  }
  // What was said again to the store is no news to its log: the log is what the files say.
  for (const table of ['activity', 'activity_chain']) await connection.run(`DELETE FROM ${table}`)
  ids.set('activity_chain', await loadChains(connection, workspaceId, found.records.get('activity') ?? []))
  await load('activity')
  await beginChains(connection, ids.get('activity_chain')?.keys() ?? [], place.machineId, place.random(4))
  for (const damage of found.damage) {
    await noteProblem(connection, workspaceId, { ...damage, agent: TREE_AGENT, at }, null)
  }
  for (const [path, edit] of editsOf(found)) edits.set(path, edit)
  applyEdits(tree, edits, [], keyOfLine, true)
  await writeAllStates(connection, tree)
  return { sessions: found.records.get('session')?.length ?? 0, problems: found.damage.length }
}

/** Tells of fields that were left out. */
export function noteOdd(found: Found, { path, line }: FoundRecord, odd: readonly string[]): void {
  if (odd.length === 0) return
  found.damage.push({ path, line, reason: `left out, for it is not what it must be: ${odd.join(', ')}` })
}

/** The machine that reads: it may be the first time that this tree is here. */
function addMachine(found: Found, uid: string, at: string): void {
  const machines = found.records.get('machine') ?? []
  found.records.set('machine', machines)
  if (machines.some(({ record }) => record['uid'] === uid)) return
  const path = `.daybook/machines/${uid}.json`
  machines.push({ record: { uid, name: hostname(), created_at: at }, path, line: null, within: uid, keyInFile: '' })
}

/** A session whose own file is lost is listed all the same, by its folder. */
function addHeads(found: Found): void {
  const sessions: FoundRecord[] = []
  for (const session of found.records.get('session') ?? []) {
    if (isSession(session.record)) sessions.push(session)
    else {
      found.headless.push(session.within)
      found.damage.push({ path: session.path, line: null, reason: 'this file cannot be read: it is no session' })
    }
  }
  found.records.set('session', sessions)
  const [machine] = found.records.get('machine') ?? []
  for (const folder of found.headless) {
    const path = `${folder}/metadata.json`
    const record = {
      session_id: folder,
      agent: 'daybook',
      external_id: folder,
      ref: `db-${folder.slice(-12)}`,
      machine_id: machine?.record['uid'],
      kind: 'work',
      channel: 'import',
      tags: [],
      status: 'active',
      started_ms: found.newestMs,
      last_ms: found.newestMs,
      created_at: new Date(found.newestMs).toISOString(),
    }
    sessions.push({ record, path, line: null, within: folder })
    if (found.damage.some((damage) => damage.path === path)) continue
    found.damage.push({ path, line: null, reason: 'this file is missing: the session is known by its folder alone' })
  }
}

/** Tables whose `id` is that of the entry they belong to, or an entry's own, which tells its time. */
export const TIMED = new Set(['entry', 'plan', 'invocation'])

function giveIds(found: Found, aliases: Aliases, columns: ReadonlyMap<string, Column[]>): Ids {
  const ids: Ids = new Map()
  for (const table of Object.keys(SHAPES)) {
    const records = found.records.get(table) ?? []
    if (!columns.get(table)?.some(({ name }) => name === 'id') || TIMED.has(table)) continue
    const taken = new Set<number>()
    const late = records.filter(({ record: { id } }) => {
      if (!Number.isSafeInteger(id) || (id as number) < 1 || taken.has(id as number)) return true
      taken.add(id as number)
      return false
    })
    let next = 1 + [...taken].reduce((a, b) => Math.max(a, b), 0)
    for (const each of late) changeRecord(table, each, { id: next++ })
    const names = new Map<string, number>()
    for (const each of records) for (const name of namesOf(table, each)) names.set(name, each.record['id'] as number)
    ids.set(table as RefTable, names)
  }
  for (const names of ids.values()) {
    for (const [alias, name] of aliases) {
      const id = names.get(name)
      if (id !== undefined && !names.has(alias)) names.set(alias, id)
    }
  }
  return ids
}

export function namesOf(table: string, { record, within }: FoundRecord): string[] {
  if (table === 'frame') return [`${within}/${String(record['first_record'])}.${String(record['part'])}`]
  if (table === 'transcript') return [within]
  if (table === 'blob') return [String(record['hash'])]
  const uid = fieldOf(table, record, 'uid')
  return typeof uid === 'string' ? [uid, within] : []
}

export function wordsOf(found: Found, target: RefTable): Set<string> {
  const words = new Set<string>()
  for (const [table, shape] of Object.entries(SHAPES)) {
    for (const [column, table_] of Object.entries(shape.refs ?? {})) {
      if (table_ !== target) continue
      for (const { record } of found.records.get(table) ?? []) {
        const word = record[column]
        if (typeof word === 'string') words.add(word)
      }
    }
  }
  return words
}

/** What files are to say of records that had to change. */
function editsOf(found: Found): Map<string, Edit> {
  const edits = new Map<string, Edit>()
  for (const [table, records] of found.records) {
    for (const { record, path, keyInFile } of records) {
      if (keyInFile === undefined) continue
      const edit = edits.get(path) ?? {}
      edits.set(path, edit)
      if (isLines(SHAPES[table] as Shape)) {
        ;(edit.drop ??= new Set()).add(keyInFile)
        ;(edit.add ??= []).push(printLine({ table, ...record }))
      } else edit.content = printObject(record)
    }
  }
  return edits
}
