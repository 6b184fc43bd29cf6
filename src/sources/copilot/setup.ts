import { join } from 'node:path'
import { serverJson } from '../hooks-json.ts'
import { type AgentSetup, ownFile, skillFile } from '../setup.ts'
import type { Env } from '../source.ts'

/** Set up in `COPILOT_HOME` or `~/.copilot`: a file of hooks of our own, an entry among the tool servers, skills. */
export const setup: AgentSetup = {
  folder,
  files(env, words, events) {
    const written = events.map((event) => [
      event,
      [
        {
          type: 'command',
          bash: words.hook('copilot', event),
          powershell: words.hook('copilot', event),
          timeoutSec: 1,
        },
      ],
    ])
    const text = JSON.stringify({ version: 1, hooks: Object.fromEntries(written) as unknown }, null, 2)
    return [
      ownFile(join(folder(env), 'hooks', 'daybook.json'), `${text}\n`),
      serverJson(join(folder(env), 'mcp-config.json'), {
        type: 'local',
        command: words.mcp.command,
        args: words.mcp.args,
        tools: ['*'],
      }),
      ...words.commands.map((command) =>
        skillFile(join(folder(env), 'skills', command.name, 'SKILL.md'), command, 'what the person typed', true),
      ),
    ]
  },
}

function folder({ home, variables }: Env): string {
  return variables['COPILOT_HOME']?.trim() || join(home, '.copilot')
}
