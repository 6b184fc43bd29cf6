import type { Entry } from '../../domain/entry.ts'
import { formatTokens, plural } from '../../domain/format.ts'
import type { SessionName } from '../../operations/session-view.ts'
import type { Page } from '../../stores/page.ts'
import { oneLine, sanitize } from '../sanitize.ts'
import { printTable } from '../table.ts'
import { bad, mapText, meta, ok, subject } from '../text.ts'
import type { Text } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { cutEnd, displayWidth, wrap } from '../width.ts'
import { clock, printDemoMark, printMore, sessionName, titleOf } from './common.ts'
import { callLine } from './tool-call.ts'

/** `daybook session messages`: one heading a turn, prose open, tool calls on one line, failures open. */
export function printMessages(view: View, page: Page<Entry> & { session: SessionName }): void {
  if (!view.out.terminal) {
    printTable(view.out, PIPE_COLUMNS, page.items)
    printMore(view, page)
    return
  }
  printDemoMark(view)
  const name = sessionName(page.session)
  const count = ` · ${plural(page.total, 'entry', 'entries')}`
  const room = view.out.columns - displayWidth(name) - 2 - displayWidth(count)
  view.out.line(
    subject(name),
    '  ',
    mapText(titleOf(page.session), (title) => cutEnd(title, room)),
    meta(count),
  )
  if (page.items.length === 0) view.out.line('Nothing in it matches.')
  let speaker = ''
  const agent = view.agentName(page.session.agent)
  for (const entry of inCalls(page.items)) {
    const speaks = speakerOf(entry, agent)
    const inherited = entry.flags.includes('inherited') ? ' · inherited' : ''
    if (speaks !== '' && speaks + inherited !== speaker) {
      view.out.line()
      view.out.line(subject(speaks), meta(` · ${clock(view, entry.at)}${inherited}`))
      speaker = speaks + inherited
    }
    for (const line of linesOf(entry, view.out.columns - 2)) view.out.line('  ', line)
  }
  view.out.line()
  printMore(view, page)
  printNext(view, [
    [`daybook session show ${name}`, 'what it took and changed'],
    [`daybook session messages ${name} --role user`, 'only what a person typed'],
  ])
}

const PIPE_COLUMNS = [
  { header: 'ENTRY', cell: (entry: Entry) => entry.id },
  { header: 'AT', cell: (entry: Entry) => entry.at },
  { header: 'ROLE', cell: (entry: Entry) => entry.role },
  { header: 'TYPE', cell: (entry: Entry) => entry.type },
  { header: 'TOOL', cell: (entry: Entry) => entry.tool ?? '' },
  { header: 'FLAGS', cell: (entry: Entry) => entry.flags.join(',') },
  { header: 'TEXT', cell: (entry: Entry) => wholeText(entry) },
]

/** Results of calls that were made side by side stand below their own call. */
function inCalls(entries: readonly Entry[]): Entry[] {
  const results = new Map<string, Entry>()
  const calls = new Set<string>()
  for (const entry of entries) {
    if (entry.content?.type === 'tool_call') calls.add(entry.content.callId)
    // Newest first, a result comes before its call and stays there.
    if (entry.content?.type === 'tool_result' && calls.has(entry.content.callId))
      results.set(entry.content.callId, entry)
  }
  const placed = new Set(results.values())
  return entries.flatMap((entry) => {
    if (placed.has(entry)) return []
    const result = entry.content?.type === 'tool_call' ? results.get(entry.content.callId) : undefined
    return result === undefined ? [entry] : [entry, result]
  })
}

/** Who heads a stretch of entries. Results and plans belong to whoever speaks. */
function speakerOf(entry: Entry, agent: string): string {
  if (entry.type === 'tool_result' || entry.type === 'compaction' || entry.type === 'title') return ''
  if (entry.flags.includes('injected')) return 'Injected by Daybook'
  if (entry.flags.includes('summary')) return 'Summary of what came before'
  const who = { user: 'You', assistant: agent, system: 'System', tool: '' }[entry.role]
  if (who === 'You' && entry.flags.includes('meta')) return `Injected by ${agent}`
  if (!entry.flags.includes('sidechain')) return who
  return who === 'You' ? 'To the subagent' : 'Subagent'
}

function linesOf(entry: Entry, width: number): Text[] {
  const { content } = entry
  if (!content) return [meta('not recorded')]
  switch (content.type) {
    case 'message':
      return [
        ...(content.text.trim() === '' ? [] : wrap(shown(content.text).trimEnd(), Math.min(width, 100))),
        ...(content.images ? [meta(`${content.images} image${content.images === 1 ? '' : 's'}`)] : []),
      ]
    case 'thinking':
      return [meta(content.encrypted ? 'Thinking not recorded' : cutEnd(`Thought: ${oneLine(content.text)}`, width))]
    case 'tool_call':
      return [cutCall(callLine(content.tool, content.server, content.input), width)]
    case 'tool_result':
      return resultLines(content.text, content.failed, width)
    case 'compaction':
      return [meta(`|| Compacted${compactedFrom(content.tokensBefore, content.tokensAfter)}`)]
    case 'plan':
      return content.items.map((item) => [
        item.status === 'completed' ? ok('✓ ') : '○ ',
        cutEnd(oneLine(item.text), width - 2),
      ])
    case 'title':
      return [meta(cutEnd(`Title: ${oneLine(content.text)}`, width))]
  }
}

function cutCall(line: string, width: number): Text {
  return ['> ', cutEnd(line, width - 2)]
}

const COLOURS = /\u001b\[[\d;:]*m/g

/** As it fits the width: what a tool coloured is text alone, and what the screen cleans is clean before it is measured. */
function shown(text: string): string {
  return sanitize(text.replace(/\r\n/g, '\n').replace(COLOURS, ''))
}

const FIRST_LINES = 3
const LAST_LINES = 8

/** A good result is one dim line; a failure stands open, its middle left out. */
function resultLines(text: string, failed: boolean, width: number): Text[] {
  const lines = shown(text).replace(/\s+$/, '').split('\n')
  if (!failed)
    return lines[0]?.trim() ? [meta(cutEnd(`  ${oneLine(lines[0])}${moreLines(lines.length - 1)}`, width))] : []
  const cut = (line: string): Text => ['    ', cutEnd(line.replace(/\t/g, '  ').trimEnd(), width - 4)]
  if (lines.length <= FIRST_LINES + LAST_LINES + 1) return [bad('  ✗ failed'), ...lines.map(cut)]
  const hidden = lines.length - FIRST_LINES - LAST_LINES
  return [
    bad('  ✗ failed'),
    ...lines.slice(0, FIRST_LINES).map(cut),
    meta(`    ... ${hidden} lines left out ...`),
    ...lines.slice(-LAST_LINES).map(cut),
  ]
}

function moreLines(count: number): string {
  return count < 1 ? '' : ` (and ${count} line${count === 1 ? '' : 's'})`
}

function compactedFrom(before: number | undefined, after: number | undefined): string {
  if (before === undefined) return ''
  return ` · ${formatTokens(before)}${after === undefined ? '' : ` -> ${formatTokens(after)}`} in context`
}

function wholeText(entry: Entry): string {
  const { content } = entry
  if (!content) return ''
  if (content.type === 'tool_call') return callLine(content.tool, content.server, content.input)
  if (content.type === 'plan') return content.items.map((item) => `[${item.status}] ${item.text}`).join('; ')
  return content.text
}
