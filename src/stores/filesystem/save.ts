import { AppError } from '../../domain/errors.ts'
import type { Connection } from '../sql/connection.ts'
import type { Store } from '../store.ts'
import type { RowChange } from './changes.ts'
import { applyEdits } from './edits.ts'
import type { Edit } from './edits.ts'
import { readStates, writeStates } from './file-states.ts'
import { addKeptEdits } from './kept-files.ts'
import { namesFor, sessionFolder } from './names.ts'
import type { Names } from './names.ts'
import type { Place } from './place.ts'
import { isLines, keyOf, placeOf, printLine, printObject, toRecord } from './records.ts'
import type { FileRecord } from './records.ts'
import { sessionFigures } from './session-figures.ts'
import { DERIVED, SHAPES } from './shapes.ts'
import type { Shape } from './shapes.ts'
import { HISTORY, stateOf } from './tree.ts'
import type { Tree } from './tree.ts'

/** Problems of the tree itself are told anew whenever it is read: no file says so. */
export const TREE_AGENT = 'filesystem'

/**
 * Writes what a transaction changed to the files, before it commits.
 *
 * @throws AppError `conflict` when somebody else has changed one of them meanwhile, `unavailable` when they cannot be
 * written; nothing has changed then
 */
export async function saveChanges(
  connection: Connection,
  place: Place,
  changes: readonly RowChange[],
  durable: boolean,
): Promise<void> {
  const { tree } = place
  const known = changes.filter(isKeptInFiles)
  if (known.length === 0) return
  const names = await namesFor(connection, known)
  const edits = new Map<string, Edit>()
  const view = await place.view(connection)
  for (const change of known) await addEdits(edits, change, names, view)
  await addKeptEdits(connection, view, place.kept, tree, known, names, edits)
  const moves = known.flatMap(folderMove)
  const paths = [...edits.keys()].filter((path) => /\.jsonl?$/.test(path) && !path.startsWith(HISTORY))
  if (moves.length === 0) await checkUntouched(connection, tree, paths)
  applyEdits(tree, edits, moves, keyOfLine, durable)
  await writeStates(connection, tree, paths, moves)
}

function isKeptInFiles({ table, old, now }: RowChange): boolean {
  if (DERIVED.includes(table)) return false
  // A table that nobody gave a place would be lost with the index.
  if (!(table in SHAPES)) throw new Error(`the table ${table} has no place among the files`)
  return !(table === 'problem' && (now ?? old)?.['agent'] === TREE_AGENT)
}

async function addEdits(
  edits: Map<string, Edit>,
  { table, old, now }: RowChange,
  names: Names,
  view: Store,
): Promise<void> {
  const shape = SHAPES[table] as Shape
  const edit = (path: string): Edit => {
    const known = edits.get(path) ?? {}
    edits.set(path, known)
    return known
  }
  const before = old && toRecord(table, old, names)
  const after = now && toRecord(table, now, names)
  const from = old && placeOf(table, old, before as FileRecord, names)
  const to = now && placeOf(table, now, after as FileRecord, names)
  const stays = from?.path === to?.path && from?.key === to?.key
  if (isLines(shape)) {
    if (from && (!stays || shape.private)) (edit(from.path).drop ??= new Set()).add(from.key)
    if (to) (edit(to.path).add ??= []).push(printLine(after as FileRecord))
  } else {
    if (from && from.path !== to?.path) edit(from.path).removed = true
    const figures = table === 'session' && now ? await sessionFigures(view, String(now['uid'])) : {}
    if (to) edit(to.path).content = printObject({ ...after, ...figures })
  }
  if (!shape.bytes) return
  const { column } = shape.bytes
  if (from?.bytes !== undefined && from.bytes !== to?.bytes) edit(from.bytes).removed = true
  if (to?.bytes !== undefined && (old?.[column] !== now?.[column] || from?.bytes !== to.bytes)) {
    edit(to.bytes).content = now?.[column] as Uint8Array
  }
}

/** A session whose id for callers changes takes its folder along. */
function folderMove({ table, old, now }: RowChange): [string, string][] {
  if (table !== 'session' || !old || !now) return []
  const [from, to] = [sessionFolder(old), sessionFolder(now)]
  return from === to ? [] : [[from, to]]
}

/** Somebody else wrote to a file; nothing was written over it. */
export class ChangedElsewhere extends AppError {
  constructor(path: string) {
    const hint = 'run the same command again: it is read first'
    super('conflict', `${path} was changed by something else`, { hint })
  }
}

async function checkUntouched(connection: Connection, tree: Tree, paths: readonly string[]): Promise<void> {
  const known = await readStates(connection, paths)
  for (const path of paths) {
    const [expected, found] = [known.get(path), stateOf(tree, path)]
    if (expected?.sizeBytes === found?.sizeBytes && expected?.modifiedNs === found?.modifiedNs) continue
    throw new ChangedElsewhere(path)
  }
}

/** Tells lines apart by what is in them; `undefined` for one that cannot be read. */
export function keyOfLine(line: string): string | undefined {
  try {
    const record = JSON.parse(line) as FileRecord
    const table = record['table']
    return typeof table === 'string' && table in SHAPES ? keyOf(table, record) : undefined
  } catch {
    return undefined
  }
}
