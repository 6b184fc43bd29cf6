import { join } from 'node:path'
import { hooksJson } from '../hooks-json.ts'
import { readJson } from '../json-edit.ts'
import { type AgentSetup, type SlashCommand, jsonText, markedBlock, ownFile, packagedHook } from '../setup.ts'
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
    ...words.commands.map((command) =>
      ownFile(join(folder(env), 'commands', `${command.name}.toml`), commandText(command)),
    ),
    ...(words.memory === null ? [] : [markedBlock(join(folder(env), 'GEMINI.md'), words.memory)]),
  ],
  remarks(env, _words, read) {
    const config = hooksConfig(read(join(folder(env), 'settings.json')))
    return config?.['enabled'] === false
      ? ['hooksConfig.enabled is false in its settings: no hook runs until it is taken out']
      : []
  },
  package: {
    files: ({ version, description, mcp, commands, events }) => ({
      'gemini-extension.json': jsonText({ name: 'daybook', version, description, mcpServers: { daybook: mcp } }),
      'hooks/hooks.json': jsonText({
        hooks: Object.fromEntries(
          events.map((event) => {
            const command = packagedHook('${extensionPath}', 'gemini', event)
            return [event, [{ matcher: '*', hooks: [{ type: 'command', command, timeout: 1000 }] }]]
          }),
        ),
      }),
      ...Object.fromEntries(commands.map((command) => [`commands/${command.name}.toml`, commandText(command)])),
    }),
    isInstalled: (env, read) => read(join(folder(env), 'extensions', 'daybook', 'gemini-extension.json')) !== undefined,
  },
}

function hooksConfig(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    return (readJson(text ?? '') as { hooksConfig?: Record<string, unknown> } | undefined)?.hooksConfig
  } catch {
    return undefined
  }
}

function commandText({ summary, prompt }: SlashCommand): string {
  return `description = ${JSON.stringify(summary)}\nprompt = ${JSON.stringify(prompt.replaceAll('ARGUMENTS', '{{args}}'))}\n`
}

function folder({ home, variables }: Env): string {
  return join(variables['GEMINI_CLI_HOME']?.trim() || home, '.gemini')
}
