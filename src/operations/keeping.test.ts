import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, START, workWorld } from '../../test/work-world.ts'
import type { WorkWorld } from '../../test/work-world.ts'
import { type Answer, type TestClient, connect } from '../mcp/testing.ts'

const DAY = 24 * 60 * MINUTE

let world: WorkWorld
let client: TestClient
beforeEach(async () => {
  world = await workWorld()
  client = await connect(world.context as Parameters<typeof connect>[0], { caller: { cwd: world.folder } })
})
afterEach(async () => {
  await client.close()
  await world.close()
})

/** What a tool answers, where it answers at all. */
async function call(tool: string, given: object = {}): Promise<Record<string, unknown>> {
  const { structured, failed, text } = await client.call(tool, given)
  if (failed) throw new Error(text)
  return structured
}

async function refused(tool: string, given: object): Promise<string> {
  const answer: Answer = await client.call(tool, given)
  expect(answer.failed, answer.text).toBe(true)
  return answer.text
}

async function cli(...words: string[]): Promise<{ code: number; reply: Record<string, unknown> }> {
  const { code, stdout } = await world.run([...words, '--json'])
  return { code, reply: JSON.parse(stdout) as Record<string, unknown> }
}

const run = (more: object = {}) =>
  call('create_session', { session_id: 'Run.1', purpose: 'Fetch tide tables', ...more })
const say = (role: string, content: string, more: object = {}) =>
  call('add_conversation_message', { session_id: 'Run.1', role, content, ...more })
const link = (invocation_id: string, tool_name: string, more: object = {}) =>
  call('link_invocation', { session_id: 'Run.1', invocation_id, tool_name, ...more })

