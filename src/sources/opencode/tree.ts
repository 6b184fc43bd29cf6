import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { asObject, asText } from '../record.ts'
import type { RowReader, RowStamp } from '../rows.ts'
import type { Env } from '../source.ts'
import {
  isFinished,
  messageFacts,
  messageLine,
  partLine,
  sessionLine,
  type MessageFacts,
  type SessionRow,
} from './row.ts'

/**
 * The JSON files of OpenCode before 1.2: `session/<project>/<session>.json`, `message/<session>/<message>.json` and
 * `part/<message>/<part>.json` below `storage/`. They stay behind when 1.2 copies them into its database.
 */
export function listSessionFiles(storage: string, env: Env): string[] {
  const root = join(storage, 'session')
  return names(root, env).flatMap((project) =>
    names(join(root, project), env)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(root, project, name)),
  )
}

/** Names in a folder, in order; none where there is no such folder. */
function names(folder: string, env?: Env): string[] {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'error'
    if (code !== 'ENOENT' && code !== 'ENOTDIR') env?.problem?.(folder, `the folder cannot be read (${code})`)
    return []
  }
}

/** A session's file; `undefined` when it is none. */
export function readSessionFile(path: string): SessionRow | undefined {
  const data = asObject(readJson(path)?.value)
  if (data === undefined) return undefined
  const time = asObject(data.time)
  const stat = statSync(path)
  return {
    id: basename(path, '.json'),
    parentId: asText(data.parentID) ?? null,
    directory: asText(data.directory) ?? null,
    title: asText(data.title) ?? null,
    version: asText(data.version) ?? null,
    createdAtMs: typeof time?.created === 'number' ? time.created : Math.floor(stat.mtimeMs),
    updatedAtMs: Math.floor(stat.mtimeMs),
  }
}

function readJson(path: string): { text: string; value: unknown } | undefined {
  try {
    const text = readFileSync(path, 'utf8')
    return { text, value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

interface TreeFile {
  key: string
  path: string
  place: number
  message?: string
  sizeBytes: number
  updatedAtMs: number
  closed: boolean
}

/** Every file of a session, in the order of the conversation. Ids grow with time, so their order is that of the messages. */
export function listFiles(sessionPath: string): TreeFile[] {
  const storage = dirname(dirname(dirname(sessionPath)))
  const folder = join(storage, 'message', basename(sessionPath, '.json'))
  const files: TreeFile[] = []
  const add = (key: string, path: string, closed: boolean, place: number, message?: string): void => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (!stat?.isFile()) return
    files.push({ key, path, closed, place, message, sizeBytes: stat.size, updatedAtMs: Math.floor(stat.mtimeMs) })
  }
  add('session', sessionPath, false, 0)
  const messages = names(folder).filter((name) => name.endsWith('.json'))
  for (const [i, name] of messages.entries()) {
    const id = basename(name, '.json')
    const closed = i < messages.length - 1
    const parts = names(join(storage, 'part', id)).filter((part) => part.endsWith('.json'))
    for (const [place, part] of parts.entries()) {
      add(`part ${basename(part, '.json')}`, join(storage, 'part', id, part), closed, place, join(folder, name))
    }
    add(`message ${id}`, join(folder, name), closed, 0)
  }
  return files
}

/** One session of the tree, file by file. `root` is the session its subagents belong to. */
export function openTreeSession(sessionPath: string, root: string): RowReader {
  const files = new Map<string, TreeFile>()
  let message: { path: string; facts: MessageFacts } | undefined
  const factsOf = (path: string): MessageFacts => {
    if (message?.path !== path) message = { path, facts: messageFacts(readJson(path)?.text) }
    return message.facts
  }
  return {
    stamps() {
      const listed = listFiles(sessionPath)
      if (listed[0]?.key !== 'session') return undefined
      return listed.map((file): RowStamp => {
        files.set(file.key, file)
        const { key, sizeBytes, updatedAtMs, closed } = file
        return { key, stamp: `${updatedAtMs}:${sizeBytes}`, sizeBytes, updatedAtMs, closed }
      })
    },
    line({ key }) {
      const { path, place, message: messagePath } = files.get(key)!
      const id = basename(path, '.json')
      if (key === 'session') {
        const session = readSessionFile(path)
        return session && sessionLine(session, root)
      }
      // What is no JSON goes on as text, so that its line says so.
      const text = readJson(path)?.text ?? JSON.stringify(readText(path))
      return messagePath === undefined ? messageLine(id, text) : partLine(id, place, factsOf(messagePath), text)
    },
    isFinished: (_row, line) => isFinished(line),
    close() {},
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
