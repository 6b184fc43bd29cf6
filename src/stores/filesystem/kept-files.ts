import { existsSync, lstatSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { fileName } from '../../domain/file-name.ts'
import type { KeptInvocation, KeptRecord } from '../../domain/kept-record.ts'
import { first } from '../sql/connection.ts'
import type { Connection } from '../sql/connection.ts'
import type { Store } from '../store.ts'
import type { RowChange } from './changes.ts'
import { callFolder, printCall, printInvocation, printMessage } from '../../domain/kept-line.ts'
import type { Placed } from '../../domain/kept-line.ts'
import type { Edit } from './edits.ts'
import { isKept, sessionFolder } from './names.ts'
import type { Names } from './names.ts'
import type { FileRecord } from './records.ts'
import { fileIn, HISTORY, readTree } from './tree.ts'
import type { Tree } from './tree.ts'

/** How records that programs told are read from a store and given back to it. */
export interface KeptRecords {
  /** A transcript's records from the nth on. */
  read(tx: Store, transcriptId: number, fromRecord: number): Promise<KeptRecord[]>
  /** Adds records behind those that the session has. */
  keep(tx: Store, sessionId: string, records: readonly KeptRecord[], nowMs: number): Promise<void>
}

/** A table of the index alone: how many records of each transcript the files have. */
export async function makeKept(connection: Connection): Promise<void> {
  await connection.run(
    'CREATE TABLE IF NOT EXISTS tree_kept (transcript_id INTEGER NOT NULL PRIMARY KEY, records INTEGER NOT NULL)',
  )
}

export async function noteKept(connection: Connection, transcriptId: number, records: number): Promise<void> {
  await connection.run('INSERT OR REPLACE INTO tree_kept (transcript_id, records) VALUES (?, ?)', [
    transcriptId,
    records,
  ])
}

/** Adds to `edits` what a transaction changed of what programs told. */
export async function addKeptEdits(
  connection: Connection,
  view: Store,
  kept: KeptRecords,
  tree: Tree,
  changes: readonly RowChange[],
  names: Names,
  edits: Map<string, Edit>,
): Promise<void> {
  for (const { table, old, now } of changes) {
    if (table === 'session' && old && !now) removeSession(tree, sessionFolder(old), edits)
    if (table !== 'transcript' || !now || !isKept(now)) continue
    const folder = names.get('session')?.get(now['session_id'] as number)?.folder
    if (folder === undefined) continue
    const id = now['id'] as number
    if (Number(now['pruned_records']) > Number(old?.['pruned_records'] ?? 0)) {
      removeSession(tree, folder, edits)
      await noteKept(connection, id, now['next_record'] as number)
      continue
    }
    const before = names.get('session')?.get(old?.['session_id'] as number)?.folder ?? folder
    const known = await first<{ records: number }>(
      connection,
      'SELECT records FROM tree_kept WHERE transcript_id = ?',
      [id],
    )
    // Of a session that became one with another, everything goes there.
    const from = before === folder ? (known?.records ?? 0) : 0
    if (before !== folder) for (const name of FILES) edit(edits, `${before}/${name}`).removed = true
    if ((now['next_record'] as number) <= from) continue
    const records = await kept.read(view, id, from)
    addRecords(
      tree,
      folder,
      records.map((record, i) => ({ ordinal: from + i, record })),
      edits,
    )
    await noteKept(connection, id, from + records.length)
  }
}

const FILES = ['conversation.jsonl', 'invocations.jsonl', 'invocations.json']

function addRecords(tree: Tree, folder: string, records: readonly Placed[], edits: Map<string, Edit>): void {
  const calls: string[] = []
  for (const { ordinal, record } of records) {
    if (record.type === 'message') {
      add(edits, `${folder}/conversation.jsonl`, printMessage({ ordinal, record }))
      continue
    }
    const call = ownFolder(tree, record, edits)
    add(edits, `${folder}/invocations.jsonl`, printInvocation({ ordinal, record }, call))
    if (record.path === undefined) add(edits, `${HISTORY}${call}/record.jsonl`, printCall(record, folder))
    if (call !== undefined) addLink(tree, folder, record.invocationId, call, edits)
    calls.push(record.invocationId)
  }
  if (calls.length > 0) addList(tree, folder, [...knownCalls(tree, folder), ...calls], edits)
}

/** Where the files of a call are, below the history; `undefined` for a folder that lies elsewhere, to which no link leads. */
function ownFolder(tree: Tree, record: KeptInvocation, edits: ReadonlyMap<string, Edit>): string | undefined {
  if (record.path !== undefined) return belowHistory(tree, record.path)
  const name = callFolder(record)
  const isTaken = (folder: string): boolean =>
    existsSync(fileIn(tree, `${HISTORY}${folder}`)) || edits.has(`${HISTORY}${folder}/record.jsonl`)
  let free = name
  for (let n = 2; isTaken(free); n++) free = `${name}_${n}`
  return free
}

function belowHistory({ history }: Tree, path: string): string | undefined {
  const inside = (place: string): string | undefined => {
    const from = relative(history, place)
    return from === '' || from.startsWith('..') || isAbsolute(from) ? undefined : from.replaceAll('\\', '/')
  }
  if (isAbsolute(path)) return inside(path)
  // As the older form wrote it, from the folder that holds the history; else from the history itself.
  return inside(resolve(history, '..', path)) ?? inside(resolve(history, path))
}

/** The link is named after the invocation: two of one folder have two. */
export function linkOf(tree: Tree, folder: string, invocationId: string, call: string): { path: string; link: string } {
  const path = `${folder}/invocations/${fileName(invocationId)}`
  return { path, link: relative(join(tree.root, folder, 'invocations'), fileIn(tree, `${HISTORY}${call}`)) }
}

function addLink(tree: Tree, folder: string, invocationId: string, call: string, edits: Map<string, Edit>): void {
  const { path, link } = linkOf(tree, folder, invocationId, call)
  edit(edits, path).link = link
}

/** `invocations.json`: the ids, each once, an id a line. */
export function addList(tree: Tree, folder: string, ids: readonly string[], edits: Map<string, Edit>): void {
  const lines = [...new Set(ids)].map((id) => `  ${JSON.stringify(id)}`)
  const path = `${folder}/invocations.json`
  const content = `[\n${lines.join(',\n')}\n]\n`
  if (readTree(tree, path)?.toString('utf8') !== content) edit(edits, path).content = content
}

function knownCalls(tree: Tree, folder: string): string[] {
  return readLines(tree, `${folder}/invocations.jsonl`).flatMap(({ record }) =>
    typeof record?.['invocation_id'] === 'string' ? [record['invocation_id']] : [],
  )
}

/** What was told of the session goes with it, and what was written for its calls; files of tools themselves stay. */
function removeSession(tree: Tree, folder: string, edits: Map<string, Edit>): void {
  for (const { record } of readLines(tree, `${folder}/invocations.jsonl`)) {
    const { folder: call, path, invocation_id: id } = record ?? {}
    if (typeof id === 'string') edit(edits, linkOf(tree, folder, id, '').path).removed = true
    if (typeof call === 'string' && path === undefined && isPlain(call)) {
      edit(edits, `${HISTORY}${call}/record.jsonl`).removed = true
    }
  }
  for (const name of FILES) {
    if (lstatSync(fileIn(tree, `${folder}/${name}`), { throwIfNoEntry: false }))
      edit(edits, `${folder}/${name}`).removed = true
  }
}

/** A file may say anything: only what we name so ourselves is taken for a folder's name. */
export function isPlain(name: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(name)
}

export interface Line {
  line: number
  /** Absent where the line cannot be read. */
  record?: FileRecord
}

/** Lines of a file of JSON, without empty ones. */
export function readLines(tree: Tree, path: string): Line[] {
  const text = readTree(tree, path)?.toString('utf8') ?? ''
  return text.split('\n').flatMap((line, index): Line[] => {
    if (line.trim() === '') return []
    try {
      const record: unknown = JSON.parse(line)
      const isObject = typeof record === 'object' && record !== null && !Array.isArray(record)
      return [{ line: index + 1, ...(isObject && { record: record as FileRecord }) }]
    } catch {
      return [{ line: index + 1 }]
    }
  })
}

function add(edits: Map<string, Edit>, path: string, line: string): void {
  ;(edit(edits, path).add ??= []).push(line)
}

function edit(edits: Map<string, Edit>, path: string): Edit {
  const known = edits.get(path) ?? {}
  edits.set(path, known)
  return known
}
