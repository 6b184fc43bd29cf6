import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { setImmediate as letOthers } from 'node:timers/promises'
import { fileIdentity } from './source-file.ts'
import type { Env } from './source.ts'
import type { FileIdentity } from './file-identity.ts'

/** A regular file found below a root. */
export interface FoundFile {
  name: string
  path: string
  file: FileIdentity
  /** When it was made, Unix milliseconds; undefined where the file system does not know. */
  bornAtMs?: number
}

/** What lies in a folder. */
export interface FolderContent {
  files: FoundFile[]
  folders: { name: string; path: string }[]
}

/** Files and folders that are looked at without a break: some milliseconds. */
const LOOKED_AT_ONCE = 256

/**
 * Reads folders below one root without ever leaving it, reading one twice, or opening what is not a regular file.
 *
 * Links are followed where they stay inside the root. What is refused or cannot be read is told to `env.problem`;
 * fifos, sockets and devices are passed over in silence.
 */
export class FolderReader {
  readonly #env: Env
  readonly #root: string
  readonly #seen: Set<string>
  /** Real paths of folders that are no links, told by the folder they were found in: asking costs a look-up a level. */
  readonly #known = new Map<string, string>()
  #looked = 0

  /** @param seen real paths of folders and linked files that were read already, shared between roots */
  constructor(env: Env, root: string, seen: Set<string>) {
    this.#env = env
    this.#seen = seen
    this.#root = this.#realPath(root) ?? root
  }

  /**
   * Files and folders in `path`; both empty when it cannot be read or was read before. With thousands of either, in this
   * folder or in those read before, a server answers others meanwhile.
   */
  async read(path: string): Promise<FolderContent> {
    const files: FoundFile[] = []
    const folders: { name: string; path: string }[] = []
    const known = this.#known.get(path)
    const real = known ?? this.#realPath(path)
    this.#known.delete(path)
    if (real === undefined || this.#seen.has(real)) return { files, folders }
    this.#seen.add(real)
    let entries
    try {
      entries = readdirSync(path, { withFileTypes: true })
    } catch (error) {
      if (!isMissing(error)) this.#env.problem?.(path, `the folder cannot be read (${errorCode(error)})`)
      return { files, folders }
    }
    // Names are appended to a path made proper once: joining anew for every name is half of what looking at it takes.
    const base = known === undefined ? join(path, sep) : path + sep
    const realBase = real.endsWith(sep) ? real : real + sep
    for (const entry of entries) {
      if (++this.#looked % LOOKED_AT_ONCE === 0) await letOthers()
      const child = base + entry.name
      if (entry.isFile()) this.#addFile(files, entry.name, child)
      else if (entry.isSymbolicLink()) this.#follow(child, entry.name, files, folders)
      else if (entry.isDirectory()) {
        this.#known.set(child, realBase + entry.name)
        folders.push({ name: entry.name, path: child })
      }
    }
    return { files, folders }
  }

  #follow(path: string, name: string, files: FoundFile[], folders: { name: string; path: string }[]): void {
    const real = this.#realPath(path)
    if (real === undefined) return
    if (real !== this.#root && !real.startsWith(this.#root + sep)) {
      this.#env.problem?.(path, 'a link that leads out of the folder was not followed')
      return
    }
    let target
    try {
      target = statSync(real)
    } catch {
      return
    }
    if (target.isDirectory()) {
      if (this.#seen.has(real)) this.#env.problem?.(path, 'a link to a folder that was read already was not followed')
      else folders.push({ name, path })
    } else if (target.isFile() && !this.#seen.has(real)) {
      this.#seen.add(real)
      this.#addFile(files, name, path)
    }
  }

  #addFile(files: FoundFile[], name: string, path: string): void {
    try {
      const stat = statSync(path)
      if (!stat.isFile()) return
      const bornAtMs = stat.birthtimeMs > 0 ? Math.floor(stat.birthtimeMs) : undefined
      files.push({ name, path, file: fileIdentity(stat), bornAtMs })
    } catch (error) {
      if (!isMissing(error)) this.#env.problem?.(path, `the file cannot be read (${errorCode(error)})`)
    }
  }

  #realPath(path: string): string | undefined {
    try {
      // Most agents are not there, and to make an error takes far longer than to look.
      if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined
      return realpathSync.native(path)
    } catch (error) {
      const broken = errorCode(error) === 'ELOOP' ? 'a link that leads to itself' : undefined
      if (broken) this.#env.problem?.(path, broken)
      else if (!isMissing(error)) this.#env.problem?.(path, `cannot be read (${errorCode(error)})`)
      else if (isLink(path)) this.#env.problem?.(path, 'a link to nothing')
      return undefined
    }
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'error'
}

function isMissing(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}
