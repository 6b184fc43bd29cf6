import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDaybook } from '../src/app.ts'
import { readConfig } from '../src/config/config.ts'
import { open } from '../src/index.ts'
import { startPostgres } from './postgres.ts'

let home: string
let work: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'daybook-storage-'))
  work = join(home, 'work')
  mkdirSync(work)
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const data = () => join(home, 'data')
const book = (env: Record<string, string>) => open({ home: data(), cwd: work, env })

const postgres = await startPostgres()
if (typeof postgres !== 'string') afterAll(() => postgres.stop())

describe('where a record is kept', () => {
  it.each<Record<string, string>>([{ SESSION_STORAGE_ENABLED: 'false' }, { SESSION_STORAGE_BACKEND: 'memory' }])(
    'U29 U32 %j: everything works, and nothing is written',
    async (env) => {
      const one = await book(env)
      await one.session.start({ title: 'Nowhere' })
      await one.session.create({ id: 'run-1' })
      await one.session.message({ session: 'run-1', content: 'a secret of the harbour' })
      expect((await one.search({ query: 'secret' })).items).toHaveLength(1)
      expect((await one.session.list()).total).toBe(2)
      await one.close()
      expect([existsSync(data()), readdirSync(work)]).toEqual([false, []])
      const again = await book(env)
      expect((await again.session.list()).total).toBe(0)
      await again.close()
    },
  )

  it('U30 SESSION_STORAGE_PATH says in which folder, from where the program runs', async () => {
    const one = await book({ SESSION_STORAGE_PATH: '.sessions' })
    await one.session.create({ id: 'run-1' })
    await one.close()
    expect(existsSync(join(work, '.sessions', 'daybook.db'))).toBe(true)
    expect(existsSync(join(data(), 'daybook.db'))).toBe(false)
  })

  it('U31 U33 SESSION_RETENTION_DAYS is what clean-up goes by, and nothing goes by itself', async () => {
    const start = Date.parse('2026-11-20T12:00:00Z')
    const env = { SESSION_RETENTION_DAYS: '7' }
    let nowMs = start
    const one = await open({ home: data(), cwd: work, env, now: () => nowMs })
    await one.session.create({ id: 'run-1' })
    await one.session.complete({ session: 'run-1' })
    nowMs += 8 * 86_400_000
    expect((await one.session.list()).total).toBe(1)
    expect((await one.session.cleanup({ rehearse: true })).total).toBe(1)
    expect((await one.session.cleanup()).total).toBe(1)
    await one.close()
    const machine = { home, platform: process.platform, variables: { ...env, DAYBOOK_HOME: data() } }
    const { settings } = await readConfig(machine, work)
    expect(settings.find(({ key }) => key === 'retention_days')).toMatchObject({
      value: 7,
      from: 'SESSION_RETENTION_DAYS',
    })
  })

  it.skipIf(typeof postgres === 'string')(
    'U32 U43 SESSION_STORAGE_BACKEND=postgres keeps it in a database',
    async () => {
      if (typeof postgres === 'string') return
      const env = { SESSION_STORAGE_BACKEND: 'postgres', DAYBOOK_STORAGE_URL: await postgres.create() }
      const one = await book(env)
      await one.session.create({ id: 'run-1' })
      await one.session.message({ session: 'run-1', content: 'kept' })
      await one.close()
      const machine = { home, platform: process.platform, variables: { ...env, DAYBOOK_HOME: data() } }
      const setup = { machine, cwd: work, now: Date.now, signal: new AbortController().signal }
      const opened = await openDaybook(setup, 'own')
      await opened.engines.scan({})
      const { items } = await opened.context.store.sessions.list({}, { limit: 9 })
      expect(items.map(({ externalId, messageCount }) => [externalId, messageCount])).toEqual([['run-1', 1]])
      expect((await opened.context.store.inspect()).engine).toBe('postgres')
      await opened.close()
      expect(existsSync(join(data(), 'daybook.db'))).toBe(false)
    },
  )

  it('U32 U33 SESSION_STORAGE_BACKEND=filesystem keeps files, TOOL_HISTORY_PATH what tools did; doctor names a damaged line', async () => {
    const env = {
      SESSION_STORAGE_BACKEND: 'filesystem',
      SESSION_STORAGE_PATH: 'kept',
      TOOL_HISTORY_PATH: 'tools',
    }
    const one = await book(env)
    await one.session.create({ id: 'run-1' })
    await one.session.message({ session: 'run-1', content: 'kept' })
    await one.session.link({ session: 'run-1', invocation: 'c-1', tool: 'fetch', output: 'ok' })
    await one.close()
    expect(readdirSync(join(work, 'tools'))).toEqual([expect.stringMatching(/_fetch$/)])
    expect(existsSync(join(work, 'kept/run-1/invocations/c-1/record.jsonl'))).toBe(true)
    appendFileSync(join(work, 'kept/run-1/conversation.jsonl'), '{"role": "us')
    const again = await book(env)
    const { items } = await again.doctor({})
    expect(items.find(({ name }) => name === 'problems')).toMatchObject({
      level: 'warn',
      details: [expect.stringContaining('run-1/conversation.jsonl')],
    })
    expect((await again.session.show({ session: 'run-1' })).messageCount).toBe(1)
    await again.close()
  })

  it('refuses what it does not know, and a database without its URL', async () => {
    await expect(book({ SESSION_STORAGE_BACKEND: 'mongodb' })).rejects.toThrow(
      'SESSION_STORAGE_BACKEND: storage.backend = "mongodb" is not one of sqlite, filesystem, memory, postgres',
    )
    await expect(book({ SESSION_STORAGE_BACKEND: 'postgres' })).rejects.toThrow('needs the URL of a database')
    const url = 'postgres://ada:secret@localhost/daybook'
    const machine = { home, platform: process.platform, variables: { DAYBOOK_HOME: data(), DAYBOOK_STORAGE_URL: url } }
    const { settings, storage } = await readConfig(machine, work)
    expect(storage.url).toBe(url)
    expect(JSON.stringify(settings)).not.toContain('ada:secret')
  })
})
