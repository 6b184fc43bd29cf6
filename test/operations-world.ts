import { openHistory } from '../src/history/open.ts'
import { createRedactor } from '../src/archive/redaction/redactor.ts'
import { redactText } from '../src/archive/redaction/testing.ts'
import { callerFromEnvironment } from '../src/domain/caller-environment.ts'
import type { OperationContext } from '../src/operations/operation.ts'
import { READERS, SOURCES } from '../src/sources/index.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import { type TestHome, testHome } from './home.ts'
import { testKeeper } from './keeper.ts'
import { scanHome } from './reading.ts'

/** Friday noon in Berlin. */
export const NOW = Date.parse('2026-11-20T11:00:00Z')

/** The agent's own ids of the three sessions. */
export const PLAN = '1a11a111-0000-4000-8000-000000000001'
export const FORK = '2b22b222-0000-4000-8000-000000000002'
export const HARBOUR = '3c33c333-0000-4000-8000-000000000003'

const SONNET = 'claude-sonnet-4-5-20250929'

/**
 * A person's machine with three sessions, small enough to add up by hand (Sonnet 4.5: input 3, output 15, cache read 0.30,
 * five-minute cache write 3.75 dollars a million):
 *
 * | Session           | Day (Berlin) | Response | Input | Output | Read | Write | Micro-dollars         |
 * |-------------------|--------------|----------|-------|--------|------|-------|-----------------------|
 * | PLAN, tidewatch   | Thu 19 Nov   | msg_1    |    10 |    200 | 5000 |  1000 | 30+3000+1500+3750=8280 |
 * |                   |              | msg_2    |    20 |    100 | 6000 |     0 | 60+1500+1800=3360      |
 * | FORK of it        | Fri 20 Nov   | msg_3    |     5 |     40 | 7000 |     0 | 15+600+2100=2715       |
 * | HARBOUR, harbour  | Sun 1 Nov    | msg_4    |  1000 |    500 |    0 |     0 | no price: tern-large-9 |
 * |                   | Mon 2 Nov    | msg_5    |   100 |     10 |    0 |     0 | 300+150=450            |
 *
 * PLAN writes msg_1 on three lines with partial outputs and edits cache.ts; its test run fails. FORK begins with a copy of
 * all of PLAN. HARBOUR has one broken line. msg_4 was answered at 23:30 UTC on 31 October.
 */
export async function operationsWorld() {
  const home = testHome()
  const write = (project: string, id: string, lines: unknown[], more = '') =>
    home.write(
      `.claude/projects/-code-${project}/${id}.jsonl`,
      `${lines.map((line) => JSON.stringify(line)).join('\n')}\n${more}`,
    )
  write('tidewatch', PLAN, plan(PLAN))
  write('tidewatch', FORK, [...plan(FORK), ...fork()])
  write('harbour', HARBOUR, harbour(), '{"type":"user","message":\n')
  return { home, ...(await open(home)) }
}

export async function emptyWorld() {
  const home = testHome()
  return { home, ...(await open(home)) }
}

async function open(home: TestHome) {
  const store = await openSqlite({ path: ':memory:', now: () => NOW })
  await scanHome(store, home.env, () => NOW)
  const context: OperationContext = {
    store,
    history: openHistory(store, READERS, { now: () => NOW, timezone: 'Europe/Berlin' }),
    sources: SOURCES,
    env: home.env,
    clock: { now: () => NOW },
    actor: 'ada',
    keeper: testKeeper(() => NOW),
    caller: {
      ...callerFromEnvironment({}),
      channel: 'cli',
      connection: null,
      clientName: null,
      toolUse: null,
      processIds: [],
      cwd: '/code/tidewatch',
      interactive: false,
    },
    timezone: 'Europe/Berlin',
    redact: async (text) => redactText(createRedactor({ salt: Buffer.alloc(32, 7), enabled: true }), text),
  }
  return {
    store,
    context,
    rescan: () => scanHome(store, home.env, () => NOW),
    async close() {
      await store.close()
      home.remove()
    },
  }
}

