import { join } from 'node:path'
import { hooksIn, hooksJson } from '../hooks-json.ts'
import {
  type AgentSetup,
  type ReadText,
  type SetupFile,
  type SetupWords,
  jsonText,
  markedBlock,
  packagedHook,
  skillFile,
  skillText,
} from '../setup.ts'
import type { Env } from '../source.ts'

/**
 * Set up in `CODEX_HOME` or `~/.codex`. Codex runs hooks only once a person has trusted them, and says nothing until then; the
 * program that it notifies of a turn's end needs no trust and stands in.
 */
export const setup: AgentSetup = {
  folder,
  files(env, words, events) {
    return [
      hooksJson({
        path: join(folder(env), 'hooks.json'),
        commands: new Map(
          events.filter((event) => event !== 'notify').map((event) => [event, words.hook('codex', event)]),
        ),
        isOurs,
        hook: { timeout: 1 },
      }),
      configToml(join(folder(env), 'config.toml'), words),
      ...words.commands.map((command) =>
        skillFile(join(folder(env), 'skills', command.name, 'SKILL.md'), command, 'what the person typed', true),
      ),
      ...(words.memory === null ? [] : [markedBlock(join(folder(env), 'AGENTS.md'), words.memory)]),
    ]
  },
  remarks(env, _words, read) {
    const text = read(join(folder(env), 'config.toml')) ?? ''
    return [
      ...(areTrusted(env, text, read)
        ? []
        : ['Codex asks before it runs hooks: start codex and approve them under /hooks']),
      ...(/^\[features\][^[]*^(?:codex_)?hooks\s*=\s*false/m.test(text)
        ? ['hooks are switched off under [features] in config.toml: only notify tells, of ends of turns']
        : []),
      ...(/^notify\s*=/m.test(withoutOurs(text)) ? ['notify has a program of your own and keeps it'] : []),
    ]
  },
  package: {
    files: ({ version, description, mcp, commands, events }) => ({
      '.codex-plugin/plugin.json': jsonText({
        name: 'daybook',
        version,
        description,
        license: 'MIT',
        skills: './skills/',
        mcpServers: './.mcp.json',
      }),
      'hooks/hooks.json': jsonText({
        hooks: Object.fromEntries(
          events
            .filter((event) => event !== 'notify')
            .map((event) => {
              const command = packagedHook('${PLUGIN_ROOT}', 'codex', event)
              return [event, [{ hooks: [{ type: 'command', command, timeout: 1 }] }]]
            }),
        ),
      }),
      '.mcp.json': jsonText({ mcpServers: { daybook: mcp } }),
      ...Object.fromEntries(
        commands.map((command) => [
          `skills/${command.name}/SKILL.md`,
          skillText(command, 'what the person typed', true),
        ]),
      ),
    }),
    isInstalled(env, read) {
      const table = /^\[plugins\."daybook@[^"\n]*"\][^[]*/m.exec(read(join(folder(env), 'config.toml')) ?? '')
      return table !== null && /^enabled\s*=\s*true/m.test(table[0])
    },
  },
}

/**
 * Whether somebody approved all hooks of ours, as Codex 0.169.0 writes it down: below the file, the event, the group and the place
 * in it. One that was changed since is asked about anew; that shows in a hash that only Codex can make.
 */
function areTrusted(env: Env, config: string, read: ReadText): boolean {
  const path = join(folder(env), 'hooks.json')
  const ours = hooksOf(read(path)).filter(([, , command]) => isOurs(command))
  const isTrusted = ([event, group]: (typeof ours)[number]) => {
    const key = `${path}:${event.replaceAll(/\B[A-Z]/g, '_$&').toLowerCase()}:${group}:0`
    const state = config.split(JSON.stringify(key).slice(1, -1))[1]
    return state !== undefined && /^["'][^[]*\btrusted_hash\b/.test(state)
  }
  return ours.length > 0 && ours.every(isTrusted)
}

/** A file that cannot be read says nothing here: whoever writes it says what is wrong. */
function hooksOf(text = ''): ReturnType<typeof hooksIn> {
  try {
    return hooksIn(text)
  } catch {
    return []
  }
}

function isOurs(command: string): boolean {
  return / codex [A-Za-z]+$/.test(command) && /capture\.sh|daybook|bin\.(?:js|ts)/.test(command)
}

function folder({ home, variables }: Env): string {
  return variables['CODEX_HOME']?.trim() || join(home, '.codex')
}

const NOTIFY_MARK = '# daybook: told when a turn ends'
const SERVER_MARK = '# daybook: tools'

function configToml(path: string, words: SetupWords): SetupFile {
  const notify = `${NOTIFY_MARK}\nnotify = ${list(words.hookWords('codex', 'notify'))}\n`
  const server = `${SERVER_MARK}\n[mcp_servers.daybook]\ncommand = ${JSON.stringify(words.mcp.command)}\nargs = ${list(words.mcp.args)}\n`
  return {
    path,
    add(text = '') {
      const rest = withoutOurs(text)
      // A key before the first table is the file's own; a second one of the same name would be an error.
      const first = /^notify\s*=/m.test(rest) ? '' : notify
      const ownServer = /^\[mcp_servers\.(?:daybook|"daybook")\]/m.test(rest)
      const gap = rest === '' || rest.endsWith('\n\n') ? '' : rest.endsWith('\n') ? '\n' : '\n\n'
      return `${first}${rest}${ownServer ? '' : `${gap}${server}`}`
    },
    remove: withoutOurs,
  }
}

/** Our lines stand behind our marks, and nothing else does. */
function withoutOurs(text: string): string {
  return text
    .replace(new RegExp(`^${NOTIFY_MARK}\\nnotify = .*\\n`, 'm'), '')
    .replace(new RegExp(`\\n?^${SERVER_MARK}\\n\\[mcp_servers\\.daybook\\]\\ncommand = .*\\nargs = .*\\n`, 'm'), '')
}

/** A list of strings is written in TOML as in JSON. */
function list(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`
}
