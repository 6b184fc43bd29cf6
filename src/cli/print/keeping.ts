import { formatCount, formatDuration, plural } from '../../domain/format.ts'
import { isOpen } from '../../domain/session.ts'
import type { DataList, DataRemoved, DataValue } from '../../operations/session-data.ts'
import type { InvocationView } from '../../operations/session-invocations.ts'
import type { Linked } from '../../operations/session-link.ts'
import type { MessageKept } from '../../operations/session-message.ts'
import type { SessionView } from '../../operations/session-view.ts'
import type { Page } from '../../stores/page.ts'
import { oneLine } from '../sanitize.ts'
import { printTable } from '../table.ts'
import { dots, meta, subject } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { clock, printDemoMark, printFacts, printMore, printRecord, sessionName, titleOf } from './common.ts'

/** `daybook session create`, `update` and `complete`. */
export function printKept(view: View, session: SessionView): void {
  if (!view.out.terminal) {
    printRecord(view, [
      ['KEY', sessionName(session)],
      ['ID', session.externalId],
      ['STATUS', session.status],
      ['PURPOSE', session.purpose],
      ['USER', session.userId],
      ['TAGS', session.tags.join(',')],
      ['CUSTOM_METADATA', JSON.stringify(session.customMetadata)],
    ])
    return
  }
  printDemoMark(view)
  const name = sessionName(session)
  view.out.line(subject(name), '  ', titleOf(session), meta(` · ${session.status}`))
  const facts = Object.entries(session.customMetadata).map(([fact, value]) => `${fact} ${JSON.stringify(value)}`)
  printFacts(view, [
    ['id', session.externalId],
    ['purpose', session.purpose ?? ''],
    ['user', session.userId ?? ''],
    ['tags', session.tags.join(', ')],
    ['metadata', facts.join(', ')],
  ])
  printNext(view, [
    [`daybook session messages ${name}`, 'what was said'],
    isOpen(session)
      ? [`daybook session complete ${name}`, 'when it is done']
      : [`daybook resume ${name}`, 'take it up again'],
  ])
}

/** `daybook session message`. */
export function printMessageKept(view: View, { session, message }: MessageKept): void {
  if (!view.out.terminal) {
    printRecord(view, [
      ['ENTRY', message.id],
      ['SESSION', sessionName(session)],
      ['ROLE', message.role],
      ['AT', message.at],
      ['MESSAGES', session.messageCount],
    ])
    return
  }
  printDemoMark(view)
  const name = sessionName(session)
  const count = `${formatCount(session.messageCount)} in all`
  view.out.line(subject(name), '  ', titleOf(session), meta(` · message of ${message.role} kept, ${count}`))
  view.out.prose(message.content, { indent: 2, first: '  ' })
  printNext(view, [[`daybook session messages ${name}`, 'what was said']])
}

/** `daybook session link`. */
export function printLinked(view: View, { session, linked, invocation, toolsUsed }: Linked): void {
  if (!view.out.terminal) {
    printRecord(view, [
      ['LINKED', linked],
      ['SESSION', sessionName(session)],
      ['INVOCATION', invocation.callId],
      ['TOOL', invocation.tool],
      ['DURATION_MS', invocation.durationMs],
      ['OUTCOME', invocation.outcome],
      ['INVOCATIONS', session.invocationCount],
      ['TOOL_MS', session.toolMs],
      ['TOOLS', toolsUsed.join(',')],
    ])
    return
  }
  printDemoMark(view)
  const name = sessionName(session)
  const says = linked ? 'linked' : 'was linked before, so nothing was added'
  view.out.line(subject(name), '  ', titleOf(session), meta(` · ${oneLine(invocation.callId)} ${says}`))
  const sums = `${plural(session.invocationCount, 'call')}, ${formatDuration(session.toolMs)} of tool time`
  view.out.line('  ', dots(sums, `tools: ${toolsUsed.map(oneLine).join(', ')}`))
  printNext(view, [[`daybook session invocations ${name}`, 'what ran in it']])
}

/** `daybook session invocations`. */
export function printInvocations(view: View, page: Page<InvocationView>): void {
  printDemoMark(view)
  const [first] = page.items
  if (!first && view.out.terminal) {
    view.out.line('No call matches.')
    printNext(view, [['daybook session list', 'the sessions there are']])
    return
  }
  printTable(view.out, view.out.terminal ? columns(view) : PIPE, page.items)
  printMore(view, page)
  if (first && view.out.terminal)
    printNext(view, [[`daybook session show ${sessionName(first.session)}`, 'what it took and changed']])
}

function columns(view: View) {
  return [
    { header: 'At', cell: ({ startedAt }: InvocationView) => clock(view, startedAt) },
    { header: 'Session', cell: ({ session }: InvocationView) => sessionName(session) },
    { header: 'Call', cell: ({ callId }: InvocationView) => oneLine(callId ?? '–') },
    { header: 'Tool', cell: ({ tool }: InvocationView) => oneLine(tool) },
    {
      header: 'Took',
      cell: ({ durationMs }: InvocationView) => (durationMs === null ? '–' : formatDuration(durationMs)),
    },
    { header: 'Outcome', cell: ({ outcome }: InvocationView) => outcome },
  ]
}

const PIPE = [
  { header: 'AT', cell: ({ startedAt }: InvocationView) => startedAt },
  { header: 'SESSION', cell: ({ session }: InvocationView) => sessionName(session) },
  { header: 'INVOCATION', cell: ({ callId }: InvocationView) => callId ?? '' },
  { header: 'TOOL', cell: ({ tool }: InvocationView) => tool },
  { header: 'SERVER', cell: ({ server }: InvocationView) => server ?? '' },
  { header: 'DURATION_MS', cell: ({ durationMs }: InvocationView) => (durationMs === null ? '' : String(durationMs)) },
  { header: 'OUTCOME', cell: ({ outcome }: InvocationView) => outcome },
  { header: 'SUBJECT', cell: ({ subject }: InvocationView) => subject },
]

/** `daybook session data get` and `set`: the value as JSON. */
export function printValue(view: View, { session, name, value }: DataValue): void {
  view.out.line(JSON.stringify(value, null, view.out.terminal ? 2 : 0))
  const at = sessionName(session)
  if (view.out.terminal)
    printNext(view, [[`daybook session data list ${at}`, `everything beside ${JSON.stringify(oneLine(name))}`]])
}

/** `daybook session data list`. */
export function printData(view: View, { session, items }: DataList): void {
  const name = sessionName(session)
  if (items.length === 0 && view.out.terminal) {
    view.out.line(`${name} keeps nothing under a name.`)
    printNext(view, [[`daybook session data set ${name} page 4`, 'keep a value']])
    return
  }
  printTable(view.out, DATA, items)
  if (view.out.terminal) printNext(view, [[`daybook session show ${name}`, 'the session']])
}

type Item = DataList['items'][number]

const DATA = [
  { header: 'NAME', cell: ({ name }: Item) => oneLine(name) },
  { header: 'VALUE', cell: ({ value }: Item) => oneLine(JSON.stringify(value)) },
]

/** `daybook session data delete` and `clear`. */
export function printRemoved(view: View, { session, removed }: DataRemoved): void {
  if (!view.out.terminal) {
    printRecord(view, [['REMOVED', removed]])
    return
  }
  const name = sessionName(session)
  view.out.line(
    removed === 0 ? `${name} kept nothing under that name.` : `${plural(removed, 'value')} of ${name} dropped.`,
  )
  printNext(view, [[`daybook session data list ${name}`, 'what is left']])
}
