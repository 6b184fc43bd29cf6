import { describe, expect, it } from 'vitest'
import { messageText, readOutput } from './text.ts'
import { callKind, readCall } from './tools.ts'

describe('the answer of a call', () => {
  it('tells a failure that has no exit code, whatever is said of the time before it', () => {
    const failures = [
      'Wall time: 0.1 seconds\naborted by user',
      'error: Failed to find expected lines in /home/ada/orchard/e.txt:\nnot there at all',
      'unsupported call: no_such_tool',
    ]
    expect(failures.map((text) => readOutput(text).failed)).toEqual([true, true, true])
    expect(readOutput(failures[0]).durationMs).toBe(100)
  })

  it('takes no word inside an output for a failure', () => {
    const outputs = [
      'Wall time: 0.1 seconds\nProcess exited with code 0\nOutput:\naborted by user',
      'Exit code: 0\nWall time: 2 seconds\nOutput:\nerror: Failed to find it',
      'Wall time: 0.1 seconds\nThe first run was aborted by user',
    ]
    expect(outputs.map((text) => readOutput(text).failed)).toEqual([undefined, undefined, undefined])
  })
})

describe('a message', () => {
  const picture = { type: 'input_image', image_url: 'data:image/png;base64,AAAA' }

  it('is what was typed, without the tags around its pictures', () => {
    const content = [
      { type: 'input_text', text: '<image name=[Image #1] path="/home/ada/orchard/plum.png">' },
      picture,
      { type: 'input_text', text: '</image>' },
      { type: 'input_text', text: 'What is in the picture?' },
    ]
    expect(messageText({ content })).toEqual({ text: 'What is in the picture?', images: 1 })
  })

  it('keeps a tag that somebody typed', () => {
    expect(messageText({ content: [{ type: 'input_text', text: '<image>' }] })).toEqual({ text: '<image>', images: 0 })
    const content = [picture, { type: 'input_text', text: 'Why <image> here?' }]
    expect(messageText({ content }).text).toBe('Why <image> here?')
  })
})

describe('the name of a call', () => {
  const named = (name: string, namespace?: string) => readCall('function_call', { name, namespace, arguments: '{}' })!

  it.each([
    ['0.40', 'probe__probe_note', undefined],
    ['0.98', 'mcp__probe__probe_note', undefined],
    ['0.169', 'probe_note', 'mcp__probe'],
  ])('is of a server in %s', (_version, name, namespace) => {
    const call = named(name, namespace)
    expect([call.tool, call.server, callKind(call)]).toEqual(['probe_note', 'probe', 'mcp'])
  })

  it('is a tool’s alone without a server before it or a tool behind it', () => {
    expect(['shell', '__shell', 'shell__', 'mcp__shell'].map((name) => named(name).server)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
})