describe('a session that a program keeps', () => {
  it('U12 U13 U19 is made with what the program says of it, under the id it chose', async () => {
    const made = await run({ user_id: 'ada', tags: ['tides', 'North'], custom_metadata: { team: { name: 'north' } } })
    expect(made).toMatchObject({
      session_id: 'Run.1',
      status: 'active',
      user_id: 'ada',
      purpose: 'Fetch tide tables',
      title: 'Fetch tide tables',
      tags: ['tides', 'north'],
      custom_metadata: { team: { name: 'north' } },
      created_at: new Date(START).toISOString(),
      total_invocations: 0,
      message_count: 0,
    })
    const { reply } = await cli('session', 'create', '--user-id', 'ben')
    expect(reply).toMatchObject({ userId: 'ben', externalId: reply['id'], agent: 'daybook', status: 'active' })
  })

  it('U19 UB2 takes an id once whatever its case, and none that is a path, a key, a number or a device', async () => {
    await run()
    expect(await refused('create_session', { session_id: 'run.1' })).toContain('exists already')
    for (const id of ['../escape', 'a/b', '.hidden', 'SESSION-7', '42', 'con', 'Lpt1.txt', 'x'.repeat(129), 'é'])
      expect(await refused('create_session', { session_id: id })).toContain("cannot be a session's id")
    expect(await call('get_session', { session_id: 'RUN.1' })).toMatchObject({ external_id: 'Run.1' })
  })

  it('U28 UB8 counts what a model used for a message, at its price or at the one that is told', async () => {
    await run()
    const used = { input: 1000, output: 200, cache_read: 5000, cache_write: 400, reasoning: 50 }
    await say('assistant', 'Done.', { model: 'claude-sonnet-4-5', token_usage: used })
    await say('assistant', 'Checked.', { model: 'tide-1', token_usage: { input: 7, output: 3 }, estimated_cost: 0.25 })
    // 3, 15, 0.30 and 3.75 dollars a million.
    const micros = 1000 * 3 + 200 * 15 + 5000 * 0.3 + 400 * 3.75 + 250_000
    expect(await call('get_session_statistics', { session_id: 'Run.1' })).toMatchObject({
      message_count: 2,
      estimated_cost: micros / 1e6,
      token_usage: { input: 1007, output: 203 },
    })
    const explained = (await cli('usage', 'explain', 'Run.1')).reply['items'] as Record<string, unknown>[]
    expect(
      explained.map(({ model, costSource, reasoningTokens }) => [model, costSource, reasoningTokens]).toSorted(),
    ).toEqual([
      ['claude-sonnet-4-5', 'computed', 50],
      ['tide-1', 'reported', 0],
    ])
  })

  it('UB8 refuses tokens of no model, a model without tokens, and more thought than written', async () => {
    await run()
    const wrong: [object, string][] = [
      [{ token_usage: { input: 7 } }, 'inputTokens is told without a model'],
      [{ model: 'tide-1' }, 'model "tide-1" is told without tokens'],
      [
        { model: 'tide-1', token_usage: { output: 3, reasoning: 4 } },
        '4 reasoning tokens are more than the 3 it wrote',
      ],
    ]
    for (const [more, says] of wrong)
      expect(
        await refused('add_conversation_message', { session_id: 'Run.1', role: 'assistant', content: 'x', ...more }),
      ).toContain(says)
    expect(await call('get_session_messages', { session_id: 'Run.1' })).toMatchObject({ total_count: 0 })
  })

  it('U2 U14 U22 keeps messages of user, assistant and tool, word for word', async () => {
    await run()
    await say('user', '  Fetch them\n')
    await say('tool', '412 rows', { tool_name: 'fetch', invocation_id: 'inv-1' })
    expect(await say('assistant', 'Done.')).toMatchObject({ session_id: 'Run.1', message_count: 3 })
    const { messages, total_count } = await call('get_session_messages', { session_id: 'Run.1' })
    expect(total_count).toBe(3)
    expect(messages).toMatchObject([
      { role: 'user', content: '  Fetch them\n', timestamp: new Date(START).toISOString() },
      { role: 'tool', content: '412 rows', tool_name: 'fetch', invocation_id: 'inv-1' },
      { role: 'assistant', content: 'Done.' },
    ])
  })

  it('UB4 refuses other roles, messages and calls once it has ended, and no end but the three', async () => {
    await run()
    expect(await refused('add_conversation_message', { session_id: 'Run.1', role: 'system', content: 'x' })).toContain(
      'one of user, assistant, tool',
    )
    expect(await refused('complete_session', { session_id: 'Run.1', status: 'active' })).toContain(
      'one of completed, failed, abandoned',
    )
    await call('complete_session', { session_id: 'Run.1' })
    const message = { session_id: 'Run.1', role: 'user', content: 'x' }
    expect(await refused('add_conversation_message', message)).toContain('has ended (completed)')
    expect(await refused('link_invocation', { session_id: 'Run.1', invocation_id: 'a', tool_name: 'b' })).toContain(
      'has ended (completed)',
    )
    expect(await refused('session_data', { session_id: 'Run.1', action: 'set', name: 'a', value: 1 })).toContain(
      'ended',
    )
    expect(await world.store.entries.count({})).toBe(0)
  })

  it.each(['completed', 'failed', 'abandoned'])('U15 U24 ends as %s, once', async (status) => {
    await run()
    expect(await call('complete_session', { session_id: 'Run.1', status })).toMatchObject({
      status,
      ended_at: new Date(START).toISOString(),
    })
    expect(await refused('complete_session', { session_id: 'Run.1', status })).toContain(`has ended (${status})`)
  })

  it('U23 replaces purpose and tags, and merges facts', async () => {
    await run({ tags: ['a', 'b'], custom_metadata: { kept: 1, changed: 1 } })
    const update = { session_id: 'Run.1', purpose: 'Other', tags: ['c'], custom_metadata: { changed: 2, added: [3] } }
    expect(await call('update_session_metadata', update)).toMatchObject({
      purpose: 'Other',
      tags: ['c'],
      custom_metadata: { kept: 1, changed: 2, added: [3] },
    })
    expect(await call('update_session_metadata', { session_id: 'Run.1', tags: [] })).toMatchObject({ tags: [] })
    expect(await refused('update_session_metadata', { session_id: 'Run.1' })).toContain('nothing was said')
    const typed = await cli(
      'session',
      'update',
      'Run.1',
      '--custom-metadata',
      'kept=no',
      '--custom-metadata',
      '{"n":4}',
    )
    expect(typed.reply['customMetadata']).toEqual({ kept: 'no', changed: 2, added: [3], n: 4 })
    expect((await cli('session', 'update', 'Run.1', '--custom-metadata', 'kept')).code).toBe(2)
  })
})

