import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { assistant, bash, forked, other, result, text, thinking, user } from './lines.ts'

/** What a tree holds, added up by hand. Zero where nothing is said. */
export interface Totals {
  userMessages: number
  assistantMessages: number
  calls: number
  failedCalls: number
  unansweredCalls: number
  commits: number
  responses: number
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  cacheWrite1hTokens: number
}

/** A small history with a way to count it wrong. */
export interface Trap {
  name: string
  /** Paths below the projects folder, with the whole content. */
  files: Record<string, string | Buffer>
  expected: Partial<Totals>
  /** Lines that cannot be read. */
  badLines?: number
}

const PROJECT = '-home-ada-tidewatch'
const A = 'aaaaaaaa-0000-4000-8000-000000000001'
const B = 'bbbbbbbb-0000-4000-8000-000000000002'

const at = (session: string) => `${PROJECT}/${session}.jsonl`
const lines = (...all: string[]) => `${all.join('\n')}\n`

/** One prompt and its answer: 1 + 1 messages, one response of 100 in, 20 out, 1,000 read, 50 written. */
function turn(name: string, session = A): string[] {
  return [
    user(`${name}-1`, `please do ${name}`, { session, at: 1 }),
    assistant(`${name}-2`, text(`${name} is done`), { session, at: 2, tokens: [100, 20, 1_000, 50] }),
  ]
}

const TURN = {
  userMessages: 1,
  assistantMessages: 1,
  responses: 1,
  inputTokens: 100,
  outputTokens: 20,
  cacheReadTokens: 1_000,
  cacheWriteTokens: 50,
}

/** So many turns and something more. */
function turns(count: number, more: Partial<Totals> = {}): Partial<Totals> {
  const sum: Partial<Totals> = {}
  for (const [name, value] of Object.entries(TURN)) sum[name as keyof Totals] = value * count
  for (const [name, value] of Object.entries(more)) sum[name as keyof Totals] = (sum[name as keyof Totals] ?? 0) + value
  return sum
}

