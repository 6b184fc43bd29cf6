import { utimesSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'
import { Rollout } from './codex-rollouts.ts'
import { testHome, type TestHome } from './home.ts'
import { productTotals } from './oracle/product-totals.ts'
import { scanHome } from './reading.ts'

const T0 = Date.parse('2026-03-01T10:00:00Z')
const HOUR = 3_600_000
const P = 'aaaaaaaa-0000-7000-8000-000000000001'
const F = 'bbbbbbbb-0000-7000-8000-000000000002'
const G = 'cccccccc-0000-7000-8000-000000000003'

const opened: { store: Store; home: TestHome }[] = []
afterEach(async () => {
  for (const { store, home } of opened.splice(0)) {
    await store.close()
    home.remove()
  }
})

/** Scans rollouts that were written to in this order: the last one is read first. */
async function scanned(rollouts: Rollout[]): Promise<Store> {
  const home = testHome()
  const store = await openSqlite({ path: ':memory:' })
  opened.push({ store, home })
  for (const [n, rollout] of rollouts.entries()) {
    const seconds = T0 / 1000 + n * 60
    utimesSync(home.write(rollout.path, rollout.text), seconds, seconds)
  }
  await scanHome(store, home.env)
  return store
}

async function session(store: Store, thread: string): Promise<Record<string, unknown>> {
  const [found] = await store.sessions.resolve(thread)
  if (!found) throw new Error(`no session ${thread}`)
  const parent = found.parentId === null ? null : (await store.sessions.get(found.parentId)).externalId
  const { messageCount, invocationCount, failedCount, usage, title } = found
  return { messageCount, invocationCount, failedCount, output: usage.outputTokens, parent, title }
}

const orders = <T>(a: T, b: T): T[][] => [
  [a, b],
  [b, a],
]

function parentOf(turnIds: boolean): Rollout {
  return new Rollout(P, { atMs: T0, turnIds })
    .turn({
      prompt: 'Count the trees.',
      reply: 'Twelve.',
      responses: [
        [1000, 0, 10],
        [1100, 900, 20],
      ],
      exitCode: 1,
    })
    .turn({ prompt: 'And the pears?', reply: 'Three.', responses: [[1200, 1000, 5]] })
}

describe.each([
  ['with turn ids', true],
  ['without turn ids', false],
])('history that a fork copied under new times, %s', (_name, turnIds) => {
  const parent = parentOf(turnIds)
  const fork = new Rollout(F, { atMs: T0 + HOUR, turnIds, meta: { forked_from_id: P } })
    .copy(parent)
    .turn({ prompt: 'Only the tall ones.', reply: 'Five.', responses: [[2000, 1500, 100]], exitCode: 0 })

  it.each(orders(parent, fork))('G24 counts once, whichever file is read first (%#)', async (...rollouts) => {
    const store = await scanned(rollouts)
    expect(await productTotals(store)).toEqual({
      messages: 6,
      calls: 2,
      failedCalls: 1,
      unansweredCalls: 0,
      commits: 0,
      responses: 4,
      inputTokens: 1000 + 200 + 200 + 500,
      outputTokens: 135,
      cacheReadTokens: 900 + 1000 + 1500,
      cacheWriteTokens: 0,
      cacheWrite1hTokens: 0,
    })
    expect(await session(store, P)).toEqual({
      messageCount: 4,
      invocationCount: 1,
      failedCount: 1,
      output: 35,
      parent: null,
      title: 'Count the trees.',
    })
    expect(await session(store, F)).toEqual({
      messageCount: 2,
      invocationCount: 1,
      failedCount: 0,
      output: 100,
      parent: P,
      title: 'Count the trees.',
    })
  })

  it.each(orders(parent, fork))(
    'belongs to the parent also where the parent went on later (%#)',
    async (...rollouts) => {
      const longer = new Rollout(P, { atMs: T0, turnIds })
      longer.lines.splice(0, 1)
      longer.copy(parent)
      longer.lines.forEach((line, i) => (line.timestamp = parent.lines[i]!.timestamp))
      longer.add(
        'event_msg',
        { type: 'task_started', ...(turnIds ? { turn_id: 'a-turn-that-only-the-parent-has' } : {}) },
        9 * HOUR,
      )
      longer.turn({ prompt: 'Still there?', reply: 'Yes.', responses: [[3000, 0, 1000]] })
      const store = await scanned(rollouts.map((rollout) => (rollout === parent ? longer : rollout)))
      expect((await productTotals(store)).outputTokens).toBe(1135)
      expect(await session(store, P)).toMatchObject({ messageCount: 6, output: 1035, parent: null })
      expect(await session(store, F)).toMatchObject({ messageCount: 2, output: 100, parent: P })
    },
  )

  it('counts once in a fork of the fork', async () => {
    const third = new Rollout(G, { atMs: T0 + 2 * HOUR, turnIds, meta: { forked_from_id: F } })
      .copy(fork)
      .turn({ prompt: 'And the rest?', reply: 'Seven.', responses: [[2500, 0, 1000]] })
    for (const rollouts of orders<Rollout[]>([parent, fork, third], [third, fork, parent])[0]!) {
      const store = await scanned(rollouts)
      expect(await productTotals(store)).toMatchObject({ messages: 8, calls: 2, responses: 5, outputTokens: 1135 })
      expect(await session(store, G)).toMatchObject({ messageCount: 2, output: 1000, parent: F })
    }
  })

  it('is not taken for a copy where another session says and spends the same', async () => {
    const twin = new Rollout(G, { atMs: T0 + HOUR, turnIds }).turn({
      prompt: 'Count the trees.',
      reply: 'Twelve.',
      responses: [
        [1000, 0, 10],
        [1100, 900, 20],
      ],
      exitCode: 1,
    })
    const store = await scanned([parent, twin])
    expect(await productTotals(store)).toMatchObject({
      messages: 6,
      calls: 2,
      failedCalls: 2,
      responses: 5,
      outputTokens: 65,
    })
    expect(await session(store, G)).toMatchObject({ messageCount: 2, output: 30, parent: null })
  })

  it('counts once where a resume wrote it into the same file again', async () => {
    const again = parentOf(turnIds)
      .copy(parent)
      .copy(parent)
      .turn({ prompt: 'And plums?', reply: 'None.', responses: [[900, 0, 2]] })
    const store = await scanned([again])
    expect(await productTotals(store)).toMatchObject({
      messages: 6,
      calls: 1,
      failedCalls: 1,
      responses: 4,
      outputTokens: 37,
    })
  })
})

describe('a thread in several files', () => {
  it('is one session where a resume repeats it in a new file', async () => {
    const first = parentOf(true)
    const second = new Rollout(P, { atMs: T0 + HOUR, turnIds: true })
      .copy(first)
      .turn({ prompt: 'And plums?', reply: 'None.', responses: [[900, 0, 2]] })
    for (const rollouts of orders(first, second)) {
      const store = await scanned(rollouts)
      expect((await store.sessions.list({}, { limit: 5 })).total).toBe(1)
      expect(await session(store, P)).toMatchObject({ messageCount: 6, invocationCount: 1, output: 37, parent: null })
    }
  })

  it('is one session where a resume goes on in a segment that names what came before', async () => {
    const first = parentOf(true)
    const meta = { history_base: { thread_id: P, end_ordinal_exclusive: 40 } }
    const segment = new Rollout(P, { atMs: T0 + HOUR, turnIds: true, meta }).copy(first, [])
    segment.turn({ prompt: 'And plums?', reply: 'None.', responses: [[900, 0, 2]] })
    const path = segment.path.replace('.jsonl', `_${G}.jsonl`)
    const store = await scanned([first])
    const { home } = opened.at(-1)!
    home.write(path, segment.text)
    await scanHome(store, home.env)
    expect((await store.sessions.list({}, { limit: 5 })).total).toBe(1)
    expect(await session(store, P)).toMatchObject({ messageCount: 6, invocationCount: 1, output: 37, parent: null })
  })

  it.each(orders('parent', 'subagent'))(
    'counts once where a subagent repeats its parent’s last turn without calls, %s written first',
    async (...order) => {
      const main = parentOf(true)
      const source = { subagent: { thread_spawn: { parent_thread_id: P, depth: 1 } } }
      const meta = { source, forked_from_id: P, parent_thread_id: P }
      const last = main.lines.findLastIndex(({ payload }) => payload.type === 'task_started')
      const sub = new Rollout(F, { atMs: T0 + HOUR, turnIds: true, meta }).copy(main, [
        main.lines[0]!,
        ...main.lines.slice(last),
      ])
      sub.turn({ prompt: 'Count.', reply: 'Twelve.', responses: [[200, 0, 100]] })
      const store = await scanned(order.map((name) => (name === 'parent' ? main : sub)))
      expect(await productTotals(store)).toMatchObject({
        messages: 4,
        responses: 4,
        inputTokens: 1600,
        outputTokens: 135,
      })
    },
  )

  it('is one session where a subagent has its own, joined with the call that started it', async () => {
    const main = new Rollout(P, { atMs: T0, turnIds: true })
      .turn({ prompt: 'Let somebody count.', reply: 'I will.', responses: [[100, 0, 1]] })
      .add('response_item', {
        type: 'function_call',
        name: 'spawn_agent',
        arguments: '{"message":"Count."}',
        call_id: 'call_that_spawns_a_subagent',
      })
      .add('response_item', {
        type: 'function_call_output',
        call_id: 'call_that_spawns_a_subagent',
        output: `{"agent_id":"${F}","nickname":"Newton"}`,
      })
    const source = { subagent: { thread_spawn: { parent_thread_id: P, depth: 1, agent_nickname: 'Newton' } } }
    const sub = new Rollout(F, {
      atMs: T0 + 60_000,
      turnIds: true,
      meta: { source, forked_from_id: P, parent_thread_id: P },
    }).copy(main, main.lines.slice(0, 1))
    const own = new Rollout(F, { atMs: T0 + 61_000, turnIds: true }).turn({
      prompt: 'Count.',
      reply: 'Twelve.',
      responses: [[200, 0, 10]],
      exitCode: 0,
    })
    sub.copy(own, own.lines.slice(1))
    for (const rollouts of orders(main, sub)) {
      const store = await scanned(rollouts)
      expect((await store.sessions.list({}, { limit: 5 })).total).toBe(1)
      expect(await session(store, P)).toMatchObject({ messageCount: 2, invocationCount: 2, output: 11 })
      const transcripts = await store.transcripts.list({})
      const found = transcripts.map(({ kind, externalId, parentCallId }) => `${kind} ${externalId} ${parentCallId}`)
      expect(found.sort()).toEqual([`main ${P} null`, `subagent ${F} call_that_spawns_a_subagent`])
    }
  })

  it.each([true, false])(
    'keeps its entries and totals when Codex rewrites it in place (turn ids: %s)',
    async (turnIds) => {
      const rollout = parentOf(turnIds)
      const store = await scanned([rollout])
      const { home } = opened.at(-1)!
      const ids = async (): Promise<string[]> => {
        const [found] = await store.sessions.resolve(P)
        return (await store.entries.list({ sessionId: found!.id }, { limit: 50 })).items.map((entry) => entry.id)
      }
      const before = [await productTotals(store), await ids()]
      // `codex migrate-rollouts` numbers the lines and tells messages as completed items.
      const numbered = rollout.lines.map(({ timestamp, type, payload }, ordinal) => {
        const item = { type: payload.type === 'user_message' ? 'UserMessage' : 'AgentMessage', content: [] }
        const told = type === 'event_msg' && /^(user|agent)_message$/.test(String(payload.type))
        return { timestamp, ordinal, type, payload: told ? { type: 'item_completed', item } : payload }
      })
      home.write(rollout.path, numbered.map((line) => `${JSON.stringify(line)}\n`).join(''))
      expect((await scanHome(store, home.env)).filesRead).toBe(1)
      expect([await productTotals(store), await ids()]).toEqual(before)
      expect(before[1]).toHaveLength(6)
    },
  )
})

it('begins and ends with its responses where a rollout holds nothing else', async () => {
  const count = (output: number) => ({
    type: 'token_count',
    info: {
      total_token_usage: { input_tokens: 100, cached_input_tokens: 0, output_tokens: output, total_tokens: 100 },
    },
  })
  const bare = new Rollout(P, { atMs: T0, turnIds: false })
  bare.add('event_msg', count(10), 59_000).add('event_msg', count(30), 60_000)
  const [found] = await (await scanned([bare])).sessions.resolve(P)
  expect([found!.startedAt, found!.lastActivityAt]).toEqual(['2026-03-01T10:01:00.000Z', '2026-03-01T10:02:00.000Z'])
})
