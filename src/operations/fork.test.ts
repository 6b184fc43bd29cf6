import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, START, workWorld } from '../../test/work-world.ts'
import type { WorkWorld } from '../../test/work-world.ts'
import type { Entry } from '../domain/entry.ts'
import { connect } from '../mcp/testing.ts'

let world: WorkWorld
beforeEach(async () => {
  world = await workWorld()
})
afterEach(() => world.close())

// Replies of many shapes, looked into where they are asserted.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const ask = async (...words: string[]): Promise<any> => {
  const { code, stdout } = await world.run([...words, '--json'])
  return { code, ...JSON.parse(stdout) }
}
const say = async (session: string, content: string, role = 'user'): Promise<string> => {
  world.now += MINUTE
  return (await ask('session', 'message', session, content, '--role', role)).message.id
}
const messages = async (session: string, ...more: string[]) =>
  (await ask('session', 'messages', session, ...more)).items.map(({ content, flags }: Entry) => [
    content?.type === 'message' && content.text,
    flags.includes('inherited'),
  ])
const shown = (session: string) => ask('session', 'show', session)

/** Three messages, a minute apart. @returns their entries */
async function told(): Promise<[string, string, string]> {
  await ask('session', 'create', 'run-1', '--purpose', 'Fetch', '--tags', 'tides', '--custom-metadata', 'team=north')
  return [await say('run-1', 'one'), await say('run-1', 'two', 'assistant'), await say('run-1', 'three')]
}

describe('U45 a fork of a session that a program keeps', () => {
  it('begins with what was said, through the entry it branches off at, and knows where from', async () => {
    const [, second] = await told()
    world.now += MINUTE
    const forked = await ask('session', 'fork', 'run-1', '--at', second, '--id', 'run-2')
    expect(forked).toMatchObject({ code: 0, at: second, inherited: 2, command: null, limits: [] })
    expect(forked.parent).toMatchObject({ key: 'SESSION-001' })
    expect(forked.session).toMatchObject({
      key: 'SESSION-002',
      externalId: 'run-2',
      title: 'Fetch',
      purpose: 'Fetch',
      tags: ['tides'],
      customMetadata: { team: 'north' },
      relation: 'forks',
      startedAt: new Date(START + 4 * MINUTE).toISOString(),
    })
    await say('run-2', 'another way')
    expect(await messages('run-2')).toEqual([
      ['one', true],
      ['two', true],
      ['another way', false],
    ])
    expect(await messages('run-2', '--own')).toEqual([['another way', false]])
    expect(await messages('run-1')).toEqual([
      ['one', false],
      ['two', false],
      ['three', false],
    ])
    expect(await shown('run-2')).toMatchObject({ parent: { key: 'SESSION-001' }, forkedAt: second, forks: [] })
    expect((await shown('run-1')).forks).toMatchObject([{ key: 'SESSION-002' }])
    const { items } = await ask('session', 'list', '--parent', 'run-1')
    expect(items).toMatchObject([{ key: 'SESSION-002', parent: { key: 'SESSION-001' }, relation: 'forks' }])
  })

  it('counts what it inherited nowhere: not messages, calls, time or finds', async () => {
    await told()
    await ask('session', 'link', 'run-1', 'inv-1', 'fetch', '--duration-ms', '1500')
    const before = await shown('run-1')
    await ask('session', 'fork', 'run-1', '--id', 'run-2')
    const counted = { messageCount: 0, invocationCount: 0, toolMs: 0, activeMs: 0, wallMs: 0 }
    expect(await shown('run-2')).toMatchObject(counted)
    const { messageCount, invocationCount, toolMs, activeMs } = before
    expect([messageCount, invocationCount, toolMs]).toEqual([3, 1, 1500])
    expect(await shown('run-1')).toMatchObject({ messageCount, invocationCount, toolMs, activeMs })
    const found = (await ask('search', 'two')).items.map(({ session }: { session: { key: string } }) => session.key)
    expect(found).toEqual(['SESSION-001'])
    expect((await ask('session', 'invocations', '--invocation', 'inv-1')).items).toMatchObject([
      { session: { key: 'SESSION-001' } },
    ])
  })

  it('leaves its parent what is the parent’s, whoever goes on first, over forks of forks', async () => {
    await told()
    await ask('session', 'fork', 'run-1', '--id', 'a-2')
    await ask('session', 'fork', 'a-2', '--id', 'a-1')
    await say('a-1', 'four')
    await say('a-2', 'five')
    await say('run-1', 'six')
    await say('a-1', 'seven')
    const counts = async () => {
      const each = await Promise.all(['run-1', 'a-2', 'a-1'].map(shown))
      return each.map(({ messageCount, parent }) => [messageCount, parent?.key ?? null])
    }
    expect(await counts()).toEqual([
      [4, null],
      [1, 'SESSION-001'],
      [2, 'SESSION-002'],
    ])
    expect(await world.store.entries.count({})).toBe(7)
  })

  it('keeps what it inherited when its parent is deleted, and then it counts there', async () => {
    await told()
    await ask('session', 'fork', 'run-1', '--id', 'run-2')
    await ask('session', 'delete', 'run-1', '--yes')
    expect(await messages('run-2')).toEqual([
      ['one', false],
      ['two', false],
      ['three', false],
    ])
    expect(await shown('run-2')).toMatchObject({ messageCount: 3, parent: null, forkedAt: null })
  })

  it('is about what its parent is about; what the parent holds stays with it', async () => {
    await ask('session', 'create', 'run-1')
    await ask('ticket', 'create', 'Cache', '--no-ticket')
    await ask('task', 'activate', 'T-1', '--session', 'run-1')
    const { session } = await ask('session', 'fork', 'run-1')
    expect(session.stack).toMatchObject([{ ref: 'T-1' }])
    expect((await ask('ticket', 'show', 'T-1')).holder).toMatchObject({ key: 'SESSION-001' })
  })

  it('can begin with nothing, and with a session that has ended', async () => {
    await ask('session', 'create', 'run-1')
    await ask('session', 'complete', 'run-1')
    expect(await ask('session', 'fork', 'run-1')).toMatchObject({ code: 0, at: null, inherited: 0 })
  })

  it('is refused at an entry of another session, under an id that is taken, and of what was pruned', async () => {
    const [first] = await told()
    await ask('session', 'create', 'other')
    expect(await ask('session', 'fork', 'other', '--at', first)).toMatchObject({
      code: 3,
      error: { message: `no entry "${first}" in SESSION-002` },
    })
    expect(await ask('session', 'fork', 'run-1', '--id', 'other')).toMatchObject({ code: 4 })
    expect(await ask('session', 'fork', 'run-1', '--id', '../x')).toMatchObject({ code: 2 })
    await world.store.sessions.prune((await shown('run-1')).id)
    expect((await ask('session', 'fork', 'run-1')).error.message).toContain('was pruned')
    expect((await world.store.sessions.list({ includePruned: true }, { limit: 9 })).total).toBe(2)
  })

  it('is a tool for agents', async () => {
    const [, second] = await told()
    const client = await connect(world.context as Parameters<typeof connect>[0], { caller: { cwd: world.folder } })
    const { structured } = await client.call('fork_session', {
      session_id: 'run-1',
      entry_id: second,
      new_session_id: 'run-2',
    })
    expect(structured).toMatchObject({ session_id: 'run-2', parent: 'SESSION-001', entry_id: second, message_count: 0 })
    const { messages: all } = (await client.call('get_session_messages', { session_id: 'run-2' })).structured
    expect(all).toMatchObject([
      { content: 'one', inherited: true },
      { content: 'two', inherited: true },
    ])
    await client.close()
  })

  it('says on a terminal what it is and how it goes on', async () => {
    const [, , third] = await told()
    const { stdout } = await world.run(['session', 'fork', 'run-1'])
    expect(stdout).toContain('SESSION-002  Fetch · branched off from SESSION-001')
    expect(stdout).toContain(`#${third}`)
    expect((await world.run(['session', 'show', '2'])).stdout).toContain(`forks SESSION-001 at #${third}`)
    expect((await world.run(['session', 'messages', '2'])).stdout).toMatch(/^You · .* · inherited$/m)
    expect((await world.run(['session', 'list'])).stdout).toMatch(/FORK OF\nSESSION-002 .* SESSION-001$/m)
  })
})