export const traps: Trap[] = [
  { name: 'one turn', files: { [at(A)]: lines(...turn('tide')) }, expected: turns(1) },
  {
    name: 'a response over four lines, whose counts grow and once fall',
    files: {
      [at(A)]: lines(
        user('u1', 'go'),
        assistant('a1', thinking('hm'), { id: 'm1', tokens: [7, 1, 300, 40] }),
        assistant('a2', text('first'), { id: 'm1', tokens: [7, 90, 300, 40] }),
        assistant('a3', bash('t1', 'ls'), { id: 'm1', tokens: [7, 12, 300, 40] }),
        assistant('a4', bash('t2', 'pwd'), { id: 'm1', tokens: [7, 12, 300, 40] }),
        result('u2', 't1', 'README.md'),
        result('u3', 't2', '/home/ada'),
      ),
    },
    expected: {
      userMessages: 1,
      assistantMessages: 1,
      calls: 2,
      responses: 1,
      inputTokens: 7,
      outputTokens: 90,
      cacheReadTokens: 300,
      cacheWriteTokens: 40,
    },
  },
  {
    name: 'request ids that are missing on some or all lines, and two requests of one message id',
    files: {
      [at(A)]: lines(
        assistant('a1', text('one'), { id: 'm1', with: { requestId: undefined }, tokens: [1, 3, 0, 0] }),
        assistant('a2', bash('t1', 'true'), { id: 'm1', request: 'r1', tokens: [1, 8, 0, 0] }),
        assistant('a3', text('two'), { id: 'm2', with: { requestId: undefined }, tokens: [1, 4, 0, 0] }),
        assistant('a4', bash('t2', 'true'), { id: 'm2', with: { requestId: undefined }, tokens: [1, 4, 0, 0] }),
        assistant('a5', text('three'), { id: 'm3', request: 'r3', tokens: [1, 6, 0, 0] }),
        assistant('a6', text('four'), { id: 'm3', request: 'r4', tokens: [1, 6, 0, 0] }),
      ),
    },
    expected: { assistantMessages: 4, calls: 2, unansweredCalls: 2, responses: 4, inputTokens: 4, outputTokens: 24 },
  },
  {
    name: 'a fork that copies its parent, which went on as well',
    files: {
      [at(A)]: lines(...turn('tide'), ...turn('moon').map((line) => line.replace('09:00:0', '10:00:0'))),
      [at(B)]: lines(
        ...turn('tide').map((line) => forked(line, B)),
        ...turn('wind', B).map((line) => line.replace('09:00:0', '09:30:0')),
      ),
    },
    expected: turns(3),
  },
  {
    name: 'a fork as 1.0 wrote it: the same ids, every copied line at the time of forking',
    files: {
      [at(A)]: lines(...turn('tide'), ...turn('moon')),
      [at(B)]: lines(
        ...[...turn('tide'), ...turn('moon')].map((line) => forked(line, B).replace(/09:00:0\d\.000Z/, '11:22:33.692Z')),
        ...turn('wind', B).map((line) => line.replace('09:00:0', '11:23:0')),
      ),
    },
    expected: turns(3),
  },
  {
    name: 'a fork that kept the old session id on its first lines, whose parent is gone',
    files: { [at(B)]: lines(...turn('tide', A), ...turn('wind', B)) },
    expected: turns(2),
  },
  {
    name: 'a fork that holds more of a response than its parent does',
    files: {
      [at(A)]: lines(user('u1', 'go'), assistant('a1', text('so far'), { id: 'm1', tokens: [9, 2, 0, 0] })),
      [at(B)]: lines(
        user('u1', 'go', { session: B }),
        assistant('a1', text('so far'), { id: 'm1', session: B, tokens: [9, 2, 0, 0] }),
        assistant('a2', bash('t1', 'ls'), { id: 'm1', session: B, at: 3, tokens: [9, 31, 0, 0] }),
      ),
    },
    expected: { userMessages: 1, assistantMessages: 1, calls: 1, unansweredCalls: 1, responses: 1, inputTokens: 9, outputTokens: 31 },
  },
  {
    name: 'one session in two project folders, resumed elsewhere with its history copied',
    files: {
      [at(A)]: lines(...turn('tide')),
      [`-home-ada-elsewhere/${A}.jsonl`]: lines(...turn('tide'), ...turn('wind')),
    },
    expected: turns(2),
  },
  {
    name: 'records listed twice in one file, as old resumes did',
    files: { [at(A)]: lines(...turn('tide'), ...turn('tide'), ...turn('wind')) },
    expected: turns(2),
  },
  {
    name: 'progress lines that repeat what a subagent’s own file says',
    files: {
      [at(A)]: lines(
        user('u1', 'count the files'),
        assistant('a1', { type: 'tool_use', id: 't1', name: 'Task', input: { description: 'count', prompt: 'count' } }, { tokens: [5, 6, 0, 0] }),
        other('progress', 'p1', {
          toolUseID: 'agent_msg_1',
          parentToolUseID: 't1',
          data: {
            type: 'agent_progress',
            message: JSON.parse(assistant('s2', text('42'), { sidechain: true, tokens: [70, 80, 0, 0] })) as unknown,
          },
        }),
        result('u2', 't1', [text('42 files')], {
          with: { toolUseResult: { status: 'completed', agentId: 'c0ffee', totalTokens: 999, usage: { input_tokens: 70, output_tokens: 80 } } },
        }),
      ),
      [`${PROJECT}/${A}/subagents/agent-c0ffee.jsonl`]: lines(
        user('s1', 'count', { sidechain: true, agentId: 'c0ffee' }),
        assistant('s2', text('42'), { sidechain: true, agentId: 'c0ffee', tokens: [70, 80, 0, 0] }),
      ),
      [`${PROJECT}/${A}/subagents/agent-c0ffee.meta.json`]: '{"agentType":"general-purpose","toolUseId":"t1"}',
    },
    expected: { userMessages: 1, calls: 1, responses: 2, inputTokens: 75, outputTokens: 86 },
  },
  {
    name: 'a subagent inside the main file, as 1.0 wrote it',
    files: {
      [at(A)]: lines(
        user('u1', 'count the files'),
        assistant('a1', { type: 'tool_use', id: 't1', name: 'Task', input: { prompt: 'count' } }, { tokens: [5, 6, 0, 0] }),
        user('s1', 'count', { sidechain: true }),
        assistant('s2', bash('t2', 'ls | wc -l'), { sidechain: true, id: 'ms', tokens: [70, 8, 0, 0] }),
        result('s3', 't2', '42', { sidechain: true }),
        assistant('s4', text('42'), { sidechain: true, tokens: [80, 9, 0, 0] }),
        result('u2', 't1', [text('42')]),
        assistant('a2', text('42 files'), { tokens: [90, 10, 0, 0] }),
      ),
    },
    expected: { userMessages: 1, assistantMessages: 1, calls: 2, responses: 4, inputTokens: 245, outputTokens: 33 },
  },
  {
    name: 'subagents beside the session, a warm-up of one record and an empty session file, as 2.0 wrote them',
    files: {
      [at(A)]: lines(...turn('tide')),
      [at(B)]: '',
      [`${PROJECT}/agent-1a2b3c4d.jsonl`]: lines(
        user('s1', 'look around', { sidechain: true, agentId: '1a2b3c4d' }),
        assistant('s2', text('looked'), { sidechain: true, agentId: '1a2b3c4d', tokens: [3, 4, 0, 0] }),
      ),
      [`${PROJECT}/agent-5e6f7a8b.jsonl`]: lines(user('w1', 'Warmup', { sidechain: true, agentId: '5e6f7a8b' })),
    },
    expected: turns(1, { responses: 1, inputTokens: 3, outputTokens: 4 }),
  },
  {
    name: 'answers the agent made up itself',
    files: {
      [at(A)]: lines(
        ...turn('tide'),
        assistant('x1', text('No response requested.'), { model: '<synthetic>', tokens: [0, 0, 0, 0] }),
        assistant('x2', text('API Error: 529 overloaded'), { tokens: [11, 12, 13, 14], with: { isApiErrorMessage: true } }),
      ),
    },
    expected: turns(1),
  },
  {
    name: 'files that hold nothing but titles, and state lines',
    files: {
      [at(A)]: lines(
        other('summary', undefined, { summary: 'Tide tables', leafUuid: 'tide-2' }),
        other('summary', undefined, { summary: 'Tide tables on disk', leafUuid: 'tide-2' }),
      ),
      [at(B)]: lines(
        other('file-history-snapshot', undefined, { messageId: 'tide-1', snapshot: {}, isSnapshotUpdate: false }),
        other('queue-operation', undefined, { operation: 'enqueue', content: 'please do tide', timestamp: '2026-11-02T09:00:01.000Z', sessionId: B }),
        ...turn('tide', B),
        other('ai-title', undefined, { aiTitle: 'Tides', sessionId: B }),
        other('last-prompt', undefined, { lastPrompt: 'please do tide' }),
        other('a-type-from-tomorrow', undefined, { message: { usage: { input_tokens: 5 } } }),
      ),
    },
    expected: turns(1),
  },
  {
    name: 'a cut record glued to the next, garbage between, and a last line cut off',
    files: {
      [at(A)]: lines(
        ...turn('tide'),
        `${turn('lost')[1]?.slice(0, 120)}${turn('lost')[0]}`,
        '\u0000\u0000\u0000',
        '[1, 2, 3]',
        '"text"',
        'null',
        '{"type":"assistant","message":',
        ...turn('wind'),
      ) + (turn('moon')[1] ?? '').slice(0, -30),
    },
    expected: turns(2),
    badLines: 7,
  },
  {
    name: 'CRLF, a byte order mark, blank lines and no final line end',
    files: { [at(A)]: `\uFEFF\r\n${[...turn('tide'), '', '   ', ...turn('wind')].join('\r\n')}` },
    expected: turns(2),
  },
  {
    name: 'cache writes told apart by how long they last, in all three shapes',
    files: {
      [at(A)]: lines(
        assistant('a1', text('both'), {
          tokens: {
            input_tokens: 1,
            output_tokens: 2,
            cache_read_input_tokens: 3,
            cache_creation_input_tokens: 700,
            cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 400 },
          },
        }),
        assistant('a2', text('sum only'), { tokens: { input_tokens: 1, output_tokens: 2, cache_creation_input_tokens: 50 } }),
        assistant('a3', text('parts only'), {
          tokens: { input_tokens: 1, output_tokens: 2, cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 5 } },
        }),
      ),
    },
    expected: {
      assistantMessages: 3,
      responses: 3,
      inputTokens: 3,
      outputTokens: 6,
      cacheReadTokens: 3,
      cacheWriteTokens: 775,
      cacheWrite1hTokens: 405,
    },
  },
  {
    name: 'fields of the wrong type',
    files: {
      [at(A)]: lines(
        ...turn('tide'),
        assistant('w1', text('no usage'), { tokens: null }),
        assistant('w2', text('odd counts'), { tokens: { input_tokens: '12', output_tokens: -3, cache_read_input_tokens: 1.5 } }),
        user('w3', 42),
        user('w4', null),
        user('w5', [null, 7, { type: 'text' }, { type: 'tool_result' }]),
        JSON.stringify({ type: 'assistant', uuid: 'w6', message: 'not an object', timestamp: 12 }),
        JSON.stringify({ type: 7, uuid: ['w7'], message: {}, timestamp: {} }),
        JSON.stringify({}),
      ),
    },
    expected: turns(1, { assistantMessages: 2, responses: 1 }),
  },
  {
    name: 'a compaction, with the commands that stand behind its summary',
    files: {
      [at(A)]: lines(
        ...turn('tide'),
        other('system', 'c1', { subtype: 'compact_boundary', content: 'Conversation compacted', compactMetadata: { trigger: 'manual', preTokens: 168_000 } }),
        user('c2', 'This session is being continued from a previous conversation.', { with: { isCompactSummary: true, isVisibleInTranscriptOnly: true } }),
        user('c3', 'Caveat: The messages below were generated by the user while running local commands.', { with: { isMeta: true } }),
        user('c4', '<command-name>/compact</command-name>\n<command-message>compact</command-message>'),
        user('c5', '<local-command-stdout>Compacted</local-command-stdout>'),
        ...turn('wind'),
      ),
    },
    expected: turns(2),
  },
  {
    name: 'calls that fail, go unanswered, and are answered out of order',
    files: {
      [at(A)]: lines(
        user('u1', 'try'),
        assistant('a1', bash('t1', 'npm test'), { id: 'm1' }),
        assistant('a2', bash('t2', 'git commit -am "Cache tide tables"'), { id: 'm1' }),
        assistant('a3', bash('t3', 'sleep 100'), { id: 'm1' }),
        result('u2', 't2', '[main 9f31c2e] Cache tide tables\n 2 files changed, 12 insertions(+)'),
        result('u3', 't1', 'Exit code 1\n1 failing', { failed: true, with: { toolUseResult: 'Error: Exit code 1' } }),
        result('u4', 'nobody-asked', 'stray', { failed: true }),
        user('u5', '[Request interrupted by user for tool use]'),
      ),
    },
    expected: { userMessages: 1, calls: 3, failedCalls: 1, unansweredCalls: 1, commits: 1, responses: 1, inputTokens: 10, outputTokens: 5 },
  },
  {
    name: 'clocks that were never set, or run ahead',
    files: {
      [at(A)]: lines(
        ...turn('tide').map((line) => line.replace(/2026-11-02T09/, '1970-01-01T00')),
        ...turn('wind').map((line) => line.replace(/2026-11-02T09/, '2099-01-01T00')),
        ...turn('moon').map((line) => line.replace(/"timestamp":"[^"]*"/, '"timestamp":null')),
      ),
    },
    expected: turns(3),
  },
]

/** Writes a trap's files below a projects folder. */
export function buildTrap(trap: Trap, projects: string): void {
  mkdirSync(projects, { recursive: true })
  for (const [path, content] of Object.entries(trap.files)) {
    mkdirSync(dirname(join(projects, path)), { recursive: true })
    writeFileSync(join(projects, path), content)
  }
}

export function wholeTotals(some: Partial<Totals>): Totals {
  return {
    userMessages: 0,
    assistantMessages: 0,
    calls: 0,
    failedCalls: 0,
    unansweredCalls: 0,
    commits: 0,
    responses: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
    ...some,
  }
}
