import { randomBytes } from 'node:crypto'
import { closeSync, constants, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { decompress, withBlobs, withoutRecordEnds } from '../archive/frames.ts'
import { makeFolder } from '../config/make-folder.ts'
import { AppError } from '../domain/errors.ts'
import { shellWord } from '../domain/shell-word.ts'
import { databaseOf, hasNoFile, type Transcript } from '../domain/transcript.ts'
import type { Store } from '../stores/store.ts'

/** One file that was, or would be, written again. */
export interface RestoredFile {
  path: string
  sizeBytes: number
  /** `rows`: the agent keeps it in a database, which is not written to; this file has one JSON object a row. */
  form: 'file' | 'rows'
}

/** The agent's file again, piece by piece: equal to the source but for redacted places. */
export async function* restoredBytes(store: Store, transcriptId: number): AsyncGenerator<Buffer> {
  for await (const frame of store.archive.frames(transcriptId)) {
    const blobs = new Map<string, Uint8Array>()
    for (const [, hash] of frame.blobs) {
      const data = blobs.has(hash) ? undefined : await store.archive.blob(hash)
      if (data) blobs.set(hash, decompress(data))
    }
    const bytes = withBlobs(decompress(frame.data), frame.blobs, (hash) => blobs.get(hash) ?? missing(hash))
    yield frame.part === null ? withoutRecordEnds(bytes) : bytes
  }
}

function missing(hash: string): never {
  throw new AppError('internal', `the archive lost a blob (${hash.slice(0, 12)})`, { hint: 'daybook doctor' })
}

/**
 * Writes a session's transcripts, with the files that belong to them, where the agent had them or below `folder`.
 *
 * Nothing that is there is overwritten without `force`. Each file appears whole or not at all. A transcript that is rows
 * of a database becomes a file of lines, which needs a folder.
 * @throws AppError `conflict` naming the file that is in the way, `unsupported` where a database would have to be written
 */
export async function restoreSession(
  store: Store,
  sessionId: string,
  options: { folder?: string; force?: boolean } = {},
): Promise<RestoredFile[]> {
  const transcripts = (await store.transcripts.list({ sessionId })).map(asFile)
  const main = transcripts.find((transcript) => transcript.kind === 'main') ?? transcripts[0]
  if (!main)
    throw new AppError('not_found', 'this session has no transcript to restore', { hint: 'daybook session list' })
  if (options.folder === undefined && transcripts.some(({ form }) => form === 'rows')) {
    throw new AppError('unsupported', 'this session lies in a database, which Daybook never writes to', {
      hint: `daybook restore ${shellWord(main.externalId)} --to restored`,
    })
  }
  const { externalId } = await store.sessions.get(sessionId)
  const above = main.kind === 'main' ? dirname(main.path) : dirname(ownFolder(main, externalId) ?? main.path)
  const plan = new Map<string, () => Promise<RestoredFile>>()
  for (const transcript of [main, ...transcripts.filter(({ id }) => id !== main.id)]) {
    const path = placeOf(transcript, above, ownFolder(transcript, externalId), options.folder, plan)
    const bytes = (): AsyncIterable<Buffer> => restoredBytes(store, transcript.id)
    plan.set(path, () => writeFile(path, path.endsWith('.zst') ? packed(bytes()) : bytes(), transcript.form))
    const around = ownFolder({ ...transcript, path }, externalId) ?? dirname(path)
    for (const { relativePath, blobHash } of await store.archive.attachments(transcript.id)) {
      const beside = besidePlace(around, join(relative(around, dirname(path)), relativePath), options.folder)
      if (!plan.has(beside)) plan.set(beside, () => writeFile(beside, blobBytes(store, blobHash)))
    }
  }
  const inTheWay = [...plan.keys()].find((path) => !options.force && existsSync(path))
  if (inTheWay) {
    throw new AppError('conflict', `${inTheWay} exists already and is not overwritten`, {
      hint: `daybook restore ${shellWord(main.externalId)} --to ${shellWord(`${options.folder ?? 'restored'}-2`)}`,
    })
  }
  const files: RestoredFile[] = []
  for (const write of plan.values()) files.push(await write())
  return files
}

/** Rows are restored as a file of lines named for the conversation, beside where their database lies. */
function asFile(transcript: Transcript): Transcript & Pick<RestoredFile, 'form'> {
  if (hasNoFile(transcript))
    return { ...transcript, path: resolve(`${transcript.externalId}.kept.jsonl`), form: 'rows' }
  const rows = databaseOf(transcript.path)
  if (rows === undefined) return { ...transcript, form: 'file' }
  return { ...transcript, path: join(dirname(rows.database), `${rows.id}.jsonl`), form: 'rows' }
}

/** A file that its agent keeps compressed is compressed again: the same transcript, not the same bytes. */
async function* packed(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { Readable } = await import('node:stream')
  const { createZstdCompress } = await import('node:zlib')
  const source = Readable.from(pieces, { objectMode: false })
  const compressed = createZstdCompress()
  source.on('error', (error) => compressed.destroy(error))
  yield* source.pipe(compressed) as AsyncIterable<Buffer>
}

async function* blobBytes(store: Store, hash: string): AsyncGenerator<Buffer> {
  const data = await store.archive.blob(hash)
  yield decompress(data ?? missing(hash))
}

/**
 * Beside the main transcript as the agent had it. One that lay elsewhere goes below the name of its folder: a session that
 * was resumed in two directories has two files of one name. Where even those are the same, below its whole path.
 */
function placeOf(
  { path }: Transcript,
  above: string,
  own: string | undefined,
  folder: string | undefined,
  taken: ReadonlyMap<string, unknown>,
): string {
  if (folder === undefined) return path
  const elsewhere = own === undefined ? join(basename(dirname(path)), basename(path)) : relative(dirname(own), path)
  const way = relative(above, path)
  const near = inside(folder, way.startsWith('..') ? elsewhere : way)
  return taken.has(near) ? inside(folder, path.replace(/^(?:[A-Za-z]:)?[\\/]+/, '')) : near
}

/**
 * Where a file that belongs to a transcript goes: around it, or next to its folder where the agent keeps such files (Gemini
 * CLI's `../tool-outputs`). Below a folder that was named it stays inside.
 */
function besidePlace(around: string, way: string, folder: string | undefined): string {
  const [up, ...rest] = way.split(/[\\/]/)
  if (up !== '..') return inside(around, way)
  return inside(folder === undefined ? dirname(around) : around, join(...rest))
}

/** The folder named for the session that a transcript lies in, where the agent keeps one. */
function ownFolder({ path }: Pick<Transcript, 'path'>, externalId: string): string | undefined {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if (basename(folder) === externalId) return folder
  }
  return undefined
}

