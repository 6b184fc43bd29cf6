import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const program = join(root, 'dist', 'bin.js')

/** Brings `dist/` up to date: these tests run the program that people run. */
export function buildProgram(): void {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root, stdio: 'pipe' })
}

export interface Ran {
  status: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  durationMs: number
}

export interface RunOptions {
  env?: Record<string, string | undefined>
  /** Shell words put before the program, such as `ulimit -n 64;`. */
  shell?: string
  /** A command that is given the program and its words as further arguments. */
  around?: readonly string[]
  uid?: number
  cwd?: string
}

/** What a store holds, read by SQLite alone: equal for two stores that hold the same history. */
export interface Holding {
  integrity: string
  rows: Record<string, number>
  sessions: unknown[]
  transcripts: unknown[]
  usage: unknown
  quarters: unknown
  /** Entries below their transcript's mark in the index. */
  indexed: number
}

/** A home folder with transcripts and a data folder, and the built program to be run on them. */
export interface Place {
  home: string
  data: string
  /** Writes a file below the folder of Claude Code's projects. */
  write(path: string, content: string | Uint8Array): string
  run(words: readonly string[], options?: RunOptions): Promise<Ran>
  start(words: readonly string[], options?: RunOptions): ChildProcess
  /** What a command prints with `--json`. Fails when it fails. */
  json<T = Record<string, unknown>>(words: readonly string[]): Promise<T>
  holding(): Holding
  remove(): void
}

/** An empty home folder of its own, removed at the end. */
export function place(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-faults-'))
  const data = join(folder, 'data')
  const home = join(folder, 'home')
  mkdirSync(join(home, '.claude', 'projects'), { recursive: true })

  function start(words: readonly string[], { env, shell, around = [], uid, cwd }: RunOptions = {}): ChildProcess {
    const variables = { PATH: process.env['PATH'], HOME: home, DAYBOOK_HOME: data, NO_COLOR: '1', TZ: 'UTC', ...env }
    const options = { env: variables, cwd: cwd ?? folder, ...(uid === undefined ? {} : { uid, gid: uid }) }
    const inShell = shell === undefined ? [] : ['/bin/sh', '-c', `${shell} exec "$@"`, 'sh']
    const [command, ...rest] = [...around, ...inShell, process.execPath, program, ...words]
    return spawn(command!, rest, options)
  }

  async function run(words: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return ended(start(words, options))
  }

  return {
    home,
    data,
    write(path, content) {
      const file = join(home, '.claude', 'projects', path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
      return file
    },
    run,
    start,
    async json<T>(words: readonly string[]) {
      const { status, stdout, stderr } = await run([...words, '--json'])
      if (status !== 0) throw new Error(`daybook ${words.join(' ')} ended with ${status}: ${stderr}${stdout}`)
      return JSON.parse(stdout) as T
    },
    holding: () => readHolding(data),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** Collects what a process prints until it is gone. */
export function ended(child: ChildProcess): Promise<Ran> {
  const startedMs = performance.now()
  let [stdout, stderr] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) =>
      resolve({ status, signal, stdout, stderr, durationMs: performance.now() - startedMs }),
    )
  })
}

const COUNTED = ['session', 'transcript', 'blob', 'entry', 'invocation', 'usage', 'file_change', 'commit_seen', 'plan']

function readHolding(data: string): Holding {
  const handle = new DatabaseSync(join(data, 'daybook.db'), { timeout: 10_000 })
  try {
    handle.exec(`ATTACH '${join(data, 'search.db')}' AS found`)
    const all = (sql: string): Record<string, unknown>[] =>
      handle
        .prepare(sql)
        .all()
        .map((row) => ({ ...row }))
    const one = (sql: string): number => Number(Object.values(all(sql)[0]!)[0])
    return {
      integrity: all('PRAGMA main.integrity_check')
        .map((row) => row['integrity_check'])
        .join('\n'),
      // Not frames: they are cut where reading paused, so only their records are compared.
      rows: Object.fromEntries(COUNTED.map((table) => [table, one(`SELECT COUNT(*) FROM ${table}`)])),
      sessions: all(
        `SELECT external_id, entry_count, message_count, invocation_count, failed_count, subagent_count, active_ms, status,
           started_ms, last_ms, title FROM session ORDER BY external_id`,
      ),
      transcripts: all(
        `SELECT substr(path, instr(path, '.claude')) AS path, read_bytes, next_record, next_line, entry_count, message_count,
           (SELECT COALESCE(SUM(record_count), 0) FROM frame f WHERE f.transcript_id = t.id AND part = -1) AS records,
           (SELECT COALESCE(SUM(source_bytes), 0) FROM frame f WHERE f.transcript_id = t.id AND part = -1) AS archived,
           (SELECT COUNT(*) FROM entry e WHERE e.transcript_id = t.id) AS entries
         FROM transcript t ORDER BY path`,
      ),
      usage: all(
        `SELECT COUNT(*) AS responses, SUM(input_tokens) AS input, SUM(output_tokens) AS output,
           SUM(cache_read_tokens) AS cache_read, SUM(cache_write_tokens) AS cache_write, SUM(cost_microdollars) AS cost
         FROM usage WHERE inherited = 0`,
      ),
      quarters: all(
        `SELECT SUM(responses) AS responses, SUM(input_tokens) AS input, SUM(output_tokens) AS output,
           SUM(cache_read_tokens) AS cache_read, SUM(cache_write_tokens) AS cache_write, SUM(cost_microdollars) AS cost
         FROM usage_quarter`,
      ),
      indexed: one(
        `SELECT COUNT(*) FROM entry e JOIN found.search_mark m ON m.transcript_id = e.transcript_id AND e.record < m.through_record`,
      ),
    }
  } finally {
    handle.close()
  }
}
