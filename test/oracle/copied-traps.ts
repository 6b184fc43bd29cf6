import { assistant, bash, forked, other, result, text, thinking, user } from './lines.ts'
import { A, B, PROJECT, at, lines, turn, turns, type Trap } from './trap.ts'

/** One response on many lines, one record in many files: what must be counted once. */
export const copiedTraps: Trap[] = [
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
        ...[...turn('tide'), ...turn('moon')].map((line) =>
          forked(line, B).replace(/09:00:0\d\.000Z/, '11:22:33.692Z'),
        ),
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
    expected: {
      userMessages: 1,
      assistantMessages: 1,
      calls: 1,
      unansweredCalls: 1,
      responses: 1,
      inputTokens: 9,
      outputTokens: 31,
    },
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
        assistant(
          'a1',
          { type: 'tool_use', id: 't1', name: 'Task', input: { description: 'count', prompt: 'count' } },
          { tokens: [5, 6, 0, 0] },
        ),
        other('progress', 'p1', {
          toolUseID: 'agent_msg_1',
          parentToolUseID: 't1',
          data: {
            type: 'agent_progress',
            message: JSON.parse(assistant('s2', text('42'), { sidechain: true, tokens: [70, 80, 0, 0] })) as unknown,
          },
        }),
        result('u2', 't1', [text('42 files')], {
          with: {
            toolUseResult: {
              status: 'completed',
              agentId: 'c0ffee',
              totalTokens: 999,
              usage: { input_tokens: 70, output_tokens: 80 },
            },
          },
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
        assistant(
          'a1',
          { type: 'tool_use', id: 't1', name: 'Task', input: { prompt: 'count' } },
          { tokens: [5, 6, 0, 0] },
        ),
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
    name: 'prompts queued in mid-turn, of which one comes as a line as well',
    files: {
      [at(A)]: lines(
        user('u1', 'draw the tide'),
        assistant('a1', bash('t1', 'plot'), { tokens: [1, 2, 0, 0] }),
        result('u2', 't1', 'plotted'),
        ...['in blue', 'in blue', 'with a legend'].map((prompt, n) =>
          other('attachment', `q${n}`, { attachment: { type: 'queued_command', prompt, commandMode: 'prompt' } }),
        ),
        other('attachment', 'q3', {
          attachment: { type: 'queued_command', prompt: '<task-notification>done', commandMode: 'task-notification' },
        }),
        assistant('a2', text('drawn'), { tokens: [3, 4, 0, 0] }),
        user('u3', 'with a legend'),
        user('u4', 'and print it'),
        user('u5', 'in blue'),
      ),
    },
    expected: { userMessages: 6, assistantMessages: 1, calls: 1, responses: 2, inputTokens: 4, outputTokens: 6 },
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
]
