import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type } from '../src/cli/testing.ts'
import { hooks } from '../src/sources/opencode/hooks.ts'
import { pluginText } from '../src/sources/opencode/plugin.ts'
import { type TestHome, testHome } from './home.ts'

let home: TestHome
beforeEach(() => {
  home = testHome()
})
afterEach(() => home.remove())

/** Keeps what it is told in a file each, and answers a start. */
const LISTENER = `#!/bin/sh
n=$(ls "$TOLD" | wc -l)
cat >"$TOLD/$(printf %03d "$n")-$1"
case $1 in sessionStart) echo '{"context":"You are in SESSION-001."}' ;; esac
`

/** Runs calls against the plugin in a process of its own, as OpenCode does; gives back what it was told and what they print. */
function drive(calls: string, listener = LISTENER) {
  const told = join(home.path, 'told')
  mkdirSync(told)
  const path = home.write('listen.sh', listener)
  home.write('daybook.mjs', pluginText(['/bin/sh', path]))
  const script = `import { Daybook } from './daybook.mjs'
const hooks = await Daybook({ directory: '/code/shop' })
const parts = [{ id: 'prt_1fb77ed77001rIxRxTQJt0aiy8', type: 'text', text: 'Hello' }]
const event = (type, properties) => hooks.event({ event: { type, properties } })
${calls}
await new Promise((done) => setTimeout(done, 400))
process.exit(0)
`
  writeFileSync(join(home.path, 'drive.mjs'), script)
  const { stdout, stderr, status } = spawnSync(process.execPath, ['drive.mjs'], {
    cwd: home.path,
    env: { TOLD: told, PATH: process.env['PATH'] },
    encoding: 'utf8',
  })
  const events = readdirSync(told)
    .toSorted()
    .map((name) => [name.slice(4), JSON.parse(readFileSync(join(told, name), 'utf8'))] as [string, object])
  return { events, stdout, stderr, status }
}

describe('the plugin for OpenCode', () => {
  it('tells of a session in order, answers its start with a part that nobody typed, once, and tells of its end', () => {
    const { events, stdout, status } = drive(`
await event('session.created', { info: { id: 'ses_1' } })
await hooks['chat.message']({ sessionID: 'ses_1' }, { message: { id: 'msg_1' }, parts })
await hooks['chat.message']({ sessionID: 'ses_1' }, { message: { id: 'msg_2' }, parts: [] })
await hooks['tool.execute.before']({ tool: 'bash', sessionID: 'ses_1' }, { args: { command: 'npm test' } })
await hooks['tool.execute.after']({ tool: 'bash', sessionID: 'ses_1', args: {} }, { metadata: { exit: 3 } })
await event('session.idle', { sessionID: 'ses_1' })
const output = { context: [] }
await hooks['experimental.session.compacting']({ sessionID: 'ses_1' }, output)
console.log(JSON.stringify([parts.slice(1), output.context]))`)
    expect(status).toBe(0)
    expect(events.map(([name]) => name)).toEqual([
      'sessionStart',
      'chatMessage',
      'chatMessage',
      'toolBefore',
      'toolFailed',
      'sessionIdle',
      'sessionStart',
      'sessionEnd',
    ])
    const said = { sessionID: 'ses_1', cwd: '/code/shop' }
    expect(events[0]![1]).toEqual({ ...said, source: 'startup' })
    expect(events[3]![1]).toEqual({ ...said, tool: 'bash', input: { command: 'npm test' } })
    expect(events[6]![1]).toEqual({ ...said, source: 'compact' })
    const text = 'You are in SESSION-001.'
    const part = { id: 'prt_1fb77ed77001rIxRxTQJt0zzzz', sessionID: 'ses_1', messageID: 'msg_1', type: 'text', text }
    expect(JSON.parse(stdout)).toEqual([[{ ...part, synthetic: true }], [text]])
    expect(hooks.read('toolBefore', events[3]![1] as never)).toEqual({
      kind: 'tool',
      externalId: 'ses_1',
      cwd: '/code/shop',
      reason: null,
      about: 'npm test',
      callId: null,
      subagentId: null,
    })
  })

  it('takes a session that was there before for one that is resumed, and gives a subagent’s events to its session', () => {
    const { events } = drive(`
await hooks['chat.message']({ sessionID: 'ses_1' }, { message: { id: 'msg_1' }, parts })
await event('session.created', { info: { id: 'ses_2', parentID: 'ses_1' } })
await hooks['chat.message']({ sessionID: 'ses_2' }, { message: { id: 'msg_2' }, parts })
await hooks['tool.execute.before']({ tool: 'read', sessionID: 'ses_2' }, { args: { filePath: '/code/a.ts' } })
await event('session.idle', { sessionID: 'ses_2' })`)
    expect(events.map(([name]) => name)).toEqual([
      'sessionStart',
      'chatMessage',
      'subagentStart',
      'toolBefore',
      'subagentStop',
      'sessionEnd',
    ])
    expect(events[0]![1]).toMatchObject({ source: 'resume' })
    expect(events.map(([, said]) => (said as { sessionID: string }).sessionID)).toEqual(Array(6).fill('ses_1'))
  })

  it('breaks no turn where our program is missing, prints nonsense or is told nonsense', () => {
    const { status, stderr, stdout } = drive(
      `
for (const given of [undefined, null, {}, { event: {} }]) {
  for (const hook of Object.values(hooks)) await hook(given, given)
}
await hooks['chat.message']({ sessionID: 'ses_1' }, { message: { id: 'msg_1' }, parts })
console.log(parts.length)`,
      'echo no JSON; exit 7\n',
    )
    expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout: '1\n' })
  })
})

describe('daybook setup opencode', () => {
  const run = (line: string) =>
    type(line, {
      terminal: false,
      machine: { home: home.path, platform: 'linux', variables: { DAYBOOK_HOME: join(home.path, 'data') } },
      program: ['/opt/node', '/opt/daybook.js'],
      cwd: home.path,
    })
  const read = (path: string) => readFileSync(join(home.path, path), 'utf8')

  it('writes plugin, tools and commands, keeps what is there, and takes all of it back', async () => {
    const mine = '{\n  // mine\n  "theme": "tide",\n  "mcp": { "other": { "type": "remote", "url": "http://x" } }\n}\n'
    home.write('.config/opencode/opencode.json', mine)
    expect((await run('setup opencode --yes')).code).toBe(0)
    expect(read('.config/opencode/opencode.json')).toContain('// mine')
    expect(JSON.parse(read('.config/opencode/opencode.json').replace('// mine', ''))).toMatchObject({
      theme: 'tide',
      mcp: {
        other: { type: 'remote' },
        daybook: { type: 'local', command: ['/opt/node', '/opt/daybook.js', 'mcp'], enabled: true },
      },
    })
    const capture = JSON.stringify(['/bin/sh', join(home.path, 'data/hooks/capture.sh'), 'opencode'])
    expect(read('.config/opencode/plugins/daybook.js')).toContain(`const [PROGRAM, ...WORDS] = ${capture}`)
    expect(read('.config/opencode/commands/note.md')).toContain('$ARGUMENTS')
    expect((await run('setup opencode --yes')).stdout).toContain('Everything is set up already.')
    await run('setup --undo --yes opencode')
    expect(read('.config/opencode/opencode.json')).toBe(mine)
    expect(readdirSync(join(home.path, '.config/opencode'))).toEqual(['opencode.json'])
  })
})