describe('U45 a fork of an agent’s session', () => {
  const of = (agent: string) =>
    world.store.sessions.create({ agent, externalId: `${agent}-x`, refPrefix: 'aa', channel: 'hook', cwd: '/code/x' })

  it.each([
    ['claude-code', ['claude', '--resume', 'claude-code-x', '--fork-session'], []],
    ['codex', ['codex', 'fork', 'codex-x'], []],
    ['opencode', ['opencode', '--session', 'opencode-x', '--fork'], []],
    ['gemini', ['gemini', '--resume', 'gemini-x'], ['Gemini CLI cannot branch off: this goes on in the same session.']],
  ])('is a command of %s, and nothing is made here', async (agent, command, limits) => {
    await of(agent)
    const forked = await ask('session', 'fork', `${agent}-x`)
    expect(forked).toMatchObject({ code: 0, session: null, command, cwd: '/code/x', limits })
    expect((await world.store.sessions.list({}, { limit: 9 })).total).toBe(1)
  })

  it('of an agent that has no such command is refused, with another way', async () => {
    await of('cursor')
    const { code, error } = await ask('session', 'fork', 'cursor-x')
    expect([code, error.code]).toEqual([1, 'unsupported'])
    expect(error.try).toContain('daybook session handoff --session-id')
  })
})

describe('U45 forgetting by text', () => {
  it('finds forks that inherited it, and leaves out those that branched off before', async () => {
    const [first] = await told()
    await ask('session', 'fork', 'run-1', '--id', 'before', '--at', first)
    await ask('session', 'fork', 'run-1', '--id', 'behind')
    const { items, deleted } = await ask('forget', '--containing', 'three', '--dry-run')
    expect(deleted).toBe(false)
    expect(items.map(({ key }: { key: string }) => key).toSorted()).toEqual(['SESSION-001', 'SESSION-003'])
  })

  it('finds it in a fork whose parent was pruned, where search has nothing', async () => {
    await told()
    await ask('session', 'fork', 'run-1', '--id', 'run-2')
    await world.store.sessions.prune((await shown('run-1')).id)
    const keys = async (text: string) =>
      (await ask('forget', '--containing', text, '--dry-run')).items.map(({ key }: { key: string }) => key)
    expect(await keys('THREE')).toEqual(['SESSION-002'])
    expect(await keys('thre')).toEqual([])
  })
})
