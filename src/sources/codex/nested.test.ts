import { describe, expect, it } from 'vitest'
import { entryContent } from './content.ts'
import { NESTED_RESULT, nestedCall } from './nested.ts'

const event = (payload: object) => ({ timestamp: '2026-10-22T10:00:00.000Z', type: 'event_msg', payload })
const ID = 'exec-0a000000-0000-4000-8000-000000000001'

describe('a call that a program made', () => {
  it('says what it ran and what came of it', () => {
    const record = event({
      type: 'item_completed',
      item: {
        type: 'CommandExecution',
        id: ID,
        command: ['/bin/zsh', '-lc', 'npm test'],
        cwd: 'file:///code/orchard',
        status: 'failed',
        aggregated_output: '1 failed\n',
        exit_code: 1,
      },
    })
    expect(entryContent(record, 0, 'tool_call')).toEqual({
      type: 'tool_call',
      tool: 'exec_command',
      callId: ID,
      input: { cmd: ['/bin/zsh', '-lc', 'npm test'], workdir: '/code/orchard' },
    })
    expect(entryContent(record, NESTED_RESULT, 'tool_result')).toEqual({
      type: 'tool_result',
      callId: ID,
      text: '1 failed\n',
      failed: true,
    })
    expect(entryContent(record, 0, 'tool_result')).toBeUndefined()
    expect(entryContent(record, 0, 'message')).toBeUndefined()
  })

  it('is told by the events of 0.147 and 0.148 as well', () => {
    const told = [
      { type: 'exec_command_end', call_id: ID, command: ['sh', '-c', 'ls'], exit_code: 0, aggregated_output: 'a\n' },
      { type: 'patch_apply_end', call_id: ID, success: false, changes: {}, stdout: '', stderr: 'no such file' },
      {
        type: 'mcp_tool_call_end',
        call_id: ID,
        invocation: { server: 'probe', tool: 'note', arguments: { text: 'hi' } },
        result: { Ok: { content: [{ type: 'text', text: 'noted' }] } },
      },
    ].map((payload) => nestedCall(payload))
    expect(told.map((nested) => [nested?.call.tool, nested?.call.server, nested?.output.failed])).toEqual([
      ['exec_command', undefined, undefined],
      ['apply_patch', undefined, true],
      ['note', 'probe', false],
    ])
    expect(told.map((nested) => nested?.output.text)).toEqual(['a\n', 'no such file', 'noted'])
  })

  it('is none that the model made itself', () => {
    const item = { type: 'CommandExecution', id: 'call_0123456789abcdef01234567', command: ['ls'], exit_code: 0 }
    expect(nestedCall({ type: 'item_completed', item })).toBeUndefined()
    expect(nestedCall({ type: 'item_completed', item: { type: 'Plan', id: ID } })).toBeUndefined()
    expect(entryContent(event({ type: 'item_completed', item }), 0, 'tool_call')).toBeUndefined()
  })
})
