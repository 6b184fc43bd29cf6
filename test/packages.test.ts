import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'smol-toml'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type } from '../src/cli/testing.ts'
import { agentPackages } from '../src/setup/packages.ts'
import { canBeSetUp } from '../src/setup/plan.ts'
import { SOURCES } from '../src/sources/index.ts'
import { type TestHome, testHome } from './home.ts'

const BIN = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
const COMMANDS = [
  'done',
  'note',
  'session-end',
  'session-start',
  'session-status',
  'sprint-activate',
  'task-activate',
  'update',
]

let home: TestHome
let folder: string
let files: Record<string, string>
beforeEach(async () => {
  home = testHome()
  folder = join(home.path, 'agents')
  files = agentPackages(await canBeSetUp(SOURCES), '1.2.3')
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
})
afterEach(() => home.remove())

const json = (path: string) => JSON.parse(files[path] ?? 'null') as Record<string, unknown>
const SERVER = { daybook: { command: 'daybook', args: ['mcp'] } }

interface Group {
  matcher?: string
  hooks: { type: string; command: string; timeout: number }[]
}
const hooksOf = (agent: string) => json(`${agent}/hooks/hooks.json`)['hooks'] as Record<string, Group[]>
const NINE = 'SessionStart UserPromptSubmit PreToolUse PostToolUse Notification Stop SubagentStop PreCompact SessionEnd'

