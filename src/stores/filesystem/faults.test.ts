import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KeptRecord } from '../../domain/kept-record.ts'
import type { Store } from '../store.ts'
import { CONTRACT_NOW } from '../world.contract.ts'
import { openFilesystem } from './open.ts'
import type { FilesystemOptions } from './open.ts'
import { dumpIndex, KEPT, removeIndex } from './testing.ts'

let folder: string
let sessionsDir: string
let notices: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-tree-'))
  sessionsDir = join(folder, 'here', '.sessions')
  notices = []
})
afterEach(() => rmSync(folder, { recursive: true }))

const open = (more: Partial<FilesystemOptions> = {}): Promise<Store> =>
  openFilesystem({
    sessionsDir,
    kept: KEPT,
    now: () => CONTRACT_NOW,
    notice: (said) => void notices.push(said),
    ...more,
  })

const at = new Date(CONTRACT_NOW).toISOString()
const message = (n: number): KeptRecord => ({ type: 'message', id: `m-${n}`, at, role: 'user', content: `word ${n}` })
const call: KeptRecord = { type: 'invocation', id: 'c-1', at, invocationId: 'inv-1', tool: 'fetch', output: 'ok' }

async function tell(store: Store, externalId: string, ...records: KeptRecord[]): Promise<string> {
  const { id } = await store.sessions.create({
    agent: 'daybook',
    externalId,
    refPrefix: 'db',
    channel: 'api',
    tags: ['a'],
  })
  await store.transaction((tx) => KEPT.keep(tx, id, records, CONTRACT_NOW))
  return id
}

async function told(store: Store, id: string): Promise<(string | undefined)[]> {
  const [transcript] = await store.transcripts.list({ sessionId: id })
  const records = await store.transaction((tx) => KEPT.read(tx, transcript!.id, 0))
  return records.map((record) => (record.type === 'message' ? record.content : record.output))
}

async function damage(store: Store): Promise<[path: string, line: number | null][]> {
  const { items } = await store.problems.list({ agent: 'filesystem' }, { limit: 99 })
  return items.map(({ path, line }): [string, number | null] => [path, line]).toSorted()
}

/** A store with three messages and a call in one session, and one message in another. */
async function written(more: Partial<FilesystemOptions> = {}): Promise<string> {
  const store = await open(more)
  const id = await tell(store, 'nightly-1', message(1), message(2), call, message(3))
  await tell(store, 'other', message(4))
  await store.close()
  return id
}

const conversation = (): string => join(sessionsDir, 'nightly-1/conversation.jsonl')
const EVERYTHING = ['word 1', 'word 2', 'ok', 'word 3']

