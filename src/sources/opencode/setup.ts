import { join } from 'node:path'
import { serverJson } from '../hooks-json.ts'
import { type AgentSetup, markedBlock, ownFile, skillFile } from '../setup.ts'
import type { Env } from '../source.ts'
import { pluginText } from './plugin.ts'

/**
 * Set up in `$XDG_CONFIG_HOME/opencode` or `~/.config/opencode`: a plugin of our own, an entry among the tool servers, commands.
 * OpenCode reads `opencode.json` beside an `opencode.jsonc`, so a person's own may be either.
 */
export const setup: AgentSetup = {
  folder,
  files: (env, words) => [
    ownFile(join(folder(env), 'plugins', 'daybook.js'), pluginText(words.hookWords('opencode', '').slice(0, -1))),
    serverJson(
      join(folder(env), 'opencode.json'),
      { type: 'local', command: [words.mcp.command, ...words.mcp.args], enabled: true },
      'mcp',
    ),
    ...words.commands.map((command) =>
      skillFile(join(folder(env), 'commands', `${command.name}.md`), command, '$ARGUMENTS', false),
    ),
    ...(words.memory === null ? [] : [markedBlock(join(folder(env), 'AGENTS.md'), words.memory)]),
  ],
}

function folder({ home, variables }: Env): string {
  return join(variables['XDG_CONFIG_HOME'] || join(home, '.config'), 'opencode')
}
