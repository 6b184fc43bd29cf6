import { join } from 'node:path'
import { hooksJson, serverJson } from '../hooks-json.ts'
import { type AgentSetup, ownFile } from '../setup.ts'
import type { SetupWords } from '../setup.ts'
import type { Env } from '../source.ts'

/** One name that Cursor does not know makes it pass over the whole file, and it says so in its settings alone (told of 2.x). */
const FROM_1_7 = ['beforeSubmitPrompt', 'afterFileEdit', 'stop']
const FROM_2_0 = [...FROM_1_7, 'afterShellExecution', 'afterMCPExecution', 'afterAgentResponse', 'afterAgentThought']
/** A call is told whole from here on: `afterShellExecution` and `afterMCPExecution` would tell it twice. */
const FROM_3_0 = [
  'sessionStart',
  'beforeSubmitPrompt',
  'preToolUse',
  'postToolUse',
  'postToolUseFailure',
  'afterFileEdit',
  'afterAgentThought',
  'afterAgentResponse',
  'subagentStart',
  'subagentStop',
  'preCompact',
  'stop',
  'sessionEnd',
]

/** Set up in `~/.cursor`, which the editor and its CLI share. */
export const setup: AgentSetup = {
  folder,
  files(env, words) {
    const events = eventsOf(versionOf(words))
    return [
      hooksJson({
        path: join(folder(env), 'hooks.json'),
        commands: new Map(events.map((event) => [event, words.hook('cursor', event)])),
        isOurs: (command) => / cursor [A-Za-z]+$/.test(command) && /capture\.sh|daybook|bin\.(?:js|ts)/.test(command),
        hook: { timeout: 1 },
        flat: true,
      }),
      serverJson(join(folder(env), 'mcp.json'), { command: words.mcp.command, args: words.mcp.args }),
      ...words.commands.map(({ name, prompt }) =>
        ownFile(
          join(folder(env), 'commands', `${name}.md`),
          `${prompt.replaceAll('ARGUMENTS', 'what the person typed behind the command')}\n`,
        ),
      ),
    ]
  },
  remarks(_env, words) {
    const version = versionOf(words)
    return [
      ...(version === undefined
        ? [
            'its version is not known, so only the three events of 1.7 are written: put the command cursor into PATH and set up again',
          ]
        : eventsOf(version) === FROM_3_0
          ? []
          : [`${version} passes over all hooks when it meets one it does not know: only those it knows are written`]),
      ...(words.memory === null
        ? []
        : [
            'Cursor has no file for rules of a person: it takes AGENTS.md of a project, or what you type under Settings, Rules',
          ]),
    ]
  },
}

function folder({ home }: Env): string {
  return join(home, '.cursor')
}

/** The editor tells a version; its CLI, `cursor-agent`, a date. */
function versionOf(words: SetupWords): string | undefined {
  return words.version('cursor') ?? words.version('cursor-agent')
}

/** CLIs of this date and later are of the age of 3.0. */
const CLI_3_0 = 2026_06

function eventsOf(version: string | undefined): readonly string[] {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number)
  if (major >= 2000) return major * 100 + minor >= CLI_3_0 ? FROM_3_0 : FROM_1_7
  return major >= 3 ? FROM_3_0 : major === 2 ? FROM_2_0 : FROM_1_7
}
