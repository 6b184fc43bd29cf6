import { lstatSync, readlinkSync } from 'node:fs'
import type { Connection } from '../sql/connection.ts'
import type { Store } from '../store.ts'
import { inOrder, readInvocation, readMessage } from '../../domain/kept-line.ts'
import type { Placed } from '../../domain/kept-line.ts'
import type { Edit } from './edits.ts'
import { addList, isPlain, linkOf, noteKept, readLines } from './kept-files.ts'
import type { KeptRecords } from './kept-files.ts'
import { isConflictMark } from './read-files.ts'
import type { Damage } from './read-files.ts'
import { fileIn, HISTORY, readTree } from './tree.ts'
import type { Tree } from './tree.ts'

/**
 * Gives a store back what programs told of a session, from its files.
 *
 * @param session the folder it lies in and its id
 * @returns lines that could not be read, and links that lead nowhere
 */
export async function loadKept(
  connection: Connection,
  view: Store,
  kept: KeptRecords,
  tree: Tree,
  session: { folder: string; id: string },
  edits: Map<string, Edit>,
  nowMs: number,
): Promise<Damage[]> {
  const { folder, id } = session
  const damage: Damage[] = []
  const told: Placed[] = []
  const path = `${folder}/conversation.jsonl`
  for (const { line, record } of readLines(tree, path)) {
    const message = record && readMessage(record, folder)
    // What somebody else wrote belongs behind the line above it.
    if (message?.ordinal === Number.MAX_SAFE_INTEGER) message.ordinal = (told.at(-1)?.ordinal ?? -1) + 0.5
    if (message) told.push(message)
    else if (!isMark(tree, path, line))
      damage.push({ path, line, reason: 'this line cannot be read: it is not a message' })
  }
  const calls = readCalls(tree, folder, damage, edits)
  if (calls.length > 0)
    addList(
      tree,
      folder,
      calls.map(({ record }) => record.invocationId),
      edits,
    )
  const records = inOrder([...told, ...calls])
  if (records.length === 0) return damage
  await kept.keep(view, id, records, nowMs)
  const [transcript] = (await view.transcripts.list({ sessionId: id })).filter((each) => each.path === `daybook:${id}`)
  if (transcript) await noteKept(connection, transcript.id, records.length)
  return damage
}

function readCalls(tree: Tree, folder: string, damage: Damage[], edits: Map<string, Edit>) {
  const path = `${folder}/invocations.jsonl`
  return readLines(tree, path).flatMap(({ line, record }) => {
    const place = typeof record?.['folder'] === 'string' && isPlain(record['folder']) ? record['folder'] : undefined
    const [call] = place === undefined ? [] : readLines(tree, `${HISTORY}${place}/record.jsonl`)
    const invocation = record && readInvocation(record, folder, call?.record ?? {})
    if (!invocation) {
      if (!isMark(tree, path, line))
        damage.push({ path, line, reason: 'this line cannot be read: it is not an invocation' })
      return []
    }
    if (place === undefined) return [invocation]
    if (!lstatSync(fileIn(tree, `${HISTORY}${place}`), { throwIfNoEntry: false })) {
      damage.push({ path, line, reason: `its files are gone: there is no ${place} in the history of tools` })
    }
    const link = linkOf(tree, folder, invocation.record.invocationId, place)
    if (!leads(fileIn(tree, link.path), link.link)) edits.set(link.path, { link: link.link })
    return [invocation]
  })
}

/** Whether a link is there, or what stands for one. The link itself is asked, not what it leads to. */
function leads(file: string, target: string): boolean {
  const stat = lstatSync(file, { throwIfNoEntry: false })
  return stat !== undefined && (!stat.isSymbolicLink() || readlinkSync(file) === target)
}

function isMark(tree: Tree, path: string, line: number): boolean {
  return isConflictMark(readTree(tree, path)?.toString('utf8').split('\n')[line - 1] ?? '')
}
