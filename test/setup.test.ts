import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  rmSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parse } from 'smol-toml'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Setup, type } from '../src/cli/testing.ts'
import { claudeCode } from '../src/sources/claude-code/index.ts'
import { cursor } from '../src/sources/cursor/index.ts'
import type { SetupWords } from '../src/sources/setup.ts'
import { type TestHome, testHome } from './home.ts'

const BIN = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

let home: TestHome
beforeEach(() => {
  home = testHome()
})
afterEach(() => home.remove())

const variables = () => ({ DAYBOOK_HOME: join(home.path, 'data'), PATH: join(home.path, 'bin') })
const run = (line: string, more: Setup = {}) =>
  type(line, {
    terminal: false,
    machine: { home: home.path, platform: process.platform, variables: variables() },
    program: [process.execPath, BIN],
    cwd: home.path,
    ...more,
  })

/** Every file below the home, without our own data, by path; a link by where it leads. */
function everything(): Record<string, string> {
  const found: Record<string, string> = {}
  for (const entry of readdirSync(home.path, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    const name = relative(home.path, path)
    if (name.startsWith('data') || entry.isDirectory()) continue
    found[name] = `${(lstatSync(path).mode & 0o777).toString(8)} ${readFileSync(path, 'latin1')}`
  }
  return found
}

const read = (path: string) => readFileSync(join(home.path, path), 'utf8')
const json = (path: string) => JSON.parse(read(path)) as Record<string, never>
const captured = (agent: string, event: string) =>
  `/bin/sh ${join(home.path, 'data/hooks/capture.sh')} ${agent} ${event}`

/** A program that says which version it is. */
function program(name: string, version: string): void {
  chmodSync(home.write(`bin/${name}`, `#!/bin/sh\necho "${version} (Claude Code)"\n`), 0o755)
}

/** Settings as people have them: comments, tabs, odd line ends, lists on one line. */
const SETTINGS = `// mine
{
\t"model": "opus", // the dear one
\t"hooks": {
\t\t"Stop": [{ "hooks": [{ "type": "command", "command": "say done" }] }],
\t},
\t/* and so on */
\t"permissions": { "allow": ["Bash(npm test)", "Read"] },
}
`
const STATE = '{"numStartups":7,"mcpServers":{"other":{"command":"x"}},"projects":{"/code":{"history":["a"]}}}'
const CODEX = `model = "gpt-5.5" # mine

[mcp_servers.other]
command = "x"

[projects."/code"]
trust_level = "trusted"`
const GEMINI = '{\r\n    "general": {},\r\n    "mcpServers": {}\r\n}\r\n'

function used(): void {
  home.write('.claude/settings.json', SETTINGS)
  chmodSync(join(home.path, '.claude/settings.json'), 0o640)
  home.write('.claude.json', STATE)
  home.write('.claude/CLAUDE.md', '# Mine\n\nNo emoji.')
  home.write('.codex/config.toml', CODEX)
  mkdirSync(join(home.path, 'dotfiles'))
  home.write('dotfiles/gemini.json', GEMINI)
  mkdirSync(join(home.path, '.gemini'))
  symlinkSync(join(home.path, 'dotfiles/gemini.json'), join(home.path, '.gemini/settings.json'))
  mkdirSync(join(home.path, '.copilot'))
  program('claude', '2.1.197')
}

describe('daybook setup', () => {
  it('shows what it would change and writes nothing before it is told to', async () => {
    used()
    const before = everything()
    const { code, stdout } = await run('setup claude-code')
    expect(code).toBe(0)
    expect(stdout).toContain('~/.claude/settings.json')
    expect(stdout).toContain(`+\t\t"PreToolUse": [`)
    // Of what stood there a line at most is written anew: the one whose end gets something added.
    const own = stdout.slice(0, stdout.indexOf('~/.claude.json'))
    expect(own.split('\n').filter((line) => line.startsWith('-'))).toHaveLength(1)
    expect(stdout).toContain('Nothing was written.')
    expect((await run('setup claude-code', { terminal: true, types: 'n\n' })).stdout).toContain('Nothing was written.')
    expect(everything()).toEqual(before)
    expect(existsSync(join(home.path, 'data'))).toBe(false)
  })

  it('writes hooks, tools and commands in each agent’s own form, and all else stays as it was', async () => {
    used()
    expect((await run('setup --yes')).code).toBe(0)
    const settings = read('.claude/settings.json')
    for (const line of SETTINGS.split('\n').filter((one) => one.trim().length > 3)) {
      expect(settings).toContain(
        line.includes('say done') ? '{ "hooks": [{ "type": "command", "command": "say done" }] }' : line,
      )
    }
    expect(settings).toContain(
      JSON.stringify({ hooks: [{ type: 'command', command: captured('claude-code', 'Stop'), timeout: 1 }] }),
    )
    expect(statSync(join(home.path, '.claude/settings.json')).mode & 0o777).toBe(0o640)
    expect(json('.claude.json')).toEqual({
      ...(JSON.parse(STATE) as object),
      mcpServers: {
        other: { command: 'x' },
        daybook: { type: 'stdio', command: process.execPath, args: [BIN, 'mcp'] },
      },
    })
    expect(read('.claude/commands/session-start.md')).toContain(
      'Call the tool session_start of the server daybook. Title: $ARGUMENTS.',
    )
    const codex = parse(read('.codex/config.toml'))
    expect(codex).toMatchObject({
      model: 'gpt-5.5',
      notify: ['/bin/sh', join(home.path, 'data/hooks/capture.sh'), 'codex', 'notify'],
      mcp_servers: { other: { command: 'x' }, daybook: { command: process.execPath, args: [BIN, 'mcp'] } },
      projects: { '/code': { trust_level: 'trusted' } },
    })
    expect(json('.codex/hooks.json')['hooks']).toMatchObject({
      SessionStart: [{ hooks: [{ type: 'command', command: captured('codex', 'SessionStart'), timeout: 1 }] }],
    })
    expect(read('.codex/skills/session-end/SKILL.md')).toMatch(/^---\nname: session-end\ndescription: /)
    expect(lstatSync(join(home.path, '.gemini/settings.json')).isSymbolicLink()).toBe(true)
    expect(read('dotfiles/gemini.json').replaceAll('\r\n', '')).not.toContain('\n')
    expect(json('dotfiles/gemini.json')).toMatchObject({
      general: {},
      mcpServers: { daybook: { command: process.execPath, args: [BIN, 'mcp'] } },
      hooks: { BeforeTool: [{ matcher: '*', hooks: [{ command: captured('gemini', 'BeforeTool'), timeout: 1000 }] }] },
    })
    expect(parse(read('.gemini/commands/session-status.toml'))).toMatchObject({
      prompt: expect.stringContaining('session_status'),
    })
    expect(json('.copilot/hooks/daybook.json')).toMatchObject({
      version: 1,
      hooks: { agentStop: [{ type: 'command', bash: captured('copilot', 'agentStop'), timeoutSec: 1 }] },
    })
    expect(json('.copilot/mcp-config.json')).toMatchObject({ mcpServers: { daybook: { type: 'local', tools: ['*'] } } })
  })

  it('changes nothing the second time, and says so', async () => {
    used()
    await run('setup --yes --memory')
    const once = everything()
    const again = await run('setup --yes --memory')
    expect(again.stdout).toContain('Everything is set up already.')
    expect(everything()).toEqual(once)
  })

  it('--undo brings every file back byte for byte, and takes what was made, folders too', async () => {
    used()
    const before = everything()
    await run('setup --yes')
    await run('setup --yes --memory')
    expect(read('.claude/CLAUDE.md').split('\n').length - 2).toBeLessThanOrEqual(15)
    expect(Object.keys(everything()).length).toBeGreaterThan(Object.keys(before).length + 10)
    const { code, stdout } = await run('setup --undo --yes')
    expect([code, everything()]).toEqual([0, before])
    expect(stdout).toContain('~/.claude/settings.json  as it was before')
    expect(existsSync(join(home.path, '.claude/commands'))).toBe(false)
    expect(existsSync(join(home.path, 'data/hooks'))).toBe(false)
    expect((await run('setup --undo --yes')).stdout).toBe('Nothing was set up.\n')
  })

  it('--undo keeps what was changed since, and takes out ours alone', async () => {
    used()
    await run('setup --yes --memory')
    writeFileSync(join(home.path, '.claude/settings.json'), read('.claude/settings.json').replace('"opus"', '"haiku"'))
    writeFileSync(join(home.path, '.claude.json'), read('.claude.json').replace('"numStartups":7', '"numStartups":8'))
    writeFileSync(join(home.path, '.codex/config.toml'), `${read('.codex/config.toml')}\n[features]\nhooks = true\n`)
    writeFileSync(join(home.path, '.claude/CLAUDE.md'), `${read('.claude/CLAUDE.md')}More.\n`)
    writeFileSync(join(home.path, '.claude/commands/session-end.md'), 'My own words')
    // Set up again after that: the copies of before are no longer what --undo may write.
    await run('setup --yes')
    await run('setup --undo --yes')
    expect(read('.claude.json')).toBe(STATE.replace('"numStartups":7', '"numStartups":8'))
    expect(read('.claude/settings.json')).not.toContain('capture.sh')
    expect(read('.claude/settings.json')).toContain('"model": "haiku", // the dear one')
    expect(parse(read('.codex/config.toml'))).toEqual({ ...parse(CODEX), features: { hooks: true } })
    expect(read('.claude/CLAUDE.md')).toBe('# Mine\n\nNo emoji.\nMore.\n')
  })

  it('leaves a command of the person’s own alone', async () => {
    used()
    home.write('.claude/commands/session-end.md', 'Mine')
    const { stdout } = await run('setup claude-code --yes')
    expect(read('.claude/commands/session-end.md')).toBe('Mine')
    expect(stdout).toContain('session-end.md is not ours and stays as it is')
  })

  it.each(['1.0.128', '2.0.60', undefined])(
    'writes the nine events that every Claude Code knows for version %s',
    async (version) => {
      home.write('.claude/settings.json', '')
      if (version !== undefined) program('claude', version)
      await run('setup claude-code --yes')
      expect(Object.keys(json('.claude/settings.json')['hooks']!)).toEqual([
        'SessionStart',
        'UserPromptSubmit',
        'PreToolUse',
        'PostToolUse',
        'Notification',
        'Stop',
        'SubagentStop',
        'PreCompact',
        'SessionEnd',
      ])
      program('claude', '2.1.197')
      await run('setup claude-code --yes')
      expect(Object.keys(json('.claude/settings.json')['hooks']!)).toHaveLength(12)
      program('claude', '1.0.128')
      await run('setup claude-code --yes')
      expect(Object.keys(json('.claude/settings.json')['hooks']!)).toHaveLength(9)
    },
  )

  it('waits for no hook of Claude Code on which nothing depends, from 2.1.19 on, and for all where that is not known', async () => {
    home.write('.claude/settings.json', '')
    const asynchronous = async (version: string) => {
      program('claude', version)
      await run('setup claude-code --yes')
      const groups: Record<string, { hooks: { async?: boolean }[] }[]> = json('.claude/settings.json')['hooks']!
      return Object.entries(groups).flatMap(([event, [group]]) => (group!.hooks[0]!.async === true ? [event] : []))
    }
    expect(await asynchronous('2.1.18')).toEqual([])
    const later = ['PostToolUse', 'Notification', 'SubagentStop', 'PreCompact', 'PostToolUseFailure', 'SubagentStart']
    expect((await asynchronous('2.1.19')).toSorted()).toEqual(later.toSorted())
    expect((await asynchronous('2.1.197')).toSorted()).toEqual(later.toSorted())
    expect((await asynchronous('3.0.0')).toSorted()).toEqual(later.toSorted())
    expect(await asynchronous('2.0.60')).toEqual([])
    // Codex warns of a word that it does not know.
    home.write('.codex/config.toml', '')
    await run('setup codex --yes')
    expect(read('.codex/hooks.json')).not.toContain('async')
  })

  it('keeps the command of a hook as it is when daybook has moved: Codex asks for trust again for a changed one', async () => {
    home.write('.codex/config.toml', '')
    await run('setup codex --yes')
    const hooks = read('.codex/hooks.json')
    await run('setup codex --yes', { program: ['/elsewhere/daybook'] })
    expect(read('.codex/hooks.json')).toBe(hooks)
    expect(parse(read('.codex/config.toml'))).toMatchObject({
      mcp_servers: { daybook: { command: '/elsewhere/daybook' } },
    })
    expect(read('data/hooks/capture.sh')).toContain('"/elsewhere/daybook" hook')
  })

  it('tells Gemini CLI of none of the events that come with every piece of an answer', async () => {
    mkdirSync(join(home.path, '.gemini'))
    await run('setup gemini --yes')
    expect(Object.keys(json('.gemini/settings.json')['hooks']!)).toEqual([
      'SessionStart',
      'BeforeAgent',
      'BeforeTool',
      'AfterTool',
      'Notification',
      'AfterAgent',
      'SessionEnd',
    ])
  })

  it.each([
    ['claude-code', '.claude/settings.json', '{"disableAllHooks": true}', 'disableAllHooks is on'],
    ['gemini', '.gemini/settings.json', '{"hooksConfig": {"enabled": false}}', 'hooksConfig.enabled is false'],
    ['codex', '.codex/config.toml', '[features]\nhooks = false\n', 'hooks are switched off under [features]'],
  ])('says that hooks of %s are switched off in its own settings', async (agent, path, text, says) => {
    home.write(path, text)
    expect((await run(`setup ${agent} --yes`)).stdout).toContain(says)
    expect((await run(`setup ${agent} --yes`)).stdout).toContain(says)
    home.write(path, '')
    expect((await run(`setup ${agent} --yes`)).stdout).not.toContain(says)
  })

  it('says that hooks of Claude Code are switched off by whoever looks after the machine', async () => {
    const { remarks } = await claudeCode.setup!()
    const says = (name: string, platform: NodeJS.Platform) => {
      const read = (path: string) =>
        path.endsWith('managed-settings.json') ? JSON.stringify({ [name]: true }) : undefined
      const words = { version: () => '2.1.197' } as unknown as SetupWords
      return remarks!({ home: '/home/ada', platform, variables: {} }, words, read)
    }
    expect(says('allowManagedHooksOnly', 'linux')).toEqual([
      'allowManagedHooksOnly is on in /etc/claude-code/managed-settings.json, by whoever looks after this machine: no hook of yours runs',
    ])
    expect(says('disableAllHooks', 'darwin')).toEqual([
      expect.stringContaining('/Library/Application Support/ClaudeCode/managed-settings.json'),
    ])
    expect(says('cleanupPeriodDays', 'linux')).toEqual([])
  })

  it('asks for approval of hooks of Codex until ours are approved, all of them', async () => {
    const says = 'approve them under /hooks'
    home.write('.codex/hooks.json', '{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "echo done"}]}]}}')
    expect((await run('setup codex --yes')).stdout).toContain(says)
    const events = Object.keys(json('.codex/hooks.json')['hooks']!)
    const trust = (event: string, group: number) =>
      `\n[hooks.state."${join(home.path, '.codex/hooks.json')}:${event.replaceAll(/\B[A-Z]/g, '_$&').toLowerCase()}:${group}:0"]\ntrusted_hash = "sha256:7f"\n`
    const config = read('.codex/config.toml')
    const all = events.map((event) => trust(event, 0)).join('')
    // Of a person's own at the place that ours would have.
    home.write('.codex/config.toml', config + all)
    expect((await run('setup codex --yes')).stdout).toContain(says)
    home.write('.codex/config.toml', config + all + trust('Stop', 1))
    expect((await run('setup codex --yes')).stdout).not.toContain(says)
  })

  it.each([
    ['claude-code', '.claude/commands/NAME.md', '$ARGUMENTS'],
    ['codex', '.codex/skills/NAME/SKILL.md', 'what the person typed'],
    ['copilot', '.copilot/skills/NAME/SKILL.md', 'what the person typed'],
    ['cursor', '.cursor/commands/NAME.md', 'what the person typed'],
    ['gemini', '.gemini/commands/NAME.toml', '{{args}}'],
    ['opencode', '.config/opencode/commands/NAME.md', '$ARGUMENTS'],
  ])('F21 F22 F39 gives %s its commands after a slash, each for a tool that is there', async (agent, path, typed) => {
    await run(`setup ${agent} --yes`)
    const tools = {
      'session-start': 'session_start',
      'sprint-activate': 'sprint_activate',
      'task-activate': 'task_activate',
      update: 'task_update',
      note: 'task_note',
      done: 'task_complete',
      'session-status': 'session_status',
      'session-end': 'session_end',
    }
    for (const [name, tool] of Object.entries(tools)) {
      const text = read(path.replace('NAME', name))
      expect(text).toContain(`Call the tool ${tool} of the server daybook`)
      expect(text).not.toContain('ARGUMENTS'.concat(' '))
      if (name !== 'session-status') expect(text).toContain(typed)
    }
  })

  it.each([
    ['claude-code', '.claude/CLAUDE.md'],
    ['codex', '.codex/AGENTS.md'],
    ['gemini', '.gemini/GEMINI.md'],
    ['opencode', '.config/opencode/AGENTS.md'],
  ])('G47 guides %s by a marked block of at most 15 lines, only where it is asked for, once', async (agent, path) => {
    home.write(path, '# Mine\n')
    await run(`setup ${agent} --yes`)
    expect(read(path)).toBe('# Mine\n')
    await run(`setup ${agent} --yes --memory`)
    await run(`setup ${agent} --yes --memory`)
    const [, block, after] =
      /^# Mine\n\n<!-- daybook: begin -->\n([^]*)<!-- daybook: end -->\n([^]*)$/.exec(read(path)) ?? []
    expect(block!.trim().split('\n').length).toBeLessThanOrEqual(15)
    expect(block).toContain('`session_status`')
    expect(after).toBe('')
    await run(`setup ${agent} --undo --yes`)
    expect(read(path)).toBe('# Mine\n')
  })

  it.each([
    ['cursor', '3.18.25', 13],
    ['cursor', '2.0.77', 7],
    ['cursor', '1.7.44', 3],
    ['cursor-agent', '2026.08.31-4057e58', 13],
    ['cursor-agent', '2025.09.18-7ae6800', 3],
    [undefined, undefined, 3],
  ])(
    'tells Cursor of no event that %s %s may not know: one such name switches off all',
    async (name, version, count) => {
      const own = '{\n  "version": 1,\n  "hooks": { "stop": [{ "command": "say done" }] }\n}\n'
      home.write('.cursor/hooks.json', own)
      home.write('.cursor/mcp.json', '{"mcpServers":{}}')
      const before = everything()
      if (name !== undefined) program(name, version)
      await run('setup cursor --yes')
      const hooks: Record<string, object[]> = json('.cursor/hooks.json')['hooks']!
      expect(Object.keys(hooks)).toHaveLength(count)
      expect(hooks['stop']).toEqual([{ command: 'say done' }, { command: captured('cursor', 'stop'), timeout: 1 }])
      expect(Object.keys(hooks).filter((event) => !(event in cursor.hooks!.events))).toEqual([])
      expect(json('.cursor/mcp.json')).toEqual({
        mcpServers: { daybook: { command: process.execPath, args: [BIN, 'mcp'] } },
      })
      expect(read('.cursor/commands/note.md')).toContain('Call the tool task_note of the server daybook')
      expect((await run('setup cursor --yes')).stdout).toContain('Everything is set up already.')
      rmSync(join(home.path, 'bin'), { recursive: true, force: true })
      await run('setup cursor --undo --yes')
      expect(everything()).toEqual(before)
    },
  )

  it('gives Cursor’s file of hooks the version it asks for, and says what it cannot write', async () => {
    mkdirSync(join(home.path, '.cursor'))
    const { stdout } = await run('setup cursor --yes --memory')
    expect(json('.cursor/hooks.json')).toMatchObject({ version: 1, hooks: { stop: [{ timeout: 1 }] } })
    expect(stdout).toContain('cursor: its version is not known, so only the three events of 1.7 are written')
    expect(stdout).toContain('cursor: Cursor has no file for rules of a person')
  })

  it('says that Codex waits for trust, and keeps a program that is notified already', async () => {
    home.write('.codex/config.toml', 'notify = ["mine"]\n')
    const { stdout } = await run('setup codex --yes')
    expect(stdout).toContain('codex: Codex asks before it runs hooks: start codex and approve them under /hooks')
    expect(stdout).toContain('codex: notify has a program of your own and keeps it')
    expect(parse(read('.codex/config.toml'))).toMatchObject({ notify: ['mine'], mcp_servers: { daybook: {} } })
  })

  it('leaves settings alone that it cannot read, and says where', async () => {
    home.write('.claude/settings.json', '{\n  "hooks": {,}\n}')
    const { code, stderr } = await run('setup claude-code --yes')
    expect(code).toBe(2)
    expect(stderr).toContain(`${join(home.path, '.claude/settings.json')}: line 2 is no JSON; it was left as it is`)
    expect(existsSync(join(home.path, 'data'))).toBe(false)
    writeFileSync(join(home.path, '.claude/settings.json'), Buffer.from('{"a":"\xff"}', 'latin1'))
    expect((await run('setup claude-code --yes')).stderr).toContain('is not in UTF-8')
    home.write('.claude/settings.json', '{"hooks": []}')
    expect((await run('setup claude-code --yes')).stderr).toContain('"SessionStart" cannot be in what is no object')
  })

  it('tells which agents it knows, and when none was used here', async () => {
    expect(await run('setup')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('Claude Code, Codex, Copilot CLI, Cursor, Gemini CLI'),
    })
    expect(await run('setup cursr')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"cursr" is not one of claude-code'),
    })
    expect(await run('setup --undo')).toMatchObject({ code: expect.any(Number) })
  })

  it('--check runs a hook and the tool server, and fails where a file is not as it was written', async () => {
    home.write('.codex/config.toml', '')
    await run('setup codex --yes')
    const machine = {
      home: home.path,
      platform: process.platform,
      variables: { ...variables(), PATH: process.env['PATH'] },
    }
    const sound = await run('setup --check --json', { machine })
    expect(sound.code).toBe(0)
    const [item] = (JSON.parse(sound.stdout) as { items: { hookMs: number; toolsMs: number; differing: string[] }[] })
      .items
    expect(item).toMatchObject({
      agent: 'codex',
      differing: [],
      hookMs: expect.any(Number),
      toolsMs: expect.any(Number),
    })
    expect(existsSync(join(home.path, 'data/spool'))).toBe(false)
    home.write('.codex/hooks.json', '{}')
    home.write('data/hooks/capture.sh', 'exit 1')
    const broken = await run('setup --check', { machine, terminal: true })
    expect(broken.code).toBe(1)
    expect(broken.stdout).toContain('a hook leaves nothing')
    expect(broken.stdout).toContain('~/.codex/hooks.json is not as it was set up')
  }, 90_000)

  it('keeps what Codex notifies of: its words come last, not on standard input', async () => {
    home.write('.codex/config.toml', '')
    await run('setup codex --yes')
    const [command = '', ...args] = (parse(read('.codex/config.toml')) as { notify: string[] }).notify
    const said = {
      type: 'agent-turn-complete',
      'thread-id': 'abc',
      cwd: home.path,
      'last-assistant-message': "it's; $(id)",
    }
    expect(spawnSync(command, [...args, JSON.stringify(said)], { env: variables() }).status).toBe(0)
    const [name] = readdirSync(join(home.path, 'data/spool'))
    expect(read(`data/spool/${name}`)).toContain(`\n${JSON.stringify(said)}\n.\n`)
  })
})
