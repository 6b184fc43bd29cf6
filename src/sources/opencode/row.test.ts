import { afterEach, expect, it, vi } from 'vitest'
import { isFinished, messageFacts, partLine } from './row.ts'

afterEach(() => vi.restoreAllMocks())

const MESSAGE = messageFacts(JSON.stringify({ role: 'assistant', time: { created: 5 } }))

/** A tool's part; `data` as its agent wrote it. */
function tool(status: string, output = 'done'): string {
  const state = { status, input: { command: 'ls' }, output, time: { start: 1, end: 2 } }
  return JSON.stringify({ type: 'tool', tool: 'bash', callID: 'call_1', state })
}

it('a tool that has ended is known without parsing what it gave', () => {
  const line = partLine('prt_1', 0, MESSAGE, tool('completed', 'all \u001b[32mgreen\u001b[0m "while running"'))
  const parse = vi.spyOn(JSON, 'parse')
  expect(isFinished(line)).toBe(true)
  expect(parse).not.toHaveBeenCalled()
})

it('a tool whose state says that it has ended is not looked through', () => {
  const data = tool('completed').replace('"command":"ls"', '"command":"ls","mode":"running"')
  const parse = vi.spyOn(JSON, 'parse')
  expect(isFinished(partLine('prt_1', 0, MESSAGE, data))).toBe(true)
  expect(parse).not.toHaveBeenCalled()
})

it.each([
  ['a tool that runs', tool('running'), false],
  ['a tool that waits', tool('pending'), false],
  ['a tool whose state is written with escapes', tool('STATE').replace('STATE', String.raw`\u0072unning`), false],
  ['a tool that failed', tool('error'), true],
  ['a tool that tells of one that runs', tool('completed', '{"status":"running"}'), true],
  ['a tool whose state is named last', `{"state":{"status":"running"},"type":"tool"}`, false],
  ['text that goes on and holds a tool', `{"type":"text","data":{"type":"tool","x":1},"time":{"start":1}}`, false],
  ['text that has ended', `{"type":"text","text":"a","time":{"start":1,"end":2}}`, true],
])('%s', (_name, data, finished) => {
  expect(isFinished(partLine('prt_1', 0, MESSAGE, data))).toBe(finished)
})
