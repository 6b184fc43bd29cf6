import type { EntryType } from '../../domain/entry.ts'
import { formatCount } from '../../domain/format.ts'
import type { SearchHit } from '../../history/history.ts'
import type { SearchAnswer } from '../../operations/search.ts'
import { sanitize } from '../sanitize.ts'
import { printTable } from '../table.ts'
import { bad, dots, match, meta, plain, subject, textWidth } from '../text.ts'
import type { Text } from '../text.ts'
import { printNext, quote } from '../view.ts'
import type { View } from '../view.ts'
import { cutEnd, cutMiddle, displayWidth, takeStart } from '../width.ts'
import { printNothing } from './nothing.ts'
import { clock, printDemoMark, printMore, sessionName, titleOf } from './common.ts'

/** `daybook search` and `daybook session search`: hits under the session they are in. */
export function printHits(view: View, answer: SearchAnswer, input: Record<string, unknown>): void {
  if (!view.out.terminal) {
    printTable(view.out, PIPE_COLUMNS, answer.items)
    printMore(view, answer)
    if (answer.partial) view.note(`partial: ${PARTIAL}`)
    return
  }
  printDemoMark(view)
  const query = String(input['query'] ?? '')
  if (answer.entries === 0) {
    printNothing(view, {}, 'Nothing', ['daybook session list', 'what is recorded'])
    return
  }
  if (answer.items.length === 0) view.out.line(`Nothing recorded matches ${quote(query)}.`)
  let session = ''
  for (const hit of answer.items) {
    if (hit.session.id !== session) printSessionLine(view, hit)
    session = hit.session.id
    view.out.line('  ', ...hitLine(view, hit))
  }
  if (answer.partial) view.out.prose(`Partial: ${PARTIAL}`, { role: 'warn' })
  if (answer.indexed < answer.entries) {
    const percent = Math.floor((answer.indexed / Math.max(1, answer.entries)) * 100)
    view.out.line(meta(`${percent}% of ${formatCount(answer.entries)} entries indexed; the rest was read through.`))
  }
  const [first] = answer.items
  if (first) printMore(view, answer)
  if (first) {
    printNext(view, [
      [`daybook session messages ${sessionName(first.session)}`, 'read the session'],
      [view.retype('--order', 'relevance'), 'the best match first'],
    ])
  } else {
    printNext(view, [
      ...(input['substring'] === true
        ? []
        : [[`daybook search ${quote(query)} --substring`, 'also inside words'] as const]),
      ['daybook session list', 'what is recorded'],
    ])
  }
}

const PARTIAL = 'the scan stopped at its budget, older entries were not looked at. Narrow it with --since or --session.'

function printSessionLine(view: View, hit: SearchHit): void {
  const { session, entry } = hit
  const name = sessionName(session)
  const title = titleOf(session)
  const place = session.project === null ? undefined : cutMiddle(session.project, 20)
  const [agent, when] = [view.agentName(session.agent), clock(view, entry.at)]
  const left = view.out.columns - name.length - 2
  // A short title needs no room, a long one gives up the agent first.
  const wanted = Math.min(24, textWidth(title))
  const whole = ` · ${plain(dots(place, agent, when))}`
  const facts = left - displayWidth(whole) >= wanted ? whole : ` · ${plain(dots(place, when))}`
  const shown = typeof title === 'string' ? cutEnd(title, left - displayWidth(facts)) : title
  view.out.line(subject(name), '  ', shown, meta(facts))
}

function hitLine(view: View, hit: SearchHit): Text[] {
  const { entry } = hit
  const who = entry.tool ?? WHO[entry.type] ?? entry.role
  const failed = entry.flags.includes('failed')
  const lead: Text[] = [meta(`#${entry.id}`), '  ', failed ? bad(who) : who, '  ']
  const room = view.out.columns - 2 - displayWidth(plain(lead))
  return [...lead, snippet(hit, Math.max(20, room), view.out.colour)]
}

/** What a hit is in, where that is not somebody's message. */
const WHO: Partial<Record<EntryType, string>> = {
  thinking: 'thought',
  tool_call: 'call',
  tool_result: 'result',
  compaction: 'summary',
  plan: 'plan',
  title: 'title',
}

/** The snippet on one line with its matches marked, cut so that the first match stays in sight. */
function snippet(hit: SearchHit, room: number, colour: boolean): Text {
  const pieces: Text[] = []
  const [first] = hit.marks
  let at = 0
  let used = 0
  if (first) {
    // Keep about a third of the room for what comes before the match.
    const before = hit.snippet.slice(0, first[0])
    const keep = Math.floor(room / 3)
    if (flat(before).length > keep) {
      at = Math.max(0, first[0] - keep)
      pieces.push('…')
      used = 1
    }
  }
  const add = (text: string, marked: boolean): boolean => {
    const brackets = marked && !colour ? 2 : 0
    const clean = flat(text)
    const fits = displayWidth(clean) + brackets + used < room
    const shown = fits ? clean : takeStart(clean, Math.max(0, room - used - brackets - 1))
    if (shown !== '') pieces.push(marked ? match(shown) : shown)
    used += displayWidth(shown) + brackets
    if (!fits) pieces.push('…')
    return fits
  }
  for (const [start, end] of hit.marks) {
    if (start < at) continue
    if (!add(hit.snippet.slice(at, start), false) || !add(hit.snippet.slice(start, end), true)) return pieces
    at = end
  }
  add(hit.snippet.slice(at), false)
  return pieces
}

/** On one line, and clean before it is measured. */
function flat(text: string): string {
  return sanitize(text.replace(/\s+/g, ' '))
}

const PIPE_COLUMNS = [
  { header: 'SESSION', cell: (hit: SearchHit) => sessionName(hit.session) },
  { header: 'ENTRY', cell: (hit: SearchHit) => hit.entry.id },
  { header: 'AT', cell: (hit: SearchHit) => hit.entry.at },
  { header: 'ROLE', cell: (hit: SearchHit) => hit.entry.role },
  { header: 'TYPE', cell: (hit: SearchHit) => hit.entry.type },
  { header: 'TOOL', cell: (hit: SearchHit) => hit.entry.tool ?? '' },
  { header: 'SNIPPET', cell: (hit: SearchHit) => marked(hit) },
]

/** Matches in `<>`. */
function marked({ snippet: text, marks }: SearchHit): string {
  let at = 0
  let out = ''
  for (const [start, end] of marks) {
    out += `${text.slice(at, start)}<${text.slice(start, end)}>`
    at = end
  }
  return out + text.slice(at)
}
