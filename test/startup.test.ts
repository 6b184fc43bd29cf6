import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../scripts/bundle.mjs'

interface Bundled {
  files: { path: string; contents: string | Uint8Array }[]
  metafile: { outputs: Record<string, { bytes: number; inputs: Record<string, unknown> }> }
}

/** What a command loaded: parts of the program, and modules of Node beyond those that every process has. */
interface Loaded {
  parts: string[]
  builtins: string[]
  /** Files of the program that were read. */
  files: string[]
  /** Functions that were made out of text. */
  made: number
}

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs before the program and notes in `$LOADED` what it loads. */
const NOTES = `
  const vm = require('vm'), fs = require('fs')
  const before = new Set(process.moduleLoadList), parts = [], files = []
  let made = 0
  globalThis.Function = new Proxy(Function, { construct: (of, given) => (made++, Reflect.construct(of, given)) })
  const readFileSync = fs.readFileSync
  fs.readFileSync = (file, ...given) => {
    if (/program-\\w+\\.js$/.test(String(file))) files.push(String(file))
    return readFileSync(file, ...given)
  }
  const run = vm.Script.prototype.runInThisContext
  vm.Script.prototype.runInThisContext = function (...args) {
    const program = run.apply(this, args)
    return Object.fromEntries(Object.entries(program).map(([name, part]) => [name, (...given) => {
      parts.push(name)
      return part(...given)
    }]))
  }
  process.on('exit', () => {
    const builtins = process.moduleLoadList.filter((name) => !before.has(name)).map((name) => name.replace('NativeModule ', ''))
    fs.writeFileSync(process.env.LOADED, JSON.stringify({ parts, builtins, files, made }))
  })
`

/** Slow to load, each 1 to 7 ms, and of no use to a command that only asks the store. */
const NOT_NEEDED = [
  'crypto',
  'zlib',
  'net',
  'tty',
  'stream',
  'worker_threads',
  'child_process',
  'perf_hooks',
  'url',
  'internal/fs/promises',
  'internal/fs/streams',
  'internal/readline/interface',
]

const NOT_NEEDED_SOURCES =
  /^src\/(ingest|archive|demo|git|stores\/sql\/migrations)\/|prices\/(tables|price-)|smol-toml|zod\/v4\/(classic|locales)/