interface Place {
  sessionId: string
  cwd: string
}

function line(place: Place, uuid: string, timestamp: string, type: string, rest: object): object {
  const { sessionId, cwd } = place
  return {
    parentUuid: null,
    isSidechain: false,
    type,
    uuid,
    timestamp,
    sessionId,
    cwd,
    version: '2.1.197',
    gitBranch: 'main',
    ...rest,
  }
}

function prompt(place: Place, uuid: string, at: string, content: string): object {
  return line(place, uuid, at, 'user', { message: { role: 'user', content } })
}

function answer(
  place: Place,
  uuid: string,
  at: string,
  id: string,
  block: object,
  model: string,
  counts: number[],
): object {
  const [input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens] = counts
  const usage = { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens }
  const message = { id, type: 'message', role: 'assistant', model, content: [block], usage }
  return line(place, uuid, at, 'assistant', { message, requestId: `req_${id}` })
}

function result(place: Place, uuid: string, at: string, callId: string, content: string, failed: boolean): object {
  const message = { role: 'user', content: [{ type: 'tool_result', tool_use_id: callId, content, is_error: failed }] }
  return line(place, uuid, at, 'user', { message, toolUseResult: failed ? `Error: ${content}` : { stdout: content } })
}

const say = (text: string) => ({ type: 'text', text })
const call = (id: string, name: string, input: object) => ({ type: 'tool_use', id, name, input })

/** A fork keeps the records' own ids and times and carries its own session id. */
function plan(sessionId: string): object[] {
  const at = { sessionId, cwd: '/code/tidewatch' }
  const edit = { file_path: '/code/tidewatch/cache.ts', old_string: 'a', new_string: 'b' }
  return [
    prompt(at, 'p-1', '2026-11-19T09:00:00.000Z', 'Cache the tide tables on disk'),
    answer(at, 'p-2', '2026-11-19T09:00:05.000Z', 'msg_1', say('I will write a cache.'), SONNET, [10, 3, 5000, 1000]),
    answer(at, 'p-3', '2026-11-19T09:00:06.000Z', 'msg_1', call('toolu_1', 'Edit', edit), SONNET, [10, 50, 5000, 1000]),
    answer(
      at,
      'p-4',
      '2026-11-19T09:00:07.000Z',
      'msg_1',
      call('toolu_2', 'Bash', { command: 'npm test' }),
      SONNET,
      [10, 200, 5000, 1000],
    ),
    result(at, 'p-5', '2026-11-19T09:00:08.000Z', 'toolu_1', 'The file was updated.', false),
    result(at, 'p-6', '2026-11-19T09:00:12.000Z', 'toolu_2', 'Exit code 1\nAssertionError: stale table', true),
    answer(
      at,
      'p-7',
      '2026-11-19T09:00:20.000Z',
      'msg_2',
      say('The test fails on a stale table.'),
      SONNET,
      [20, 100, 6000, 0],
    ),
  ]
}

function fork(): object[] {
  const at = { sessionId: FORK, cwd: '/code/tidewatch' }
  return [
    prompt(at, 'f-1', '2026-11-20T10:00:00.000Z', 'Why is the table stale'),
    answer(at, 'f-2', '2026-11-20T10:00:09.000Z', 'msg_3', say('Its age is read too late.'), SONNET, [5, 40, 7000, 0]),
  ]
}

function harbour(): object[] {
  const at = { sessionId: HARBOUR, cwd: '/code/harbour' }
  return [
    prompt(at, 'h-1', '2026-10-31T23:29:00.000Z', 'Draw the harbour zones'),
    answer(
      at,
      'h-2',
      '2026-10-31T23:30:00.000Z',
      'msg_4',
      say('Here are three zones.'),
      'tern-large-9',
      [1000, 500, 0, 0],
    ),
    prompt(at, 'h-3', '2026-11-02T08:00:00.000Z', 'Name them'),
    answer(at, 'h-4', '2026-11-02T08:00:10.000Z', 'msg_5', say('North, mid, south.'), SONNET, [100, 10, 0, 0]),
  ]
}
