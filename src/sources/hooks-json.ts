import { readJson, removeJson, setJson } from './json-edit.ts'
import type { SetupFile } from './setup.ts'

/** How Claude Code, Codex and Gemini CLI write hooks: groups by event, each with a list of commands. Cursor has no groups. */
export interface HookGroups {
  path: string
  /** The command line of each event. */
  commands: ReadonlyMap<string, string>
  /** Tells our own commands, also those of an earlier set-up. */
  isOurs(command: string): boolean
  /** What a group has beside its hooks, and what a hook has beside its command. */
  group?: Record<string, unknown>
  hook: Record<string, unknown>
  /** Events whose hook has `async: true`: the agent does not wait for it. */
  async?: ReadonlySet<string>
  /** Commands stand in an event's list themselves, and the file has to name the version of its form. */
  flat?: boolean
  /** The tool server's entry below `mcpServers`, where it is in the same file. */
  server?: Record<string, unknown>
}

export function hooksJson(groups: HookGroups): SetupFile {
  return {
    path: groups.path,
    add(text = '') {
      let edited = groups.flat && field(readJson(text), 'version') === undefined ? setJson(text, ['version'], 1) : text
      const has = new Set<string>()
      for (const [event, at, hook] of hooksIn(text).toReversed()) {
        if (!groups.isOurs(hook)) continue
        if (groups.commands.get(event) === hook && !has.has(event) && isAsWritten(text, event, at, groups))
          has.add(event)
        else edited = removeJson(edited, ['hooks', event, at])
      }
      // The name of an event counts, with nothing under it too: an older version does not know it.
      for (const event of new Set(hooksIn(text).flatMap(([event, , hook]) => (groups.isOurs(hook) ? [event] : []))))
        if (!groups.commands.has(event) && listAt(edited, event).length === 0)
          edited = removeJson(edited, ['hooks', event])
      for (const [event, command] of groups.commands) {
        if (has.has(event)) continue
        const count = listAt(edited, event).length
        const path = count === 0 ? ['hooks', event] : ['hooks', event, count]
        const group = groupOf(event, command, groups)
        edited = setJson(edited, path, count === 0 ? [group] : group)
      }
      return groups.server === undefined ? edited : withServer(edited, groups.server)
    },
    remove(text) {
      let edited = text
      for (const [event, at, hook] of hooksIn(text).toReversed())
        if (groups.isOurs(hook)) edited = removeJson(edited, ['hooks', event, at])
      for (const event of groups.commands.keys())
        if (listAt(edited, event).length === 0) edited = removeJson(edited, ['hooks', event])
      edited = withoutEmpty(edited, 'hooks')
      return groups.server === undefined ? edited : withoutServer(edited)
    },
  }
}

function groupOf(event: string, command: string, groups: HookGroups): Record<string, unknown> {
  const { group, hook, flat, async } = groups
  if (flat) return { command, ...hook }
  return { ...group, hooks: [{ type: 'command', command, ...hook, ...(async?.has(event) && { async: true }) }] }
}

function isAsWritten(text: string, event: string, at: number, groups: HookGroups): boolean {
  return (
    JSON.stringify(listAt(text, event)[at]) === JSON.stringify(groupOf(event, groups.commands.get(event) ?? '', groups))
  )
}

/** Groups that hold one command alone, and commands by themselves, in file order: event, place, command. Others are not ours to change. */
export function hooksIn(text: string): [event: string, at: number, command: string][] {
  const hooks = field(readJson(text), 'hooks')
  const found: [string, number, string][] = []
  for (const event of Object.keys(typeof hooks === 'object' && hooks !== null ? hooks : {}))
    for (const [at, group] of listAt(text, event).entries()) {
      const list = field(group, 'hooks')
      const holder: unknown =
        list === undefined ? group : Array.isArray(list) && list.length === 1 ? list[0] : undefined
      const command = field(holder, 'command')
      if (typeof command === 'string') found.push([event, at, command])
    }
  return found
}

function listAt(text: string, event: string): unknown[] {
  const list = field(field(readJson(text), 'hooks'), event)
  return Array.isArray(list) ? list : []
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
}

/** A file that holds the tool server's entry and no hooks. @param list the object that holds all servers */
export function serverJson(path: string, server: Record<string, unknown>, list = 'mcpServers'): SetupFile {
  return { path, add: (text = '') => withServer(text, server, list), remove: (text) => withoutServer(text, list) }
}

function withServer(text: string, server: Record<string, unknown>, list = 'mcpServers'): string {
  const standing = field(field(readJson(text), list), 'daybook')
  return JSON.stringify(standing) === JSON.stringify(server) ? text : setJson(text, [list, 'daybook'], server)
}

function withoutServer(text: string, list = 'mcpServers'): string {
  return withoutEmpty(removeJson(text, [list, 'daybook']), list)
}

function withoutEmpty(text: string, name: string): string {
  const value = field(readJson(text), name)
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0
  return isEmpty ? removeJson(text, [name]) : text
}
