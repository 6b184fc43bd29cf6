import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Book, open } from '../src/index.ts'
import { INDEX_FOLDER } from '../src/stores/filesystem/tree.ts'
import { type TestMachine, testMachine } from './machine.ts'
import { startPostgres } from './postgres.ts'

const MINUTE = 60_000
const START = Date.parse('2026-11-20T15:42:00Z')

const postgres = await startPostgres()
if (typeof postgres !== 'string') afterAll(() => postgres.stop())

let home: string
let nowMs: number
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'daybook-forks-'))
  mkdirSync(join(home, 'work'))
  nowMs = START
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const book = (env: Record<string, string>): Promise<Book> =>
  open({ home: join(home, 'data'), cwd: join(home, 'work'), env, now: () => nowMs })

async function say(here: Book, session: string, content: string): Promise<string> {
  nowMs += MINUTE
  return (await here.session.message({ session, content })).message.id
}

/** A parent, a fork of it, and a fork of that, each of which goes on: the youngest first. */
async function family(here: Book): Promise<string> {
  await here.session.create({ id: 'c-parent', title: 'Fetch' })
  await say(here, 'c-parent', 'one')
  await here.session.link({ session: 'c-parent', invocation: 'inv-1', tool: 'fetch', durationMs: 1500, output: 'rows' })
  const at = await say(here, 'c-parent', 'two')
  await say(here, 'c-parent', 'three')
  await here.session.fork({ session: 'c-parent', at, id: 'b-fork' })
  await here.session.fork({ session: 'b-fork', id: 'a-fork' })
  await say(here, 'a-fork', 'of the youngest')
  await say(here, 'b-fork', 'of the fork')
  await say(here, 'c-parent', 'four')
  return at
}

/** What each of them has, what of it counts, and where it is from. */
async function standing(here: Book): Promise<unknown[]> {
  const found: unknown[] = []
  for (const session of ['c-parent', 'b-fork', 'a-fork']) {
    const { messageCount, invocationCount, toolMs, startedAt, parent, forkedAt } = await here.session.show({ session })
    const { items } = await here.session.messages({ session })
    const texts = items.flatMap(({ content, flags }) =>
      content?.type === 'message' ? [`${flags.includes('inherited') ? '<' : ''}${content.text}`] : [],
    )
    const counted = [messageCount, invocationCount, toolMs, (Date.parse(startedAt) - START) / MINUTE]
    found.push([parent?.key ?? null, forkedAt, texts.join(' '), ...counted])
  }
  return found
}

const expected = (at: string): unknown[] => [
  [null, null, 'one two three four', 4, 1, 1500, 0],
  ['SESSION-001', at, '<one <two of the fork', 1, 0, 0, 3],
  ['SESSION-002', at, '<one <two of the youngest', 1, 0, 0, 3],
]

describe('U45 forks of sessions that programs keep', () => {
  it.each(['sqlite', 'filesystem', 'postgres'])(
    'are kept in %s, and are the same when it is opened again',
    async (backend) => {
      if (backend === 'postgres' && typeof postgres === 'string') return
      const url: Record<string, string> =
        backend === 'postgres' && typeof postgres !== 'string' ? { DAYBOOK_STORAGE_URL: await postgres.create() } : {}
      const env = { SESSION_STORAGE_BACKEND: backend, ...url }
      const one = await book(env)
      const at = await family(one)
      expect(await standing(one)).toEqual(expected(at))
      await one.close()
      const again = await book(env)
      expect(await standing(again)).toEqual(expected(at))
      await again.session.delete({ sessions: ['c-parent'] })
      expect((await again.session.show({ session: 'b-fork' })).messageCount).toBe(3)
      expect((await again.session.show({ session: 'a-fork' })).messageCount).toBe(1)
      await again.close()
    },
  )

  it('come out of files when the index is made again', async () => {
    const env = { SESSION_STORAGE_BACKEND: 'filesystem', SESSION_STORAGE_PATH: 'kept' }
    const one = await book(env)
    const at = await family(one)
    await one.close()
    rmSync(join(home, 'work', 'kept', INDEX_FOLDER), { recursive: true })
    const again = await book(env)
    expect(await standing(again)).toEqual(expected(at))
    await again.close()
    expect(readFileSync(join(home, 'work', 'kept', 'b-fork', 'conversation.jsonl'), 'utf8').split('\n').length).toBe(4)
  })
})

describe('U45 U51 forks', () => {
  let here: TestMachine
  let there: TestMachine
  beforeEach(() => {
    here = testMachine(START)
    there = testMachine(START)
  })
  afterEach(() => {
    here.home.remove()
    there.home.remove()
  })
  const at = (machine: TestMachine): Promise<Book> =>
    open({ home: machine.data, cwd: machine.home.path, env: {}, now: () => nowMs })

  it.each(['json', 'jsonl'])('come out of a bundle of %s as they went in', async (format) => {
    const one = await at(here)
    const entry = await family(one)
    await one.close()
    const file = join(here.home.path, `bundle.${format}`)
    await here.run(['export', '--all', '--to', file])
    await there.run(['import', file])
    const two = await at(there)
    expect(await standing(two)).toEqual(expected(entry))
    await two.close()
  })
})