/** Joins, and refuses to leave the folder. */
function inside(folder: string, path: string): string {
  const root = resolve(folder)
  const target = resolve(root, path)
  if (target !== root && target.startsWith(root + sep)) return target
  throw new AppError('invalid', `the path "${path}" leads out of ${root}`, { hint: 'daybook restore SESSION --to DIR' })
}

async function writeFile(
  path: string,
  pieces: AsyncIterable<Buffer>,
  form: RestoredFile['form'] = 'file',
): Promise<RestoredFile> {
  // Not named after the file: that may have the longest name there is.
  const draft = join(dirname(path), `.daybook-${randomBytes(6).toString('hex')}`)
  const descriptor = openDraft(draft)
  let sizeBytes = 0
  try {
    for await (const piece of pieces) {
      let written = 0
      while (written < piece.length) written += writeSync(descriptor, piece, written)
      sizeBytes += piece.length
    }
    fsyncSync(descriptor)
  } catch (error) {
    closeSync(descriptor)
    rmSync(draft, { force: true })
    throw error
  }
  closeSync(descriptor)
  renameSync(draft, path)
  return { path, sizeBytes, form }
}

/** @throws AppError `unavailable` where the folder cannot be made or written to */
function openDraft(draft: string): number {
  const folder = dirname(draft)
  try {
    makeFolder(folder)
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)
    return openSync(draft, flags, 0o600)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new AppError('unavailable', `nothing can be written into ${folder}: ${reason}`, { cause: error })
  }
}
