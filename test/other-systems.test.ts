import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestMachine, testMachine } from './machine.ts'

let machine: TestMachine
let records = 0
beforeEach(() => {
  machine = testMachine()
})
afterEach(() => machine.home.remove())

const id = (): string => `7a000000-0000-4000-8000-${String(++records).padStart(12, '0')}`

/** A session of Claude Code that wrote a file, as it lies in its folder. */
function claude(folder: string, cwd: string, file: string, minute: number): void {
  const sessionId = id()
  const call = `toolu_${sessionId}`
  const lines = [
    { type: 'user', message: { role: 'user', content: `Write ${file}` } },
    {
      type: 'assistant',
      requestId: `req_${sessionId}`,
      message: {
        id: `msg_${sessionId}`,
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [{ type: 'tool_use', id: call, name: 'Write', input: { file_path: file, content: 'an apple\n' } }],
        usage: { input_tokens: 10, output_tokens: 5 },
      },
    },
    {
      type: 'user',
      message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: call, content: 'done' }] },
      toolUseResult: { type: 'create', filePath: file, content: 'an apple\n', structuredPatch: [], originalFile: null },
    },
  ]
  const text = lines.map((line, second) => {
    const timestamp = `2026-11-20T09:${String(minute).padStart(2, '0')}:0${second}.000Z`
    return JSON.stringify({ ...line, parentUuid: null, isSidechain: false, cwd, sessionId, uuid: id(), timestamp })
  })
  machine.home.write(`.claude/projects/${folder}/${sessionId}.jsonl`, `${text.join('\n')}\n`)
}

/** A thread of Codex that patched a file, told by its patch alone or by an event too. */
function codex(cwd: string, patched: string, told?: string): void {
  const thread = `019aaaaa-0000-7000-8000-${String(++records).padStart(12, '0')}`
  const timestamp = '2026-11-20T10:00:00.000Z'
  const item = (type: string, payload: object): string => JSON.stringify({ timestamp, type, payload })
  const lines = [
    item('session_meta', { id: thread, timestamp, cwd, originator: 'codex_cli_rs', cli_version: '0.98.0' }),
    item('response_item', {
      type: 'custom_tool_call',
      name: 'apply_patch',
      call_id: thread,
      input: `*** Begin Patch\n*** Update File: ${patched}\n@@\n-a\n+b\n*** End Patch`,
    }),
    item('response_item', { type: 'custom_tool_call_output', call_id: thread, output: 'Success' }),
  ]
  const changes = told && { [told]: { type: 'update', unified_diff: '@@\n-a\n+b\n' } }
  if (changes) lines.push(item('event_msg', { type: 'patch_apply_end', call_id: thread, success: true, changes }))
  machine.home.write(`.codex/sessions/2026/11/20/rollout-2026-11-20T10-00-00-${thread}.jsonl`, `${lines.join('\n')}\n`)
}

const projects = async () =>
  (await machine.ask<{ items: { name: string; identity: string; sessionCount: number }[] }>('project list')).items
    .map(({ name, identity, sessionCount }) => [name.toLowerCase(), identity, sessionCount])
    .toSorted()

const files = async () =>
  (await machine.ask<{ items: { path: string; changes: number }[] }>('files')).items
    .map(({ path, changes }) => [path, changes])
    .toSorted()

const blamed = async (path: string): Promise<number> => {
  const { code, stdout } = await machine.run(['blame', path, '--json'])
  return code === 0 ? (JSON.parse(stdout) as { total: number }).total : -code
}

