import { join } from 'node:path'
import { hooksJson, serverJson } from '../hooks-json.ts'
import { readJson } from '../json-edit.ts'
import { type AgentSetup, type ReadText, jsonText, markedBlock, packagedHook, skillFile, skillText } from '../setup.ts'
import type { Env } from '../source.ts'

/**
 * Known in 1.0 and later. One name that Claude Code 1.0.128 or 2.0.60 does not know switches off all hooks of the file, in
 * silence; 2.1.197 passes over what it does not know.
 */
const ALWAYS = [
  'SessionStart',
  'UserPromptSubmit',
  'PreToolUse',
  'PostToolUse',
  'Notification',
  'Stop',
  'SubagentStop',
  'PreCompact',
  'SessionEnd',
]
/**
 * Known with `async` from 2.1.19 on. Of these nothing that comes next depends: a call that is asked about follows the moment its
 * permission is, and a turn's or a session's end may be the last that its process does, so those are waited for.
 */
const ASYNC: ReadonlySet<string> = new Set([
  'PostToolUse',
  'PostToolUseFailure',
  'Notification',
  'SubagentStart',
  'SubagentStop',
  'PreCompact',
])
const NONE: ReadonlySet<string> = new Set()
const FROM_2_1 = [...ALWAYS, 'PostToolUseFailure', 'PermissionRequest', 'SubagentStart']

/** Set up in the user's own folder. `CLAUDE_CONFIG_DIR` holds all of it where it is set. */
export const setup: AgentSetup = {
  folder,
  files(env, words) {
    const commands = new Map(
      eventsOf(words.version('claude')).map((event) => [event, words.hook('claude-code', event)]),
    )
    return [
      hooksJson({
        path: join(folder(env), 'settings.json'),
        commands,
        isOurs: (command) => isOurs(command),
        hook: { timeout: 1 },
        async: isFrom(words.version('claude'), 2, 1, 19) ? ASYNC : NONE,
      }),
      serverJson(stateFile(env), { type: 'stdio', command: words.mcp.command, args: words.mcp.args }),
      ...words.commands.map((command) =>
        skillFile(join(folder(env), 'commands', `${command.name}.md`), command, '$ARGUMENTS', false),
      ),
      ...(words.memory === null ? [] : [markedBlock(join(folder(env), 'CLAUDE.md'), words.memory)]),
    ]
  },
  remarks(env, words, read) {
    const version = words.version('claude')
    return [
      ...(version !== undefined && eventsOf(version) === ALWAYS
        ? [`${version} switches off all hooks when it meets one it does not know: only the nine it knows are written`]
        : []),
      ...(settingsOf(env, read)['disableAllHooks'] === true
        ? ['disableAllHooks is on in its settings: no hook runs until it is taken out']
        : []),
      ...managedRemarks(env, read),
    ]
  },
  package: {
    /** A plugin cannot ask for the version it is run by: the nine events that all know. */
    files: ({ version, description, mcp, commands }) => ({
      '.claude-plugin/plugin.json': jsonText({
        name: 'daybook',
        version,
        description,
        author: { name: 'Daybook contributors' },
        license: 'MIT',
      }),
      'hooks/hooks.json': jsonText({
        hooks: Object.fromEntries(
          ALWAYS.map((event) => {
            const command = packagedHook('${CLAUDE_PLUGIN_ROOT}', 'claude-code', event)
            return [event, [{ hooks: [{ type: 'command', command, timeout: 1 }] }]]
          }),
        ),
      }),
      '.mcp.json': jsonText({ mcpServers: { daybook: mcp } }),
      ...Object.fromEntries(
        commands.map((command) => [`commands/${command.name}.md`, skillText(command, '$ARGUMENTS', false)]),
      ),
    }),
    isInstalled(env, read) {
      return Object.entries(settingsOf(env, read)['enabledPlugins'] ?? {}).some(
        ([name, on]) => name.startsWith('daybook@') && on === true,
      )
    },
  },
}

/** What whoever looks after the machine has ruled stands over a person's settings (by its documentation of settings). */
const MANAGED: Partial<Record<NodeJS.Platform, string>> = {
  linux: '/etc/claude-code/managed-settings.json',
  darwin: '/Library/Application Support/ClaudeCode/managed-settings.json',
  win32: 'C:\\Program Files\\ClaudeCode\\managed-settings.json',
}

function managedRemarks({ platform }: Env, read: ReadText): string[] {
  const path = MANAGED[platform]
  const settings = path === undefined ? {} : settingsIn(path, read)
  return ['allowManagedHooksOnly', 'disableAllHooks']
    .filter((name) => settings[name] === true)
    .map((name) => `${name} is on in ${path}, by whoever looks after this machine: no hook of yours runs`)
}

function settingsOf(env: Env, read: ReadText): Readonly<Record<string, unknown>> {
  return settingsIn(join(folder(env), 'settings.json'), read)
}

/** Settings that cannot be read say nothing here: whoever writes them says what is wrong. */
function settingsIn(path: string, read: ReadText): Readonly<Record<string, unknown>> {
  try {
    return (readJson(read(path) ?? '') ?? {}) as Record<string, unknown>
  } catch {
    return {}
  }
}

function folder({ home, variables }: Env): string {
  const own = variables['CLAUDE_CONFIG_DIR']?.split(',')[0]?.trim()
  return own || join(home, '.claude')
}

/** `~/.claude.json`, or in `CLAUDE_CONFIG_DIR`. */
function stateFile({ home, variables }: Env): string {
  return join(variables['CLAUDE_CONFIG_DIR']?.split(',')[0]?.trim() || home, '.claude.json')
}

/** A version we do not know is taken for an old one: hooks that are missing cost less than hooks that are off. */
function eventsOf(version: string | undefined): readonly string[] {
  return isFrom(version, 2, 1, 0) ? FROM_2_1 : ALWAYS
}

function isFrom(version: string | undefined, ...least: readonly [number, number, number]): boolean {
  const numbers = (/^(\d+)\.(\d+)\.(\d+)/.exec(version ?? '') ?? []).slice(1).map(Number)
  const differs = numbers.findIndex((number, at) => number !== least[at])
  return numbers.length === 3 && (differs < 0 || numbers[differs]! > least[differs]!)
}

function isOurs(command: string): boolean {
  return / claude-code [A-Za-z]+$/.test(command) && /capture\.sh|daybook|bin\.(?:js|ts)/.test(command)
}