describe('calls linked to a session', () => {
  it('U21 U28 U42 count once for each id, with tools in the order of their first link', async () => {
    await run()
    await link('inv-1', 'fetch', { duration_ms: 1500.4, invocation_dir: '.history/2026-11-20_fetch' })
    await link('inv-2', 'parse', { duration_ms: 9000 })
    expect(await link('inv-1', 'other', { duration_ms: 7 })).toMatchObject({ linked: false, total_invocations: 2 })
    await link('inv-3', 'fetch', { success: false })
    await say('user', 'so?')
    expect(await call('get_session_statistics', { session_id: 'Run.1' })).toMatchObject({
      session_id: 'Run.1',
      status: 'active',
      created_at: new Date(START).toISOString(),
      updated_at: new Date(START).toISOString(),
      duration_seconds: 0,
      total_invocations: 3,
      total_duration_ms: 10_500,
      tools_used: ['fetch', 'parse'],
      message_count: 1,
      estimated_cost: 0,
      token_usage: { input: 0, output: 0 },
      failed_invocations: 1,
    })
  })

  it('UB9 are told apart by their ids, also where two name one folder or one that is not there', async () => {
    await run()
    for (const id of ['inv-1', 'inv-2']) await link(id, 'fetch', { invocation_dir: '.history/2026-11-20_fetch' })
    expect(await link('inv-1', 'fetch', { invocation_dir: '.history/gone' })).toMatchObject({ linked: false })
    const { invocations } = await call('list_invocations', { session_id: 'Run.1' })
    expect(invocations).toMatchObject([
      { invocation_id: 'inv-1', subject: '.history/2026-11-20_fetch' },
      { invocation_id: 'inv-2', subject: '.history/2026-11-20_fetch' },
    ])
  })

  it('U35 U36 are found from both ends', async () => {
    await run()
    await call('create_session', { session_id: 'other' })
    await link('inv-1', 'fetch', { duration_ms: 5, invocation_dir: '.history/x' })
    await link('inv-2', 'parse')
    await call('link_invocation', { session_id: 'other', invocation_id: 'inv-9', tool_name: 'parse' })
    const ofSession = await call('list_invocations', { session_id: 'Run.1' })
    expect(ofSession).toMatchObject({
      count: 2,
      invocations: [
        { invocation_id: 'inv-1', tool_name: 'fetch', duration_ms: 5, outcome: 'ok', subject: '.history/x' },
        { invocation_id: 'inv-2', tool_name: 'parse', duration_ms: null, outcome: 'unanswered' },
      ],
    })
    const { reply } = await cli('session', 'invocations', '--invocation', 'inv-9')
    const { id } = await call('get_session', { session_id: 'other' })
    expect(reply).toMatchObject({ total: 1, items: [{ callId: 'inv-9', sessionId: id }] })
  })

  it('say when they began, where the program knows', async () => {
    await run()
    world.now += 10 * MINUTE
    const began = new Date(START + MINUTE).toISOString()
    const { reply } = await cli(
      'session',
      'link',
      'Run.1',
      'a',
      'fetch',
      '--started-at',
      began,
      '--duration-ms',
      '540000',
    )
    expect(reply).toMatchObject({ linked: true, invocation: { startedAt: began, durationMs: 540_000, outcome: 'ok' } })
    // Work through it all: the tool ran.
    expect(await world.store.sessions.get((reply['session'] as { id: string }).id)).toMatchObject({ activeMs: 540_000 })
    expect((await world.run('session link Run.1 b fetch --started-at noon')).stderr).toContain('is not a time')
  })
})

describe('values kept with a session', () => {
  it('are any JSON under a name, and gone for good when they are cleared (UB3)', async () => {
    await run()
    const data = (given: object) => call('session_data', { session_id: 'Run.1', ...given })
    await data({ action: 'set', name: 'page', value: { next: [4, null] } })
    await data({ action: 'set', name: 'seen', value: false })
    expect(await data({ action: 'get', name: 'page' })).toMatchObject({ value: { next: [4, null] } })
    expect(await data({ action: 'list' })).toMatchObject({ data: { page: { next: [4, null] }, seen: false } })
    expect(await data({ action: 'delete', name: 'page' })).toMatchObject({ removed: 1 })
    expect(await refused('session_data', { session_id: 'Run.1', action: 'get', name: 'page' })).toContain(
      'keeps nothing',
    )
    expect(await data({ action: 'clear' })).toMatchObject({ removed: 1 })
    expect(await data({ action: 'list' })).toMatchObject({ data: {} })
  })

  it('are typed as JSON or as text', async () => {
    await run()
    await cli('session', 'data', 'set', 'Run.1', 'page', '4')
    await cli('session', 'data', 'set', 'Run.1', 'word', 'four')
    const { reply } = await cli('session', 'data', 'list', 'Run.1')
    expect(reply).toMatchObject({
      items: [
        { name: 'page', value: 4 },
        { name: 'word', value: 'four' },
      ],
    })
    expect((await world.run('session data')).stdout).toContain('session data clear')
  })
})