describe('transcripts of other systems', () => {
  it('are one project and one file, however agents of Windows write them', async () => {
    claude('C--Users-ada-orchard', 'C:\\Users\\ada\\orchard', 'C:\\Users\\ada\\orchard\\src\\press.ts', 1)
    claude('c--Users-ada-orchard', 'c:\\Users\\ada\\orchard', 'c:/Users/ada/orchard/src/press.ts', 2)
    codex('C:\\Users\\ada\\orchard', 'src/press.ts')
    codex('\\\\?\\C:\\Users\\ada\\orchard', 'src\\press.ts', '\\\\?\\C:\\Users\\ada\\orchard\\src\\press.ts')
    codex('file:///C:/Users/ada/orchard', 'src/press.ts', 'file:///C:/Users/ada/orchard/src/press.ts')
    await machine.run('scan')
    expect(await projects()).toEqual([['orchard', 'c:\\users\\ada\\orchard', 5]])
    expect(await files()).toEqual([['C:\\Users\\ada\\orchard\\src\\press.ts', 5]])
  })

  it.each([
    'press.ts',
    'src/press.ts',
    'src\\press.ts',
    'src',
    'C:\\Users\\ada\\orchard\\src\\press.ts',
    'C:/Users/ada/orchard/src/press.ts',
    'c:\\users\\ADA\\orchard',
    'file:///C:/Users/ada/orchard/src/press.ts',
  ])('say who changed %s', async (path) => {
    claude('C--Users-ada-orchard', 'C:\\Users\\ada\\orchard', 'C:\\Users\\ada\\orchard\\src\\press.ts', 1)
    claude('c--users-Ada-Orchard', 'c:\\users\\Ada\\Orchard', 'c:\\users\\Ada\\Orchard\\src\\press.ts', 2)
    await machine.run('scan')
    expect(await blamed(path)).toBe(2)
    expect(await blamed('C:\\Users\\ada\\orchardist')).toBe(-3)
  })

  it('are found by file with either sign between folders', async () => {
    claude('C--Users-ada-orchard', 'C:\\Users\\ada\\orchard', 'C:\\Users\\ada\\orchard\\src\\press.ts', 1)
    await machine.run('scan')
    for (const file of ['src/press', 'src\\press']) {
      const { items } = await machine.ask<{ items: object[] }>(['search', 'apple', '--file', file])
      expect(items, file).toHaveLength(1)
      expect((await machine.ask<{ total: number }>(['files', file])).total, file).toBe(1)
    }
    const named = await machine.ask<{ total: number }>(['session', 'list', '--project', 'C:/Users/Ada/Orchard'])
    expect(named.total).toBe(1)
  })

  it('keep shares, WSL and macOS apart from one another, each one project', async () => {
    claude('--mill-wheat-flour', '\\\\mill\\wheat\\flour', '\\\\mill\\wheat\\flour\\bag.txt', 1)
    claude(
      '--wsl--Ubuntu-home-ada-flour',
      '\\\\wsl$\\Ubuntu\\home\\ada\\flour',
      '\\\\wsl$\\Ubuntu\\home\\ada\\flour\\a.ts',
      2,
    )
    claude(
      '--wsl-localhost-Ubuntu-home-ada-flour',
      '\\\\wsl.localhost\\Ubuntu\\home\\ada\\flour',
      '\\\\wsl.localhost\\Ubuntu\\home\\ada\\flour\\a.ts',
      3,
    )
    claude('-Users-ada-flour', '/Users/ada/flour', '/Users/ada/flour/Mill.swift', 4)
    await machine.run('scan')
    expect(await projects()).toEqual([
      ['flour', '/Users/ada/flour', 1],
      ['flour', '\\\\mill\\wheat\\flour', 1],
      ['flour', '\\\\wsl.localhost\\ubuntu\\home\\ada\\flour', 2],
    ])
    expect([await blamed('bag.txt'), await blamed('a.ts'), await blamed('Mill.swift')]).toEqual([1, 2, 1])
    const labels = await machine.run(['project', 'list'])
    expect(labels.stdout).toContain('ada\\flour')
  })

  it('are left out where configuration names their folder', async () => {
    claude('C--Users-ada-diary', 'C:\\Users\\ada\\diary', 'C:\\Users\\ada\\diary\\today.md', 1)
    machine.home.write('data/config.toml', '[ignore]\npaths = ["c:/users/ada/diary"]\n')
    await machine.run('scan')
    expect(await projects()).toEqual([])
  })
})