describe('the plugins and the extension', () => {
  it('have each agent’s own form: manifest, tools, and the list it is found by', () => {
    expect(json('claude-code/.claude-plugin/plugin.json')).toMatchObject({ name: 'daybook', version: '1.2.3' })
    expect(json('codex/.codex-plugin/plugin.json')).toMatchObject({
      name: 'daybook',
      version: '1.2.3',
      skills: './skills/',
      mcpServers: './.mcp.json',
    })
    expect(json('gemini/gemini-extension.json')).toMatchObject({
      name: 'daybook',
      version: '1.2.3',
      mcpServers: SERVER,
    })
    for (const agent of ['claude-code', 'codex']) expect(json(`${agent}/.mcp.json`)).toEqual({ mcpServers: SERVER })
    const claude = json('.claude-plugin/marketplace.json') as { plugins: { name: string; source: string }[] }
    expect(
      claude.plugins.map(({ name, source }) => [name, files[join(source, '.claude-plugin/plugin.json')] !== undefined]),
    ).toEqual([['daybook', true]])
    const codex = json('.agents/plugins/marketplace.json') as { plugins: { source: { path: string } }[] }
    expect(files[join(codex.plugins[0]!.source.path, '.codex-plugin/plugin.json')]).toBeDefined()
  })

  it.each([
    ['claude-code', '${CLAUDE_PLUGIN_ROOT}', NINE.split(' ')],
    [
      'codex',
      '${PLUGIN_ROOT}',
      Object.keys(SOURCES.find(({ id }) => id === 'codex')!.hooks!.events).filter((event) => event !== 'notify'),
    ],
    ['gemini', '${extensionPath}', Object.keys(SOURCES.find(({ id }) => id === 'gemini')!.hooks!.events)],
  ])('run a script that is there for each event of %s, and it keeps what is said', (agent, root, events) => {
    const hooks = hooksOf(agent)
    expect(Object.keys(hooks)).toEqual(events)
    for (const [event, [group]] of Object.entries(hooks)) {
      const [hook] = group!.hooks
      expect(hook).toMatchObject({ type: 'command', timeout: agent === 'gemini' ? 1000 : 1 })
      expect(hook!.command).toBe(`/bin/sh "${root}/hooks/capture.sh" ${agent} ${event}`)
    }
    const stop = agent === 'gemini' ? 'AfterAgent' : 'Stop'
    const command = hooks[stop]![0]!.hooks[0]!.command.replace(root, join(folder, agent))
    const env = { HOME: home.path, PATH: '/usr/bin:/bin' }
    expect(spawnSync('/bin/sh', ['-c', command], { input: '{"session_id":"x"}', env })).toMatchObject({ status: 0 })
    const data = process.platform === 'darwin' ? 'Library/Application Support/daybook' : '.local/share/daybook'
    const spool = join(home.path, data, 'spool')
    expect(readFileSync(join(spool, readdirSync(spool)[0]!), 'utf8')).toContain(`daybook-hook 1 ${agent} ${stop} `)
  })

  it.skipIf(process.platform === 'darwin')(
    'keep events where XDG_DATA_HOME or DAYBOOK_HOME says, and nowhere for a relative one',
    () => {
      const script = join(folder, 'claude-code/hooks/capture.sh')
      const tell = (env: Record<string, string>) =>
        spawnSync('/bin/sh', [script, 'claude-code', 'Stop'], {
          input: '{}',
          env: { PATH: '/usr/bin:/bin', HOME: home.path, ...env },
        })
      tell({ XDG_DATA_HOME: join(home.path, 'xdg') })
      tell({ DAYBOOK_HOME: join(home.path, 'own'), XDG_DATA_HOME: join(home.path, 'xdg') })
      tell({ XDG_DATA_HOME: 'here' })
      for (const place of ['xdg/daybook', 'own', '.local/share/daybook'])
        expect(readdirSync(join(home.path, place, 'spool'))).toHaveLength(1)
    },
  )

  it('have every command, in each agent’s own form', () => {
    const names = (pattern: RegExp) =>
      Object.keys(files)
        .flatMap((path) => pattern.exec(path)?.[1] ?? [])
        .toSorted()
    expect(names(/^claude-code\/commands\/(.+)\.md$/)).toEqual(COMMANDS)
    expect(names(/^codex\/skills\/(.+)\/SKILL\.md$/)).toEqual(COMMANDS)
    expect(names(/^gemini\/commands\/(.+)\.toml$/)).toEqual(COMMANDS)
    expect(parse(files['gemini/commands/note.toml']!)).toMatchObject({ prompt: expect.stringContaining('{{args}}') })
    expect(files['claude-code/commands/note.md']).toContain('$ARGUMENTS')
    expect(files['codex/skills/note/SKILL.md']).toMatch(/^---\nname: note\ndescription: "/)
  })
})

describe('daybook setup beside a plugin', () => {
  const run = (line: string) =>
    type(line, {
      terminal: false,
      machine: {
        home: home.path,
        platform: process.platform,
        variables: { DAYBOOK_HOME: join(home.path, 'data'), PATH: process.env['PATH'] },
      },
      program: [process.execPath, BIN],
      cwd: home.path,
    })
  const INSTALLED: readonly [agent: string, path: string, text: string][] = [
    ['claude-code', '.claude/settings.json', '{"enabledPlugins":{"daybook@daybook":true}}'],
    [
      'codex',
      '.codex/config.toml',
      '[plugins."other@x"]\nenabled = true\n\n[plugins."daybook@daybook"]\nenabled = true\n',
    ],
    ['gemini', '.gemini/extensions/daybook/gemini-extension.json', '{"name":"daybook"}'],
  ]

  it.each(INSTALLED)('writes nothing of %s where its plugin does it', async (agent, path, text) => {
    home.write(path, text)
    const { stdout } = await run(`setup ${agent} --yes`)
    expect(stdout).toContain(`${agent}: its plugin is installed and does it; nothing is written`)
    expect(stdout).toContain('Nothing is to be written.')
    expect(readFileSync(join(home.path, path), 'utf8')).toBe(text)
  })

  it('counts a plugin that is switched off as none', async () => {
    home.write('.claude/settings.json', '{"enabledPlugins":{"daybook@daybook":false}}')
    home.write('.codex/config.toml', '[plugins."daybook@daybook"]\nenabled = false\n\n[other]\nenabled = true\n')
    for (const agent of ['claude-code', 'codex'])
      expect((await run(`setup ${agent} --yes`)).stdout).toContain('Copies of what was there are kept for --undo.')
  })

  it('--check fails where both tell of every event, and says how to end it', async () => {
    mkdirSync(join(home.path, '.gemini'))
    await run('setup gemini --yes')
    expect(await run('setup gemini --check')).toMatchObject({ code: 0 })
    home.write(INSTALLED[2]![1], INSTALLED[2]![2])
    const twice = await run('setup gemini --check')
    expect(twice.code).toBe(1)
    expect(twice.stdout).toContain('its plugin is installed too, so every event is told twice')
    await run('setup gemini --undo --yes')
    const alone = await run('setup gemini --check --json')
    expect(alone.code).toBe(0)
    expect(JSON.parse(alone.stdout)).toMatchObject({ items: [{ packaged: true, twice: false, hookMs: null }] })
  }, 90_000)
})
