import { describe, expect, it } from 'vitest'
import { fileChange } from './files.ts'
import { commandOutput, outcome, resultText } from './results.ts'
import { toolSubject } from '../tool-table.ts'
import { toolName, TOOLS } from './tools.ts'

const answered = (output: string, more: object = {}) => ({
  id: 'c',
  name: 'run_shell_command',
  status: 'success',
  result: [{ functionResponse: { response: { output } } }],
  ...more,
})

describe('how a call of Gemini CLI ended', () => {
  it.each([
    ['0.23 states 0', 'Output: ok\nError: (none)\nExit Code: 0\nSignal: 0\nProcess Group PGID: 7', false, 0],
    ['0.23 states 1', 'Output: (empty)\nError: no\nExit Code: 1\nSignal: (none)\nBackground PIDs: (none)', true, 1],
    [
      '0.61 states 3',
      '<untrusted_context>\nOutput: boom\nExit Code: 3\nProcess Group PGID: 7\n</untrusted_context>',
      true,
      3,
    ],
    [
      'a hook speaks last',
      'Output: x\nExit Code: 2\nProcess Group PGID: 7\n\n<hook_context>hello</hook_context>',
      true,
      2,
    ],
    ['0.61 states none', 'Output: fine\nProcess Group PGID: 7', false, undefined],
    ['the code is in the output', 'Output: Exit Code: 9\nmore\nProcess Group PGID: 7', false, undefined],
    ['it was ended by a signal', 'Output: x\nError: (none)\nExit Code: (none)\nSignal: 15', false, undefined],
  ])('%s', (_name, output, failed, exitCode) => {
    expect(outcome(answered(output))).toEqual(exitCode === undefined ? { failed } : { failed, exitCode })
  })

  it('is read of commands only: another tool may print such a line', () => {
    expect(outcome(answered('Output: x\nExit Code: 3', { name: 'read_file' }))).toEqual({ failed: false })
  })

  it('is not known before it has, and failed where it was cancelled', () => {
    const statuses = ['executing', 'awaiting_approval', 'cancelled', 'error', undefined]
    expect(statuses.map((status) => outcome(answered('', { status }))?.failed)).toEqual([
      undefined,
      undefined,
      true,
      true,
      undefined,
    ])
  })
})

describe('what a call of Gemini CLI gave back', () => {
  it('is the answer without what hooks and the client put around it', () => {
    const output = '<untrusted_context>\nnoted\n</untrusted_context>\n\n<hook_context>x</hook_context>'
    expect(resultText(answered(output))).toBe('noted')
    expect(resultText(answered('a\n<hook_context>never closed'))).toBe('a')
  })

  it('is the error, the shown text or nothing where there is no output', () => {
    expect(resultText({ result: [{ functionResponse: { response: { error: 'no such file' } } }] })).toBe('no such file')
    expect(resultText({ result: null, resultDisplay: 'shown' })).toBe('shown')
    expect(resultText({ result: 'plain' })).toBe('plain')
    expect(resultText({})).toBe('')
  })

  it('is what a command printed, for commits', () => {
    expect(commandOutput(answered('Command: git\nOutput: [main abc1234] x\nError: (none)\nExit Code: 0'))).toBe(
      '[main abc1234] x',
    )
    expect(commandOutput(answered('Output: y', { resultDisplay: 'shown' }))).toBe('shown')
  })
})

describe('a file that Gemini CLI changed', () => {
  const diff = 'Index: a\n--- a\tCurrent\n+++ a\tProposed\n@@ -1,2 +1,3 @@\n same\n-old\n+new\n+--- more\n'
  const change = (resultDisplay: unknown, output = '') =>
    fileChange('c', answered(output, { name: 'replace', resultDisplay }), 'a.md', 5)

  it('has the model’s lines where no person changed the edit', () => {
    const diffStat = { model_added_lines: 4, model_removed_lines: 1, user_added_lines: 0, user_removed_lines: 0 }
    expect(change({ diffStat, fileDiff: diff, filePath: '/p/a.md', isNewFile: true })).toEqual({
      callId: 'c',
      path: '/p/a.md',
      kind: 'create',
      linesAdded: 4,
      linesRemoved: 1,
      atMs: 5,
    })
  })

  it('has the lines of the diff where a person did, or an old version counted none', () => {
    const diffStat = { model_added_lines: 4, model_removed_lines: 1, user_added_lines: 2, user_removed_lines: 0 }
    expect(change({ diffStat, fileDiff: diff })).toMatchObject({ kind: 'edit', linesAdded: 2, linesRemoved: 1 })
    expect(change({ fileDiff: diff, originalContent: null })).toMatchObject({ kind: 'create', linesAdded: 2 })
  })

  it('has unknown lines and the path the result names where nothing else is recorded', () => {
    expect(change(undefined, 'Successfully created and wrote to new file: /p/q r/a.md.')).toEqual({
      callId: 'c',
      path: '/p/q r/a.md',
      kind: 'create',
      atMs: 5,
    })
    expect(change(undefined, 'Successfully modified file: /p/a.md (1 replacements).')).toMatchObject({
      path: '/p/a.md',
    })
    expect(change(undefined, 'Done.')).toMatchObject({ path: 'a.md', kind: 'edit' })
  })
})

describe('the name of a tool of Gemini CLI', () => {
  it.each([
    [
      { name: 'mcp_green_house_water_all', displayName: 'water_all (green_house MCP Server)' },
      'water_all',
      'green_house',
    ],
    [{ name: 'probe_note', displayName: 'probe_note (probe MCP Server)' }, 'probe_note', 'probe'],
    [{ name: 'mcp_probe_probe_note' }, 'probe_note', 'probe'],
    [{ name: 'mcp_' }, 'mcp_', undefined],
    [{ name: 'read_file', displayName: 'ReadFile' }, 'read_file', undefined],
    [{}, 'unknown', undefined],
  ])('of %j', (call, tool, server) => {
    expect(toolName(call)).toEqual(server === undefined ? { tool } : { tool, server })
  })

  it('comes with what the call was about', () => {
    expect(toolSubject(TOOLS, 'read_many_files', undefined, { include: ['a', 'b'] })).toBe('a b')
    expect(toolSubject(TOOLS, 'write_todos', undefined, { todos: [{}] })).toBe('1 item')
    expect(toolSubject(TOOLS, 'anything', 'srv', { other: 1, text: 'this' })).toBe('this')
  })
})
