import { randomBytes } from 'node:crypto'
import {
  constants,
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { storeError } from './file-error.ts'
import { checkInside, fileIn, HISTORY, isCode, readTree, STAGING_FOLDER, stateOf } from './tree.ts'
import type { Tree } from './tree.ts'

/** What is to happen to one file. */
export interface Edit {
  /** The whole of it from now on. */
  content?: string | Uint8Array
  /** True: it goes, unless it has a content. */
  removed?: boolean
  /** Lines that go, by `keyOf`; those that cannot be read stay. */
  drop?: Set<string>
  /** Lines that come at the end. */
  add?: string[]
  /** What it is a link to, relative to its folder. */
  link?: string
}

type Step =
  | { do: 'move'; from: string; path: string }
  | { do: 'append'; path: string; at: number; text: string }
  | { do: 'replace'; path: string; staged: string }
  | { do: 'link'; path: string; target: string }
  | { do: 'remove'; path: string }

const ORDER = ['move', 'append', 'replace', 'link', 'remove'] satisfies Step['do'][]

const JOURNAL = `${STAGING_FOLDER}/journal.json`

/**
 * Changes files of a tree together: all of it or, after a kill, all of it when the tree is next opened. The caller holds
 * the lock of the index, so one at a time does this.
 *
 * @param moves folders that get another name, before anything else
 * @param durable false: a power cut may take it, a kill may not
 * @throws AppError `unavailable` when the disk does not take it; then nothing has changed
 */
export function applyEdits(
  tree: Tree,
  edits: ReadonlyMap<string, Edit>,
  moves: readonly (readonly [from: string, to: string])[],
  keyOfLine: (line: string) => string | undefined,
  durable: boolean,
): void {
  const steps: Step[] = moves.map(([from, path]) => ({ do: 'move', from, path }))
  let journaled: boolean
  try {
    for (const [path, edit] of edits) steps.push(...stage(tree, path, edit, keyOfLine, durable))
    // What can be taken back comes before what cannot.
    steps.sort((a, b) => ORDER.indexOf(a.do) - ORDER.indexOf(b.do))
    journaled = steps.length > 1 || steps[0]?.do === 'append'
    if (journaled) writeJournal(tree, steps, durable)
  } catch (error) {
    unstage(tree)
    throw storeError(tree.root, error)
  }
  const done: Step[] = []
  try {
    carryOut(tree, steps, durable, done)
  } catch (error) {
    if (done.every((step) => step.do === 'append')) {
      for (const step of done) if (step.do === 'append') takeBack(tree, step)
      unstage(tree)
    }
    throw storeError(tree.root, error)
  }
  if (journaled) truncateSync(fileIn(tree, JOURNAL))
}

/** Whether a process was killed while it changed files. */
export function isUnfinished(tree: Tree): boolean {
  return (stateOf(tree, JOURNAL)?.sizeBytes ?? 0) > 0
}

/** Ends what a killed process began. @returns whether there was anything */
export function finishEdits(tree: Tree): boolean {
  if (!isUnfinished(tree)) return false
  const steps = readJournal(tree)
  try {
    if (steps) carryOut(tree, steps, true)
  } catch (error) {
    throw storeError(tree.root, error)
  }
  unstage(tree)
  return true
}

/** `undefined` where it was cut off while it was written: then nothing had been done of it. */
function readJournal(tree: Tree): Step[] | undefined {
  try {
    return JSON.parse(readTree(tree, JOURNAL)?.toString('utf8') ?? '') as Step[]
  } catch {
    return undefined
  }
}

function stage(
  tree: Tree,
  path: string,
  edit: Edit,
  keyOfLine: (line: string) => string | undefined,
  durable: boolean,
): Step[] {
  if (edit.content !== undefined) return [replace(tree, path, edit.content, durable)]
  if (edit.link !== undefined) return [{ do: 'link', path, target: edit.link }]
  if (edit.removed) return [{ do: 'remove', path }]
  const added = (edit.add ?? []).join('')
  if (!edit.drop?.size) return [{ do: 'append', path, ...endOf(tree, path, added) }]
  const lines = (readTree(tree, path)?.toString('utf8') ?? '').split('\n')
  const staying = lines.filter((line) => line !== '' && !edit.drop?.has(keyOfLine(line) ?? ''))
  const content = staying.map((line) => `${line}\n`).join('') + added
  return content === '' ? [{ do: 'remove', path }] : [replace(tree, path, content, durable)]
}

/** Where lines are added. A last line that somebody left without its end would swallow them. */
function endOf(tree: Tree, path: string, text: string): { at: number; text: string } {
  const at = stateOf(tree, path)?.sizeBytes ?? 0
  if (at === 0) return { at, text }
  const handle = openSync(fileIn(tree, path), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  try {
    const last = Buffer.alloc(1)
    readSync(handle, last, 0, 1, at - 1)
    return { at, text: last[0] === 0x0a ? text : `\n${text}` }
  } finally {
    closeSync(handle)
  }
}

function replace(tree: Tree, path: string, content: string | Uint8Array, durable: boolean): Step {
  const staged = `${STAGING_FOLDER}/${randomBytes(8).toString('hex')}`
  writeWhole(fileIn(tree, staged), content, durable)
  return { do: 'replace', path, staged }
}

function writeWhole(file: string, content: string | Uint8Array, durable: boolean): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const handle = openSync(file, 'wx', 0o600)
  try {
    writeAll(handle, typeof content === 'string' ? Buffer.from(content) : content)
    if (durable) fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at)
}

/** In one file that stays: its name is on the disk already. */
function writeJournal(tree: Tree, steps: readonly Step[], durable: boolean): void {
  const isNew = stateOf(tree, JOURNAL) === undefined
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0)
  const handle = openSync(fileIn(tree, JOURNAL), flags, 0o600)
  try {
    writeAll(handle, Buffer.from(JSON.stringify(steps)))
    if (durable) fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  if (durable && isNew) syncFolder(fileIn(tree, STAGING_FOLDER))
}

/** Can be done again from any point at which it was left. `done` gets each step before it is taken. */
function carryOut(tree: Tree, steps: readonly Step[], durable: boolean, done: Step[] = []): void {
  const folders = new Set<string>()
  for (const step of steps) {
    const file = fileIn(tree, step.path)
    if (step.do !== 'remove') {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
      checkInside(tree, step.path)
    } else if (!existsSync(dirname(file))) continue
    // Lines at the end of a file that is there change no name in its folder.
    if (step.do !== 'append' || step.at === 0) folders.add(dirname(file))
    done.push(step)
    if (step.do === 'append') append(file, step.at, step.text, durable)
    else if (step.do === 'replace') moveOnce(fileIn(tree, step.staged), file)
    else if (step.do === 'move') moveOnce(fileIn(tree, step.from), file)
    else if (step.do === 'link') makeLink(tree, file, step.target)
    else removeFile(tree, step.path)
  }
  if (durable) for (const folder of folders) if (existsSync(folder)) syncFolder(folder)
}

function append(file: string, at: number, text: string, durable: boolean): void {
  const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)
  const handle = openSync(file, flags, 0o600)
  try {
    const bytes = Buffer.from(text)
    if (fstatSync(handle).size >= at + bytes.length) return
    ftruncateSync(handle, at)
    for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done, bytes.length - done, at + done)
    if (durable) fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function moveOnce(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error
  }
}

/** Where links cannot be made a file says where one would lead, as git has it there. */
function makeLink(tree: Tree, file: string, target: string): void {
  rmSync(file, { force: true })
  try {
    tree.symlink(target, file)
  } catch (error) {
    if (!isCode(error, 'EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EACCES')) throw error
    writeWhole(file, target, false)
  }
}

/** Folders that it leaves empty go with it. */
function removeFile(tree: Tree, path: string): void {
  rmSync(fileIn(tree, path), { force: true })
  for (let folder = dirname(path); folder !== '.' && `${folder}/` !== HISTORY; folder = dirname(folder)) {
    try {
      rmdirSync(fileIn(tree, folder))
    } catch {
      return
    }
  }
}

/** Takes appended lines away again. */
function takeBack(tree: Tree, { path, at }: { path: string; at: number }): void {
  const handle = openSync(fileIn(tree, path), constants.O_RDWR | (constants.O_NOFOLLOW ?? 0))
  try {
    ftruncateSync(handle, Math.min(at, fstatSync(handle).size))
  } finally {
    closeSync(handle)
  }
}

function unstage(tree: Tree): void {
  const folder = fileIn(tree, STAGING_FOLDER)
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true })
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
