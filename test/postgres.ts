import { spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import pg from 'pg'

/** A server for tests, with a database of its own for each. */
export interface TestPostgres {
  /** Makes an empty database and gives its address. */
  create(): Promise<string>
  stop(): Promise<void>
}

const DEBIAN = '/usr/lib/postgresql'
/** `nobody`: the server refuses to run as root. */
const NOBODY = 65534

/** Finds a PostgreSQL server or starts one. @returns why there is none, as text */
export async function startPostgres(): Promise<TestPostgres | string> {
  const given = process.env['DATABASE_URL']
  if (given) return connected(given, async () => {})
  const binaries = newestBinaries()
  if (!binaries) return `no PostgreSQL: DATABASE_URL is not set, and no server in ${DEBIAN} or on the PATH`
  const folder = mkdtempSync(join(tmpdir(), 'daybook-pg-'))
  const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  if ('uid' in asNobody) chownSync(folder, NOBODY, NOBODY)
  const data = join(folder, 'data')
  const init = spawnSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'daybook', '--no-sync', '-E', 'UTF8', '--locale=C'],
    {
      ...asNobody,
      cwd: folder,
    },
  )
  if (init.status !== 0) return `initdb failed: ${String(init.stderr).trim().split('\n').at(-1)}`
  const settings = ['fsync=off', 'full_page_writes=off', 'listen_addresses=', `unix_socket_directories=${folder}`]
  const server = spawn(join(binaries, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...asNobody,
    cwd: folder,
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const stop = async () => {
    server.kill('SIGINT')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  return connected(`postgres://daybook@localhost/postgres?host=${encodeURIComponent(folder)}`, stop)
}

function newestBinaries(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ]
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))))
}

async function connected(url: string, stop: () => Promise<void>): Promise<TestPostgres> {
  await untilReady(url)
  let made = 0
  return {
    stop,
    async create() {
      const name = `daybook_test_${process.pid}_${++made}`
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      await client.query(`DROP DATABASE IF EXISTS ${name}`)
      await client.query(`CREATE DATABASE ${name}`)
      await client.end()
      const address = new URL(url)
      address.pathname = `/${name}`
      return address.href
    },
  }
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (attempt === 200) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
