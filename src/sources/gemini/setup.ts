import { join } from 'node:path'
import { hooksJson } from '../hooks-json.ts'
import { type AgentSetup, markedBlock, ownFile } from '../setup.ts'
import type { Env } from '../source.ts'

/** Set up in `~/.gemini`, of which `GEMINI_CLI_HOME` is the home. Time limits are in milliseconds here, not in seconds. */
export const setup: AgentSetup = {
  folder,
  files: (env, words, events) => [
    hooksJson({
      path: join(folder(env), 'settings.json'),
      commands: new Map(events.map((event) => [event, words.hook('gemini', event)])),
      isOurs: (command) => / gemini [A-Za-z]+$/.test(command) && /capture\.sh|daybook|bin\.(?:js|ts)/.test(command),
      group: { matcher: '*' },
      hook: { timeout: 1000 },
      server: { command: words.mcp.command, args: words.mcp.args },
    }),
    ...words.commands.map(({ name, summary, prompt }) =>
      ownFile(
        join(folder(env), 'commands', `${name}.toml`),
        `description = ${JSON.stringify(summary)}\nprompt = ${JSON.stringify(prompt.replaceAll('ARGUMENTS', '{{args}}'))}\n`,
      ),
    ),
    ...(words.memory === null ? [] : [markedBlock(join(folder(env), 'GEMINI.md'), words.memory)]),
  ],
}

function folder({ home, variables }: Env): string {
  return join(variables['GEMINI_CLI_HOME']?.trim() || home, '.gemini')
}
