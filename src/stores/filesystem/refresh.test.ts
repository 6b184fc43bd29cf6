import {
  appendFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KeptRecord } from '../../domain/kept-record.ts'
import { makeBatch } from '../batch-maker.ts'
import type { Store } from '../store.ts'
import { CONTRACT_NOW } from '../world.contract.ts'
import { openFilesystem } from './open.ts'
import { dumpIndex, KEPT, removeIndex } from './testing.ts'

let folder: string
let here: string
let there: string
let notices: string[]
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-refresh-'))
  here = join(folder, 'here', '.sessions')
  there = join(folder, 'there', '.sessions')
  notices = []
  await within(here, async (store) => {
    for (const name of ['one', 'two', 'three']) await tell(store, name, 1)
    await read(store, '/old.jsonl', 1)
  })
  copy('here', 'there')
  await within(there, async () => {})
  notices = []
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What each clone has for itself. */
const OWN = /\/(?:index|staging|machine)$/

async function within<T>(sessionsDir: string, work: (store: Store) => Promise<T>): Promise<T> {
  const notice = (said: string): void => void notices.push(said)
  const store = await openFilesystem({ sessionsDir, kept: KEPT, now: () => CONTRACT_NOW, notice })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

const at = new Date(CONTRACT_NOW).toISOString()

/** Of each session and word a moment of its own: entries of one moment lie in the order in which they came. */
const momentOf = (externalId: string, n: number): string =>
  new Date(CONTRACT_NOW - 3_600_000 + NAMES.indexOf(externalId) * 60_000 + n * 1000).toISOString()
const NAMES = ['one', 'two', 'three', 'four']

async function tell(store: Store, externalId: string, n: number): Promise<void> {
  const at = momentOf(externalId, n)
  const known = (await store.sessions.resolve(externalId))[0]
  const draft = { agent: 'daybook', externalId, refPrefix: 'db', channel: 'api', tags: ['a'] } as const
  const session = known ?? (await store.sessions.create({ ...draft, tags: [...draft.tags] }))
  const records: KeptRecord[] = [
    { type: 'message', id: `m-${externalId}-${n}`, at, role: 'user', content: `word ${n}` },
    {
      type: 'invocation',
      id: `c-${externalId}-${n}`,
      at,
      invocationId: `inv-${externalId}-${n}`,
      tool: 'fetch',
      durationMs: 15,
      output: 'ok',
    },
  ]
  await store.transaction((tx) => KEPT.keep(tx, session.id, records, CONTRACT_NOW))
  const target = session.id
  await store.activities.append({ sessionId: target, at, actor: 'ada', action: 'told', target, payload: { n } })
}

/** An agent's transcript, with usage. */
async function read(store: Store, path: string, responses: number): Promise<void> {
  const registered = await store.transcripts.register({
    agent: 'claude-code',
    path,
    kind: 'main',
    externalId: path,
    refPrefix: 'cc',
    sessionExternalId: path,
    parentCallId: null,
    title: null,
    device: 0,
    inode: 0,
    sizeBytes: 10,
    modifiedAtMs: CONTRACT_NOW,
    bornAtMs: null,
  })
  const numbers = Array.from({ length: responses }, (_, n) => n)
  await store.ingest(
    makeBatch(registered!.id, {
      entries: numbers.map((n) => ({
        id: `${path}-${n}`,
        atMs: CONTRACT_NOW - 60_000 + n,
        type: 'message',
        role: 'user',
      })),
      usage: numbers.map((n) => ({ response: `${path}-r${n}`, model: 'opus', atMs: CONTRACT_NOW - 60_000 + n })),
    }),
  )
}

/** As a `git pull` does: files that changed there are written here. */
function copy(from: string, to: string): void {
  const isNew = (path: string, at: string): boolean =>
    !lstatSync(path).isFile() || !existsSync(at) || !readFileSync(path).equals(readFileSync(at))
  const filter = (path: string, at: string): boolean => !OWN.test(path) && isNew(path, at)
  cpSync(join(folder, from), join(folder, to), { recursive: true, verbatimSymlinks: true, filter })
}

/** The index as it is, and as it is made anew from the files. */
async function bothWays(): Promise<[object, object]> {
  const now = await dumpIndex(here)
  removeIndex(here)
  await within(here, async () => {})
  return [withoutNumbers(now), withoutNumbers(await dumpIndex(here))]
}

/** What programs told has no rows in files: its transcript and frames are numbered as they come. */
function withoutNumbers(dump: Record<string, unknown[]>): object {
  for (const table of ['transcript', 'frame']) {
    const rows = (dump[table] as Record<string, unknown>[]).map(({ id: _id, ...row }) => JSON.stringify(row))
    dump[table] = rows.toSorted()
  }
  return dump
}

const reads = (count: number) =>
  expect.stringMatching(new RegExp(`older than ${count} files?: (?:it was|they were) read`))

describe('files that changed outside', () => {
  it('are read alone, and the index then is what all of them would make it', { timeout: 30_000 }, async () => {
    await within(there, async (store) => {
      await tell(store, 'two', 2)
      await tell(store, 'four', 1)
      const [two] = await store.sessions.resolve('two')
      await store.sessions.update(two!.id, { tags: ['b'], title: 'Said elsewhere' })
      await store.notes.add({ sessionId: two!.id, entryId: null, text: 'a note', at, by: 'bo' })
      await store.sessionData.set(two!.id, 'page', { number: 4 })
      const ticket = await store.tickets.create({ createdBy: 'bo', title: 'There' })
      await store.tickets.link({ sessionId: two!.id, ticketId: ticket.id, action: 'worked_on', at, by: 'bo' })
      await store.tickets.addNote({
        ticketId: ticket.id,
        sessionId: two!.id,
        kind: 'note',
        text: 'on it',
        at,
        by: 'bo',
      })
      const frame = { ticketId: ticket.id, trackerId: ticket.trackerId, ref: ticket.ref, kind: ticket.kind }
      const context = { stack: [frame], optedOut: false }
      await store.contexts.change({ sessionId: two!.id, context, change: 'push', fromAt: null, by: 'bo' })
      await read(store, '/old.jsonl', 1)
      await read(store, '/new.jsonl', 3)
    })
    notices = []
    copy('there', 'here')
    await within(here, async (store) => {
      const [two] = await store.sessions.resolve('two')
      expect(two).toMatchObject({ title: 'Said elsewhere', tags: ['b'], messageCount: 2, invocationCount: 2 })
      expect(await store.activities.verify()).toMatchObject({ brokenAt: null })
      expect((await store.usage.total({})).responses).toBe(4)
    })
    expect(notices).toEqual([expect.stringContaining('they were read')])
    const [now, anew] = await bothWays()
    expect(now).toEqual(anew)
  })

  it('one edited file of a session is read with those that tell the same session, no other', async () => {
    const path = join(here, 'three', 'notes.jsonl')
    const other = join(here, 'one', 'metadata.json')
    const past = Math.floor(CONTRACT_NOW / 1000)
    utimesSync(other, past, past)
    await within(here, async () => {})
    notices = []
    // Of the same size and age as it was: only who reads it sees that it says something else.
    const { size } = statSync(other)
    writeFileSync(other, '#'.repeat(size))
    utimesSync(other, past, past)
    appendFileSync(
      path,
      `${JSON.stringify({ table: 'session_note', id: 7, entry_uid: null, text: 'by hand', at, by_whom: 'ada' })}\n`,
    )
    await within(here, async (store) => {
      expect((await store.notes.list({})).map(({ text }) => text)).toEqual(['by hand'])
      expect((await store.sessions.list({}, { limit: 9 })).total).toBe(4)
    })
    expect(notices).toEqual([reads(1)])
  })

  it(
    'that are damaged are told, once; of those that are gone or here twice all are read',
    { timeout: 30_000 },
    async () => {
      appendFileSync(join(here, 'one', 'conversation.jsonl'), '{"half":')
      await within(here, async (store) => {
        expect((await store.problems.list({ agent: 'filesystem' }, { limit: 9 })).total).toBe(1)
      })
      const text = readFileSync(join(here, 'one', 'conversation.jsonl'), 'utf8').replace('{"half":', '')
      writeFileSync(join(here, 'one', 'conversation.jsonl'), text)
      await within(here, async (store) => {
        expect((await store.problems.list({ agent: 'filesystem' }, { limit: 9 })).total).toBe(0)
      })
      rmSync(join(here, 'two'), { recursive: true })
      await within(here, async (store) => {
        expect((await store.sessions.list({}, { limit: 9 })).total).toBe(3)
      })
      cpSync(join(here, 'one'), join(here, 'again'), { recursive: true })
      await within(here, async (store) => {
        expect((await store.sessions.list({}, { limit: 9 })).total).toBe(3)
      })
      expect(notices.map((said) => said.includes('made anew'))).toEqual([false, false, true, true])
    },
  )
})
