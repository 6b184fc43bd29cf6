import type { TestHome } from './home.ts'

/** Stands wherever a session can hold text. */
export const MARKER = 'plughxyzzy4711'
export const MARKED = '9c1f0000-0000-4000-8000-000000000001'
export const OTHER = '9c1f0000-0000-4000-8000-000000000002'

const CWD = '/code/tidewatch'

/** Two Claude Code sessions of the same day: one with the marker in everything it holds, one without. */
export function writeMarkedSessions(home: TestHome): void {
  home.write(`.claude/projects/-code-tidewatch/${MARKED}.jsonl`, lines(MARKED, MARKER))
  home.write(`.claude/projects/-code-tidewatch/${MARKED}/subagents/agent-a1.jsonl`, subagent(MARKER))
  home.write(`.claude/projects/-code-tidewatch/${OTHER}.jsonl`, lines(OTHER, 'harmless'))
}

function lines(sessionId: string, word: string): string {
  const at = (seconds: number): string => new Date(Date.parse('2026-11-01T09:00:00Z') + seconds * 1000).toISOString()
  const common = { isSidechain: false, sessionId, cwd: CWD, version: '2.1.197', gitBranch: `t-4-${word}` }
  const record = (n: number, type: string, message: object, rest: object = {}): object => ({
    parentUuid: null,
    type,
    uuid: `${sessionId}-${n}`,
    timestamp: at(n),
    ...common,
    message,
    ...rest,
  })
  const usage = { input_tokens: 10, output_tokens: 100, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 }
  const answer = (n: number, content: object[]): object =>
    record(
      n,
      'assistant',
      {
        id: `msg_${sessionId.slice(-2)}_${n}`,
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5-20250929',
        content,
        usage,
      },
      { requestId: `req_${sessionId.slice(-2)}_${n}` },
    )
  const result = (n: number, id: string, content: string, more: object): object =>
    record(
      n,
      'user',
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content }] },
      { toolUseResult: more },
    )
  const todos = [{ content: `plan ${word}`, status: 'pending', activeForm: `planning ${word}` }]
  const picture = Buffer.from(word.repeat(3000)).toString('base64')
  return [
    { type: 'summary', summary: `Title ${word}`, leafUuid: `${sessionId}-9` },
    { type: 'summary', summary: `Waiting ${word}`, leafUuid: `never-${sessionId}` },
    record(1, 'user', { role: 'user', content: `Please ${word} the tide tables` }),
    answer(2, [
      { type: 'thinking', thinking: `hm ${word}`, signature: '' },
      { type: 'text', text: `I will ${word}.` },
    ]),
    answer(3, [
      { type: 'tool_use', id: 'c1', name: 'Bash', input: { command: `git commit -m "${word}"`, description: word } },
    ]),
    result(4, 'c1', `[t-4-${word} 1a2b3c4] ${word}`, { stdout: `[t-4-${word} 1a2b3c4] ${word}`, stderr: '' }),
    answer(5, [
      {
        type: 'tool_use',
        id: 'c2',
        name: 'Write',
        input: { file_path: `${CWD}/${word}.ts`, content: `const ${word} = 1` },
      },
    ]),
    result(6, 'c2', `File created: ${CWD}/${word}.ts`, { type: 'create', filePath: `${CWD}/${word}.ts`, content: '' }),
    answer(7, [
      { type: 'tool_use', id: 'c3', name: `mcp__${word}__go`, input: { q: word } },
      { type: 'tool_use', id: 'c4', name: 'TodoWrite', input: { todos } },
    ]),
    record(8, 'user', {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'c3', content: `no ${word}`, is_error: true },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture } },
      ],
    }),
    answer(9, [{ type: 'text', text: `Done with ${word}.` }]),
    { type: `odd-${word}`, sessionId, timestamp: at(10) },
  ]
    .map((line) => JSON.stringify(line))
    .join('\n')
    .concat(`\n{"broken ${word}\n`)
}

function subagent(word: string): string {
  const common = { isSidechain: true, agentId: 'a1', sessionId: MARKED, cwd: CWD, version: '2.1.197' }
  return `${JSON.stringify({
    parentUuid: null,
    type: 'user',
    uuid: 'sub-1',
    timestamp: '2026-11-01T09:00:05Z',
    ...common,
    message: { role: 'user', content: `look for ${word}` },
  })}\n`
}
