import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { isAppError } from '../../domain/errors.ts'
import { fileName, idInFileName } from '../../domain/file-name.ts'
import { uuidOfHash } from '../../domain/ids.ts'
import { readInvocation, readMessage } from '../../domain/kept-line.ts'
import type { KeptInvocation, KeptMessage, KeptRecord } from '../../domain/kept-record.ts'
import { checkOwnId } from '../../domain/own-id.ts'
import { type Fields, isObject } from '../../domain/plain-object.ts'
import { KEPT_AGENT, KEPT_REF_PREFIX } from '../../domain/session.ts'
import { keep } from '../keep.ts'
import { type ImportSetup, NOTHING } from './chats.ts'
import type { ImportReport } from './import-file.ts'
import { linkedFolder, namesIn, openTree, textIn } from './tree-files.ts'
import type { SessionTree } from './tree-files.ts'
import { sessionOf } from './tree-session.ts'

const AT_ONCE = 500

interface Found {
  path: string
  line: number | null
  reason: string
}

/** One session's folder, on its way in. */
interface Reading {
  setup: ImportSetup
  tree: SessionTree
  folder: string
  found: Found[]
}

/**
 * Brings the sessions of a `.sessions` tree in, each whole or not at all. What cannot be read stays out and is a problem; all
 * else counts. Nothing is read through a link but what tools left in `.history` beside the tree.
 *
 * @throws AppError `invalid` where no session is in the folder
 */
export async function importTree(setup: ImportSetup, path: string, by: string): Promise<ImportReport> {
  const tree = openTree(path)
  const file = basename(tree.root) === '.sessions' ? '.sessions' : basename(path)
  const at = new Date(setup.context.now()).toISOString()
  const { id } = await setup.store.imports.create({ file, format: 'tree', at, by })
  const sessions = { adopted: 0, known: 0, deleted: 0 }
  const found: Found[] = tree.links.map((name) => ({ path: name, line: null, reason: 'a link is not looked into' }))
  for (const folder of tree.sessions) {
    setup.context.signal?.throwIfAborted()
    const reading: Reading = { setup, tree, folder, found }
    try {
      checkOwnId(folder)
      sessions[await adopt(reading, id)]++
    } catch (error) {
      if (!isAppError(error) || error.code !== 'invalid') throw error
      found.push({ path: folder, line: null, reason: error.message })
    }
  }
  const problems = found.map((one) => ({ ...one, path: join(tree.root, one.path), agent: KEPT_AGENT, at }))
  if (problems.length > 0) await setup.store.problems.add(problems)
  return { file, format: 'tree', importId: id, sessions, tickets: { made: 0, known: 0 }, problems: problems.length }
}

async function adopt(reading: Reading, importId: string): Promise<'adopted' | 'known' | 'deleted'> {
  const { setup, folder } = reading
  const nowMs = setup.context.now()
  const [metadata] = linesOf(reading, 'metadata.json', true)
  const messages = readMessages(reading)
  const calls = readCalls(reading)
  const records = inOrder(messages, calls)
  const session = {
    ...NOTHING,
    ...sessionOf(folder, metadata?.record ?? {}, records, nowMs),
    id: idOf(KEPT_AGENT, folder),
    agent: KEPT_AGENT,
    externalId: folder,
    refPrefix: KEPT_REF_PREFIX,
  }
  const data = readData(reading)
  return setup.store.transaction(async (tx) => {
    const adoption = await tx.imports.adopt(importId, session)
    if (adoption !== 'adopted') return adoption
    for (let from = 0; from < records.length; from += AT_ONCE)
      await keep(tx, setup.readKept, session.id, records.slice(from, from + AT_ONCE), nowMs, setup.price)
    await tx.imports.settle(session)
    for (const [name, value] of data) await tx.sessionData.set(session.id, name, value)
    return adoption
  })
}

function readMessages(reading: Reading): KeptMessage[] {
  return linesOf(reading, 'conversation.jsonl').flatMap(({ line, record }) => {
    const message = record && readMessage(record, reading.folder)?.record
    if (message) return [{ ...message, id: idOf(reading.folder, `message ${line}`) }]
    tell(reading, 'conversation.jsonl', line, 'this line cannot be read: it is not a message')
    return []
  })
}