describe('lists of kept sessions', () => {
  it('U6 U25 UB1 UB11 narrow by user, status and tags, sort, and cut last', async () => {
    for (const [n, tags] of [['a'], ['a', 'b'], ['b', 'c'], ['c']].entries()) {
      world.now = START + n * MINUTE
      await call('create_session', { session_id: `s${n}`, user_id: n % 2 === 0 ? 'ada' : 'ben', tags })
    }
    await call('complete_session', { session_id: 's3', status: 'failed' })
    const ids = async (given: object): Promise<string[]> =>
      ((await call('list_sessions', given))['sessions'] as { external_id: string }[]).map((one) => one.external_id)
    expect(await ids({ limit: 2 })).toEqual(['s3', 's2'])
    expect(await ids({ tags: ['a', 'c'] })).toEqual(['s3', 's2', 's1', 's0'])
    expect(await ids({ tags: ['b', 'c'], all_tags: true })).toEqual(['s2'])
    expect(await ids({ user_id: 'ben', status: 'failed' })).toEqual(['s3'])
    expect(await ids({ tags: [], user_id: 'ada' })).toEqual(['s2', 's0'])
    expect(await ids({ tags: [] })).toEqual(['s3', 's2', 's1', 's0'])
    for (const limit of [-1, 0, 1e9])
      expect(await refused('list_sessions', { limit }), String(limit)).toContain('limit')
  })
})

describe('sessions that are to go', () => {
  it('U20 U26 go with messages, calls and values, and their id is free again', async () => {
    await run()
    await say('user', 'a word to find')
    await call('session_data', { session_id: 'Run.1', action: 'set', name: 'page', value: 1 })
    expect(await call('delete_session', { session_id: 'Run.1' })).toMatchObject({ success: true, deleted_count: 1 })
    expect(await refused('get_session', { session_id: 'Run.1' })).toContain('no session')
    expect(await world.store.entries.count({})).toBe(0)
    await run()
    expect(await call('get_session_messages', { session_id: 'Run.1' })).toMatchObject({ total_count: 0 })
  })

  it('U27 UB7 are those that ended long enough ago, and open ones only when forced', async () => {
    for (const id of ['old', 'open', 'starred', 'late']) await call('create_session', { session_id: id })
    for (const id of ['old', 'starred']) await call('complete_session', { session_id: id })
    await cli('session', 'star', 'starred')
    const ready = async (days: number) => {
      world.now = START + days * DAY
      return (await cli('session', 'cleanup', '--rehearse')).reply
    }
    expect(await ready(29.9)).toMatchObject({ total: 0 })
    expect(await ready(30.1)).toMatchObject({ total: 3 })
    world.now = START + 40 * DAY
    await say2('open')
    await call('complete_session', { session_id: 'late' })
    expect((await cli('session', 'cleanup', '--rehearse')).reply).toMatchObject({ deleted: false, total: 1 })
    expect(await call('cleanup_old_sessions', { max_age_days: 41 })).toMatchObject({ deleted_count: 0 })
    const cleaned = await call('cleanup_old_sessions')
    expect(cleaned).toMatchObject({ deleted_count: 1 })
    world.now = START + 80 * DAY
    expect((await cli('session', 'cleanup', '--older-than', '30d', '--force', '--yes')).reply).toMatchObject({
      total: 3,
    })
    expect((await world.run('session cleanup --older-than soon --yes')).stderr).toContain('is not a date or time')
  })
})

const say2 = (session_id: string) =>
  call('add_conversation_message', { session_id, role: 'user', content: 'still here' })

it('kept words are found by search, named in the log, and shown as a person reads them', async () => {
  await run()
  await say('assistant', 'The harbour table is stale')
  const { results } = await call('search_messages', { query: 'harbour' })
  expect(results).toMatchObject([{ role: 'assistant', source: 'daybook' }])
  const { stdout } = await world.run('session message Run.1 hello --role user')
  expect(stdout).toContain('message of user kept, 2 in all')
  expect((await world.run('session link Run.1 inv-1 fetch --duration-ms 1500')).stdout).toContain('1 call')
  expect((await world.run('activity list')).stdout).toContain('linked a call of fetch: inv-1')
})

it('what was kept is restored as lines into a folder that is named, and nowhere else', async () => {
  await run()
  await say('user', 'hello')
  const bare = await world.run('restore Run.1')
  expect([bare.code, bare.stderr]).toEqual([expect.any(Number), expect.stringContaining('--to')])
  const to = join(world.home, 'restored')
  const { stdout } = await world.run(['restore', 'Run.1', '--to', to, '--json'])
  const [file] = (JSON.parse(stdout) as { items: { path: string }[] }).items
  expect(dirname(file!.path)).toBe(to)
  expect(JSON.parse(readFileSync(file!.path, 'utf8'))).toMatchObject({
    type: 'message',
    role: 'user',
    content: 'hello',
  })
})
