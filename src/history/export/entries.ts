import type { Entry } from '../../domain/entry.ts'
import type { History } from '../history.ts'

/** All entries of a session with their text, subagents' included, in file order; a page at a time. */
export async function* sessionEntries(history: History, sessionId: string): AsyncGenerator<Entry> {
  const filter = { sessionId, includeInherited: true, includeSidechain: true, includeInjected: true, includeMeta: true }
  let cursor: string | undefined
  do {
    const page = await history.entries(filter, { limit: 500, cursor, uncounted: true })
    yield* page.items
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

/** What an entry says, as plain text. */
export function textOf({ content }: Entry): string {
  if (content === undefined) return ''
  if (content.type === 'tool_call') return JSON.stringify(content.input, null, 2) ?? ''
  if (content.type === 'plan') return content.items.map(({ text, status }) => `[${status}] ${text}`).join('\n')
  return content.text
}

/** Who speaks and how: `user`, `assistant, thinking`, `call of Bash`. */
export function headingOf(entry: Entry): string {
  const { content, role, type, flags } = entry
  const what =
    type === 'tool_call'
      ? `call of ${content?.type === 'tool_call' ? content.tool : (entry.tool ?? 'a tool')}`
      : type === 'tool_result'
        ? flags.includes('failed')
          ? 'result, failed'
          : 'result'
        : type === 'message'
          ? role
          : `${role}, ${type}`
  return flags.includes('sidechain') ? `subagent: ${what}` : what
}

/** What stands for bytes that are not text, and for what is not in the archive. */
export function isCode({ type }: Entry): boolean {
  return type === 'tool_call' || type === 'tool_result'
}