/** As Daybook writes them, a line each; else as the older form has them: ids, and a link to the files of each. */
function readCalls(reading: Reading): KeptInvocation[] {
  const calls = new Map<string, KeptInvocation>()
  for (const { line, record } of linesOf(reading, 'invocations.jsonl')) {
    const place = typeof record?.['invocation_id'] === 'string' ? recordOf(reading, record['invocation_id']) : undefined
    const call = record && readInvocation(record, reading.folder, place ?? {})?.record
    if (call) calls.set(call.invocationId, call)
    else tell(reading, 'invocations.jsonl', line, 'this line cannot be read: it is not an invocation')
  }
  const [list] = linesOf(reading, 'invocations.json', true, isTexts)
  const named = namesIn(join(reading.tree.root, reading.folder, 'invocations'))
  for (const id of new Set([...((list?.value as string[]) ?? []), ...named.map(idInFileName)])) {
    if (calls.has(id)) continue
    const call = olderCall(id, recordOf(reading, id))
    if (call) calls.set(id, call)
    else tell(reading, `invocations/${id}`, null, 'nothing is left of this call but its id')
  }
  return [...calls.values()].map((call, n) => ({ ...call, id: idOf(reading.folder, `call ${n}`) }))
}

/** What `record.jsonl` of a call says, with the name of its folder; `undefined` where none can be read. */
function recordOf(reading: Reading, id: string): Fields | undefined {
  const link = join('invocations', fileName(id))
  const place = linkedFolder(reading.tree, join(reading.tree.root, reading.folder, link))
  if (place === 'outside') {
    tell(reading, link, null, 'this link leads out of the history of tools: it is not followed')
    return undefined
  }
  const text = place && textIn(join(place.folder, 'record.jsonl'))
  const record = text === undefined ? undefined : parsed(clean(reading, text.split('\n', 1)[0] ?? ''))
  return place && { ...(isObject(record) ? record : {}), folder: basename(place.folder) }
}

/** `2026-11-20_12-00-00_000123_search` */
const CALL_FOLDER = /^(\d{4}-\d{2}-\d{2})_(\d{2})-(\d{2})-(\d{2})_(\d{3})\d*_(.+)$/

function olderCall(id: string, record: Fields | undefined): KeptInvocation | undefined {
  const [, day, hour, minute, second, ms, tool] = CALL_FOLDER.exec(String(record?.['folder'] ?? '')) ?? []
  const line = {
    invocation_id: id,
    tool_name: record?.['tool_name'] ?? record?.['tool'] ?? tool,
    timestamp: record?.['timestamp'] ?? (day && `${day}T${hour}:${minute}:${second}.${ms}`),
    duration_ms: record?.['duration_ms'],
    outcome: record?.['outcome'],
  }
  return readInvocation(line, id, record ?? {})?.record
}

/** Each in the order of its own file, the two joined by time. */
function inOrder(messages: readonly KeptMessage[], calls: readonly KeptInvocation[]): KeptRecord[] {
  const records: KeptRecord[] = []
  let next = 0
  for (const message of messages) {
    for (let call = calls[next]; call && beginOf(call) <= Date.parse(message.at); call = calls[++next])
      records.push(call)
    records.push(message)
  }
  return [...records, ...calls.slice(next)]
}

function beginOf({ startedAt, at }: KeptInvocation): number {
  return Date.parse(startedAt ?? at)
}

/** As it is exported, one object; as Daybook's own tree has it, a line each. */
function readData(reading: Reading): [name: string, value: unknown][] {
  const [whole] = linesOf(reading, 'data.json', true)
  const lines = linesOf(reading, 'data.jsonl').flatMap(({ record }): [string, unknown][] =>
    typeof record?.['name'] === 'string' && 'value' in record ? [[record['name'], record['value']]] : [],
  )
  return [...Object.entries(whole?.record ?? {}), ...lines].filter(([name]) => name !== '' && name.length <= 200)
}

/** Lines of JSON of a file, or all of it as one; told where they are none. */
function linesOf(
  reading: Reading,
  name: string,
  whole = false,
  fits: (value: unknown) => boolean = isObject,
): { line: number; record?: Fields; value?: unknown }[] {
  const text = textIn(join(reading.tree.root, reading.folder, name))
  if (text === undefined) return []
  const lines = whole ? [text] : text.split('\n')
  return lines.flatMap((said, n) => {
    if (said.trim() === '') return []
    const value = parsed(clean(reading, said))
    if (fits(value)) return [{ line: n + 1, value, ...(isObject(value) && { record: value }) }]
    if (!whole) return [{ line: n + 1 }]
    tell(reading, name, null, 'this file cannot be read: it is not what it must be')
    return []
  })
}

function tell({ folder, found }: Reading, name: string, line: number | null, reason: string): void {
  found.push({ path: `${folder}/${name}`, line, reason })
}

function clean({ setup }: Reading, text: string): string {
  return setup.context.redact(Buffer.from(text, 'utf8')).toString('utf8')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

/** The same for the same thing of the same session, and for nothing that was recorded here. */
function idOf(session: string, what: string): string {
  return uuidOfHash(createHash('sha256').update(`tree\0${session}\0${what}`).digest('hex'))
}
