import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KeptRecord } from '../../domain/kept-record.ts'
import type { Store } from '../store.ts'
import { CONTRACT_NOW } from '../world.contract.ts'
import { openFilesystem } from './open.ts'
import { KEPT } from './testing.ts'

let folder: string
let nowMs: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-git-'))
  nowMs = CONTRACT_NOW
})
afterEach(() => rmSync(folder, { recursive: true }))

const GIT_ENV = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' }
const AUTHOR = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.com', '-c', 'init.defaultBranch=main']

function git(clone: string, ...words: string[]): string {
  const env = { ...process.env, ...GIT_ENV }
  return execFileSync('git', [...AUTHOR, ...words], { cwd: join(folder, clone), env, encoding: 'utf8', stdio: 'pipe' })
}

const treeOf = (clone: string): string => join(folder, clone, '.sessions')

/** Work in a clone, as a program does it: opened, something said, closed. Some time passes. */
async function within<T>(clone: string, work: (store: Store) => Promise<T>): Promise<T> {
  nowMs += 60_000
  const store = await openFilesystem({ sessionsDir: treeOf(clone), kept: KEPT, now: () => nowMs })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

async function start(store: Store, externalId: string): Promise<void> {
  await store.sessions.create({ agent: 'daybook', externalId, refPrefix: 'db', channel: 'api', tags: [] })
}

/** Says something in a session, links a call and logs both. */
async function say(store: Store, externalId: string, text: string): Promise<void> {
  const [session] = await store.sessions.resolve(externalId)
  const at = new Date(nowMs).toISOString()
  const records: KeptRecord[] = [
    { type: 'message', id: `m-${text}`, at, role: 'user', content: text },
    { type: 'invocation', id: `i-${text}`, at, invocationId: `call-${text}`, tool: 'fetch', output: text },
  ]
  await store.transaction(async (tx) => {
    await KEPT.keep(tx, session!.id, records, nowMs)
    await tx.sessions.update(session!.id, { tags: [...session!.tags, text] })
    const target = session!.id
    await tx.activities.append({
      sessionId: target,
      at,
      actor: 'ada',
      action: 'message.added',
      target,
      payload: { text },
    })
  })
}

async function said(store: Store, externalId: string): Promise<string[]> {
  const [session] = await store.sessions.resolve(externalId)
  const [transcript] = await store.transcripts.list({ sessionId: session!.id })
  const records = await store.transaction((tx) => KEPT.read(tx, transcript!.id, 0))
  return records.map((record) => (record.type === 'message' ? record.content : record.invocationId))
}

async function logged(store: Store): Promise<unknown[]> {
  const { items } = await store.activities.list({ action: 'message.added' }, { limit: 99 })
  return items.map(({ payload }) => payload?.['text']).toSorted()
}

const whole = (...texts: string[]): string[] => texts.flatMap((text) => [text, `call-${text}`])

describe('a tree in git', () => {
  it('is merged from two branches without a conflict, and has what both added, to other sessions and to the same', async () => {
    mkdirSync(join(folder, 'one'))
    await within('one', async (store) => {
      await start(store, 'shared')
      await say(store, 'shared', 'begun')
    })
    git('one', 'init', '-q')
    git('one', 'add', '-A')
    git('one', 'commit', '-qm', 'begun')
    git('one', 'switch', '-qc', 'other')
    await within('one', async (store) => {
      await say(store, 'shared', 'b1')
      await start(store, 'b-only')
      await say(store, 'b-only', 'b2')
      await store.tickets.create({ createdBy: 'bo', title: 'Of the other' })
    })
    git('one', 'add', '-A')
    git('one', 'commit', '-qm', 'other')
    git('one', 'switch', '-q', 'main')
    await within('one', async (store) => {
      expect(await said(store, 'shared')).toEqual(whole('begun'))
      await say(store, 'shared', 'a1')
      await start(store, 'a-only')
      await say(store, 'a-only', 'a2')
      await store.tickets.create({ createdBy: 'ada', title: 'Of the one' })
    })
    git('one', 'add', '-A')
    git('one', 'commit', '-qm', 'one')
    git('one', 'merge', '-q', '--no-edit', 'other')
    expect(git('one', 'diff', '--name-only', '--diff-filter=U')).toBe('')
    await within('one', async (store) => {
      expect((await said(store, 'shared')).toSorted()).toEqual(whole('begun', 'a1', 'b1').toSorted())
      expect([await said(store, 'a-only'), await said(store, 'b-only')]).toEqual([whole('a2'), whole('b2')])
      expect((await store.tickets.list({}, { limit: 9 })).items.map(({ title }) => title).toSorted()).toEqual([
        'Of the one',
        'Of the other',
      ])
      expect(await logged(store)).toEqual(['a1', 'a2', 'b1', 'b2', 'begun'])
      expect(await store.activities.verify()).toMatchObject({ brokenAt: null })
    })
    const list = JSON.parse(readFileSync(join(treeOf('one'), 'shared/invocations.json'), 'utf8')) as string[]
    expect(list.toSorted()).toEqual(['call-a1', 'call-b1', 'call-begun'])
  })

  it('is merged from two clones, and merged back, and then both say the same', async () => {
    mkdirSync(join(folder, 'one'))
    await within('one', async (store) => {
      await start(store, 'shared')
      await say(store, 'shared', 'begun')
    })
    git('one', 'init', '-q')
    git('one', 'add', '-A')
    git('one', 'commit', '-qm', 'begun')
    git('.', 'clone', '-q', 'one', 'two')
    for (const clone of ['one', 'two']) {
      await within(clone, async (store) => {
        await say(store, 'shared', `in-${clone}`)
        await start(store, `of-${clone}`)
        await say(store, `of-${clone}`, clone)
      })
      git(clone, 'add', '-A')
      git(clone, 'commit', '-qm', clone)
    }
    git('two', 'pull', '-q', '--no-rebase', '--no-edit')
    const inTwo = await within('two', everything)
    git('two', 'add', '-A')
    git('two', 'commit', '-qm', 'settled')
    git('one', 'pull', '-q', '--no-rebase', '--no-edit', '../two', 'main')
    expect(await within('one', everything)).toEqual(inTwo)
    expect(inTwo).toMatchObject({
      // What both added at one place comes by time.
      shared: ['begun', 'call-begun', 'in-one', 'in-two', 'call-in-one', 'call-in-two'],
      ofOne: whole('one'),
      ofTwo: whole('two'),
      logged: ['begun', 'in-one', 'in-two', 'one', 'two'],
      // A field that both changed: what came from the other stands.
      tags: ['begun', 'in-one'],
      problems: [],
      brokenAt: null,
    })
  })
})

async function everything(store: Store) {
  const [session] = await store.sessions.resolve('shared')
  const { items } = await store.problems.list({ agent: 'filesystem' }, { limit: 99 })
  return {
    shared: await said(store, 'shared'),
    ofOne: await said(store, 'of-one'),
    ofTwo: await said(store, 'of-two'),
    logged: await logged(store),
    tags: session!.tags,
    brokenAt: (await store.activities.verify()).brokenAt,
    problems: items.map(({ reason }) => reason),
  }
}
