import { HOSTILE_CHARACTERS } from '../../domain/hostile-characters.ts'
import { fenceFor, inCode, inLine } from '../../domain/markdown-text.ts'
import type { Session } from '../../domain/session.ts'
import { formatMoney } from '../../domain/format.ts'
import type { History } from '../history.ts'
import { headingOf, sessionEntries, textOf } from './entries.ts'

/** Sessions as Markdown to be read. What was said stands in blocks of code, so that it cannot become Markdown of the page. */
export async function* markdownPieces(history: History, sessions: readonly Session[]): AsyncGenerator<string> {
  for (const session of sessions) {
    yield `# ${escaped(session.title ?? nameOf(session))}\n\n`
    for (const [label, value] of facts(session)) yield `- ${label}: ${inCode(value)}\n`
    for await (const entry of sessionEntries(history, session.id)) {
      const text = plain(textOf(entry))
      yield `\n## ${escaped(headingOf(entry))}\n\n<a id="e-${entry.id}"></a>${entry.at}\n`
      if (text.trim() === '') continue
      const lines = text.split('\n')
      const fence = fenceFor(lines)
      yield `\n${fence}text\n${lines.join('\n')}\n${fence}\n`
    }
    yield '\n'
  }
}

/** Figures of a session in words, for people. */
export function facts(session: Session): [string, string][] {
  const { agent, project, gitBranch, startedAt, lastActivityAt, usage, tags } = session
  const cost = usage.responses === 0 ? 'not recorded' : formatMoney(usage.costMicrodollars)
  const all: [string, string | null][] = [
    ['session', nameOf(session)],
    ['agent', agent],
    ['project', project],
    ['branch', gitBranch],
    ['started', startedAt],
    ['last activity', lastActivityAt],
    ['cost at list prices', cost],
    ['tags', tags.join(', ') || null],
  ]
  return all.flatMap(([label, value]) => (value === null ? [] : [[label, value]]))
}

export function nameOf({ key, ref }: Session): string {
  return key ?? ref
}

function plain(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(HOSTILE_CHARACTERS, '\ufffd')
}

/** One line of text in which nothing is markup. */
function escaped(text: string): string {
  return inLine(text).replace(/[\\`*_{}[\]<>()#+!|~&-]/g, (sign) => `\\${sign}`)
}