describe('U17 a tree of files', () => {
  it('says in a file where a link would lead, where the system makes none', async () => {
    const symlink = (): never => {
      throw Object.assign(new Error('operation not permitted'), { code: 'EPERM' })
    }
    const id = await written({ symlink })
    const said = readFileSync(join(sessionsDir, 'nightly-1/invocations/inv-1'), 'utf8')
    expect(said).toMatch(/^\.\.\/\.\.\/\.\.\/\.history\/2026-11-20_12-00-00_\d{6}_fetch$/)
    const record = join(dirname(join(sessionsDir, 'nightly-1/invocations/inv-1')), said, 'record.jsonl')
    expect(JSON.parse(readFileSync(record, 'utf8'))).toMatchObject({ session_id: 'nightly-1', output: 'ok' })
    removeIndex(sessionsDir)
    const again = await open({ symlink })
    expect(await told(again, id)).toEqual(EVERYTHING)
    expect(await damage(again)).toEqual([])
    await again.close()
  })

  it.each([true, false])('moves with its roots, with its index (%s)', async (kept) => {
    const id = await written()
    const before = await dumpIndex(sessionsDir)
    renameSync(join(folder, 'here'), join(folder, 'there'))
    sessionsDir = join(folder, 'there', '.sessions')
    if (!kept) removeIndex(sessionsDir)
    const again = await open()
    expect(notices).toHaveLength(kept ? 0 : 1)
    expect(await told(again, id)).toEqual(EVERYTHING)
    await again.close()
    expect(await dumpIndex(sessionsDir)).toEqual(before)
    const record = readFileSync(join(sessionsDir, 'nightly-1/invocations/inv-1/record.jsonl'), 'utf8')
    expect(JSON.parse(record)).toMatchObject({ invocation_id: 'inv-1' })
  })

  it('keeps what tools did where it is told to, and finds it when the tree moves away from it', async () => {
    const historyDir = join(folder, 'tools')
    const id = await written({ historyDir })
    renameSync(sessionsDir, join(folder, 'sessions'))
    sessionsDir = join(folder, 'sessions')
    removeIndex(sessionsDir)
    const again = await open({ historyDir })
    expect(await told(again, id)).toEqual(EVERYTHING)
    await again.close()
    const record = readFileSync(join(sessionsDir, 'nightly-1/invocations/inv-1/record.jsonl'), 'utf8')
    expect(JSON.parse(record)).toMatchObject({ invocation_id: 'inv-1' })
  })

  it.each<[string, () => void, string[], [string, number | null][]]>([
    [
      'a cut line',
      () => writeFileSync(conversation(), readFileSync(conversation(), 'utf8').slice(0, -20)),
      ['word 1', 'word 2', 'ok'],
      [['nightly-1/conversation.jsonl', 3]],
    ],
    [
      'zeros, as a power cut leaves them',
      () => appendFileSync(conversation(), Buffer.alloc(4096)),
      EVERYTHING,
      [['nightly-1/conversation.jsonl', 4]],
    ],
    [
      'JSON that is no message',
      () =>
        appendFileSync(
          conversation(),
          '[1]\n"word"\n{"role":"user"}\n{"role":"king","content":"x","timestamp":"2026-11-20"}\n',
        ),
      EVERYTHING,
      [4, 5, 6, 7].map((line) => ['nightly-1/conversation.jsonl', line]),
    ],
    [
      'bytes that are no text',
      () => appendFileSync(conversation(), Buffer.from([0xff, 0xfe, 0x0a, 0xc3, 0x28, 0x0a])),
      EVERYTHING,
      [4, 5].map((line) => ['nightly-1/conversation.jsonl', line]),
    ],
    [
      'a session whose own file is gone',
      () => rmSync(join(sessionsDir, 'nightly-1/metadata.json')),
      EVERYTHING,
      [['nightly-1/metadata.json', null]],
    ],
    [
      'a session whose own file says nonsense',
      () =>
        writeFileSync(
          join(sessionsDir, 'nightly-1/metadata.json'),
          '{"session_id": 7, "agent": [], "external_id": {}, "tags": "x", "stack": 5, "custom_metadata": [], "started_ms": "soon"}',
        ),
      EVERYTHING,
      [['nightly-1/metadata.json', null]],
    ],
    [
      'fields that are not what they must be',
      () => {
        const file = join(sessionsDir, 'nightly-1/metadata.json')
        const session = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
        writeFileSync(
          file,
          JSON.stringify({ ...session, tags: 'x', stack: [5], custom_metadata: [], purpose: 7, tool_ms: {} }),
        )
      },
      EVERYTHING,
      [['nightly-1/metadata.json', null]],
    ],
    [
      'files of a call that are gone',
      () => {
        rmSync(join(sessionsDir, '..', '.history'), { recursive: true })
        removeIndex(sessionsDir)
      },
      ['word 1', 'word 2', undefined as never, 'word 3'],
      [['nightly-1/invocations.jsonl', 1]],
    ],
  ])('keeps all that is good beside %s, and says what is not', async (_, harm, left, problems) => {
    await written()
    harm()
    const again = await open()
    const [session] = await again.sessions.resolve('nightly-1')
    expect(await told(again, session!.id)).toEqual(left)
    expect([session!.tags, session!.stack, session!.customMetadata]).toEqual([expect.any(Array), [], {}])
    expect(await damage(again)).toEqual(problems)
    expect((await again.sessions.list({}, { limit: 9 })).items.map(({ externalId }) => externalId).toSorted()).toEqual([
      'nightly-1',
      'other',
    ])
    // What is added comes behind it all, and stays.
    await again.transaction((tx) => KEPT.keep(tx, session!.id, [message(9)], CONTRACT_NOW))
    await again.close()
    removeIndex(sessionsDir)
    const once = await open()
    const [same] = await once.sessions.resolve('nightly-1')
    expect(await told(once, same!.id)).toEqual([...left, 'word 9'])
    await once.close()
  })

  it('reads no file through a link that leads out of it', async () => {
    await written()
    const secret = join(folder, 'secret.jsonl')
    writeFileSync(secret, `${JSON.stringify({ role: 'user', content: 'a secret', timestamp: at })}\n`)
    rmSync(conversation())
    symlinkSync(resolve(secret), conversation())
    removeIndex(sessionsDir)
    const again = await open()
    const [session] = await again.sessions.resolve('nightly-1')
    expect(await told(again, session!.id)).toEqual(['ok'])
    await expect(
      again.transaction((tx) => KEPT.keep(tx, session!.id, [message(9)], CONTRACT_NOW)),
    ).rejects.toMatchObject({ code: expect.stringMatching(/conflict|unavailable|forbidden/) })
    await again.close()
    expect(readFileSync(secret, 'utf8').split('\n')).toHaveLength(2)
  })
})
