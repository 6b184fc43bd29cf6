import type { Env } from './source.ts'

/** What an agent is to be told, so that it calls us. */
export interface SetupWords {
  /** The command line that keeps an event, as a shell reads it. */
  hook(agent: string, event: string): string
  /** The same as words, for an agent that starts programs without a shell. */
  hookWords(agent: string, event: string): readonly string[]
  /** What starts the tool server. */
  mcp: { command: string; args: readonly string[] }
  /** Commands to type after a slash, with what the agent is to do. */
  commands: readonly SlashCommand[]
  /** What an agent should always know; null where it is not wanted. */
  memory: string | null
  /** The agent's version as it says itself; undefined where it does not. */
  version(program: string): string | undefined
}

/** A command that a person types after a slash: `/note`. */
export interface SlashCommand {
  name: string
  /** One line. */
  summary: string
  /** What the agent is to do. `ARGUMENTS` stands for what was typed behind it. */
  prompt: string
}

/** A file of an agent's that is made or changed. */
export interface SetupFile {
  path: string
  /** The text with ours in it. Done twice it changes nothing. @throws SyntaxError for a file that cannot be read */
  add(text: string | undefined): string
  /** The text without ours; undefined for a file that is all ours. */
  remove(text: string): string | undefined
  /** All of it is ours: where somebody else made a file of that name, that one stays. */
  own?: boolean
}

/**
 * How an agent is set up, in its own form. Pure: nothing is read or written here. `events` are the agent's that we know
 * (`Hooks.events`).
 */
export interface AgentSetup {
  /** The folder by which we see that the agent is used on this machine. */
  folder(env: Env): string
  files(env: Env, words: SetupWords, events: readonly string[]): SetupFile[]
  /** What a person has to know or do beside it. */
  remarks?(env: Env, words: SetupWords, read: ReadText): string[]
  /** The same as a plugin or an extension, where the agent has such a form. */
  package?: AgentPackage
}

/** @returns undefined where there is no such file */
export type ReadText = (path: string) => string | undefined

/** An agent's plugin: the same hooks, tools and commands, for every machine that has `daybook` in its PATH. */
export interface AgentPackage {
  /** Texts by path below the plugin's folder. The script for events lies in `hooks/capture.sh`. */
  files(words: PackageWords): Record<string, string>
  /** Whether it is installed and switched on here: with set-up beside it every event would be told twice. */
  isInstalled(env: Env, read: ReadText): boolean
}

export interface PackageWords extends Pick<SetupWords, 'mcp' | 'commands'> {
  version: string
  description: string
  events: readonly string[]
}

/** A command line that runs a plugin's own script. @param root what the agent puts the plugin's folder for */
export function packagedHook(root: string, agent: string, event: string): string {
  return `/bin/sh "${root}/hooks/capture.sh" ${agent} ${event}`
}

/** A file of JSON, indented. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** A file that is all ours. */
export function ownFile(path: string, text: string): SetupFile {
  return { path, add: () => text, remove: () => undefined, own: true }
}

const BEGIN = '<!-- daybook: begin -->'
const END = '<!-- daybook: end -->'

/** A marked block at the end of a file that people write. */
export function markedBlock(path: string, block: string): SetupFile {
  const remove = (text: string) => {
    const start = text.indexOf(BEGIN)
    const end = text.indexOf(END, start)
    if (start < 0 || end < 0) return text
    return text.slice(0, start).replace(/\n\n$/, '\n') + text.slice(end + END.length).replace(/^\n/, '')
  }
  return {
    path,
    add: (text = '') => {
      const rest = remove(text)
      const between = rest === '' ? '' : rest.endsWith('\n') ? '\n' : '\n\n'
      return `${rest}${between}${BEGIN}\n${block}\n${END}\n`
    },
    remove,
  }
}

/** Name and summary as front matter, then what to do: how several agents write commands and skills. */
export function skillFile(
  path: string,
  { name, summary, prompt }: SlashCommand,
  typed: string,
  named: boolean,
): SetupFile {
  return ownFile(path, skillText({ name, summary, prompt }, typed, named))
}

export function skillText({ name, summary, prompt }: SlashCommand, typed: string, named: boolean): string {
  const head = [...(named ? [`name: ${name}`] : []), `description: ${JSON.stringify(summary)}`]
  return `---\n${head.join('\n')}\n---\n\n${prompt.replaceAll('ARGUMENTS', typed)}\n`
}