describe('what a command loads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-startup-'))
  const dist = join(folder, 'dist')
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    DAYBOOK_HOME: join(folder, 'data'),
    LOADED: join(folder, 'loaded.json'),
  }
  let outputs: Bundled['metafile']['outputs']
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const run = (...words: string[]): string =>
    execFileSync(process.execPath, [join(dist, 'bin.js'), ...words], {
      env,
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    })

  function loadedBy(words: string[], input = ''): Loaded {
    const args = ['-r', join(folder, 'notes.cjs'), join(dist, 'bin.js'), ...words]
    execFileSync(process.execPath, args, { env, cwd: folder, stdio: 'pipe', input })
    return JSON.parse(readFileSync(env.LOADED, 'utf8')) as Loaded
  }

  /** Sources and packages in the parts, as paths from the root. */
  function sourcesOf({ parts }: Loaded): string[] {
    const byName = new Map(Object.entries(outputs).map(([path, output]) => [path.split('/').at(-1), output]))
    return parts.flatMap((name) => Object.keys(byName.get(name)?.inputs ?? {}))
  }

  function bytesOf({ parts }: Loaded): number {
    const byName = new Map(Object.entries(outputs).map(([path, output]) => [path.split('/').at(-1), output.bytes]))
    return parts.reduce((sum, name) => sum + (byName.get(name) ?? 0), 0)
  }

  beforeAll(async () => {
    const made = (await bundle(root, dist)) as Bundled
    outputs = made.metafile.outputs
    mkdirSync(dist)
    for (const { path, contents } of made.files) writeFileSync(path, contents)
    writeFileSync(join(folder, 'notes.cjs'), NOTES)
    run('demo')
    // Makes the person's own store, once.
    run('session', 'list')
  }, 60_000)

  it('answers --version with the command line alone', () => {
    const loaded = loadedBy(['--version'])
    expect(
      sourcesOf(loaded).filter((path) => /^src\/(?!cli|domain|config|operations\/index|bin|standard)/.test(path)),
    ).toEqual([])
    expect(loaded.builtins.filter((name) => [...NOT_NEEDED, 'sqlite'].includes(name))).toEqual([])
    expect(loaded.parts.length).toBeLessThanOrEqual(12)
  })

  it.each([['session list'], ['usage total'], ['usage daily'], ['session stats'], ['session show SESSION-001']])(
    'asks the store without what reading transcripts needs: %s',
    (command) => {
      const loaded = loadedBy([...command.split(' '), '--json'])
      const sources = sourcesOf(loaded)
      expect(sources).toContain('src/stores/sqlite/open.ts')
      // What was asked in a session is read back from the archive.
      const reads = command.startsWith('session show') ? ['zlib', 'stream', 'src/archive/frames.ts'] : []
      expect(loaded.builtins.filter((name) => NOT_NEEDED.includes(name) && !reads.includes(name))).toEqual([])
      expect(sources.filter((path) => NOT_NEEDED_SOURCES.test(path) && !reads.includes(path))).toEqual([])
      expect(sources.filter((path) => path.includes('@modelcontextprotocol'))).toEqual([])
      expect(bytesOf(loaded)).toBeLessThanOrEqual(1_030_000)
      expect(loaded.files.map((file) => statSync(file).size)).toEqual([expect.toSatisfy((size) => size <= 2_350_000)])
    },
  )

  it('looks for transcripts without what imports files', () => {
    const loaded = loadedBy(['scan', '--json'])
    const sources = sourcesOf(loaded)
    expect(sources).toContain('src/ingest/discover.ts')
    expect(sources.filter((path) => path.startsWith('src/ingest/import/'))).toEqual([])
    expect(loaded.files).toHaveLength(1)
  })

  it('answers the first message of a tool server without the store, the sources or what HTTP needs', () => {
    const input = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
    })
    const loaded = loadedBy(['mcp'], `${input}\n`)
    const sources = sourcesOf(loaded)
    expect(loaded.made).toBe(0)
    expect(sources.filter((path) => path.includes('@modelcontextprotocol/server'))).not.toEqual([])
    expect(sources.filter((path) => /^src\/(stores|sources|history|ingest|archive|http|app)\b/.test(path))).toEqual([])
    expect(
      loaded.builtins.filter((name) => ['sqlite', 'crypto', 'zlib', 'http', 'worker_threads'].includes(name)),
    ).toEqual([])
  })

  it('keeps the compiled code of a command, takes it the next time, and makes it again where it is damaged', () => {
    rmSync(join(dist, 'compile-cache'), { recursive: true, force: true })
    const first = run('session', 'list', '--json')
    const [cache] = cached()
    expect(cache).toMatch(/session-list-json$/)
    const { size, mtimeMs } = statSync(cache!)
    expect(size).toBeGreaterThan(50_000)
    expect(run('session', 'list', '--json')).toBe(first)
    expect(statSync(cache!).mtimeMs).toBe(mtimeMs)
    for (const damaged of [Buffer.alloc(size), readFileSync(cache!).subarray(0, size >> 1), Buffer.alloc(0)]) {
      writeFileSync(cache!, damaged)
      expect(run('session', 'list', '--json')).toBe(first)
      expect(statSync(cache!).size).toBeGreaterThan(50_000)
    }
    expect(cached()).toEqual([cache])
  })

  it('works where nothing can be kept', () => {
    rmSync(join(dist, 'compile-cache'), { recursive: true, force: true })
    writeFileSync(join(dist, 'compile-cache'), '')
    expect(JSON.parse(run('session', 'list', '--json'))).toHaveProperty('items')
    rmSync(join(dist, 'compile-cache'))
  })

  function cached(): string[] {
    const found = readdirSync(join(dist, 'compile-cache'), { recursive: true, withFileTypes: true })
    return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  }
})
