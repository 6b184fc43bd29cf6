import { plural } from '../../domain/format.ts'
import type { ActivityView, Verification } from '../../operations/activities.ts'
import type { Page } from '../../stores/page.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { bad, meta, ok } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { printNothing } from './nothing.ts'
import { activityWords } from './activity-words.ts'
import { clock, printDemoMark, printMore, printRecord, sessionName } from './common.ts'

/** `daybook activity list`. */
export function printActivities(view: View, page: Page<ActivityView>, input: Record<string, unknown>): void {
  printDemoMark(view)
  if (page.items.length === 0 && view.out.terminal) {
    printNothing(view, input, 'No activity', ['daybook activity list', 'all of it'])
    return
  }
  printTable(view.out, columns(view), page.items)
  printMore(view, page)
  if (page.items.length > 0) printNext(view, [['daybook activity verify', 'check that no line was changed']])
}

function columns(view: View): Column<ActivityView>[] {
  return [
    { header: 'AT', cell: (line) => clock(view, line.at), pipe: { header: 'AT', value: (line) => line.at } },
    { header: 'WHO', cell: (line) => line.actor, shrink: 8 },
    { header: 'DID', pipeOnly: true, cell: (line) => line.action },
    { header: 'ON', cell: onWhat, shrink: 12, cut: 'middle', pipe: { header: 'ON', value: (line) => line.target } },
    {
      header: 'WHAT',
      cell: activityWords,
      shrink: 20,
      pipe: { header: 'PAYLOAD', value: (line) => (line.payload === null ? null : JSON.stringify(line.payload)) },
    },
  ]
}

/** A session by its name, where the line knows it. */
function onWhat({ target, session, payload }: ActivityView): string {
  if (session !== null) return sessionName(session)
  const name = payload?.['session'] ?? payload?.['name']
  return typeof name === 'string' ? name : target
}

/** `daybook activity verify`. */
export function printVerification(view: View, found: Verification): void {
  if (!view.out.terminal) {
    printRecord(view, [
      ['OK', found.ok],
      ['CHAINS', found.chains],
      ['ROWS', found.rows],
      ['ERASED', found.erased],
      ['BROKEN_AT', found.brokenAt === null ? null : `${found.brokenAt.chain}:${found.brokenAt.sequence}`],
      ['LAST_AT', found.lastAt],
    ])
    return
  }
  printDemoMark(view)
  const size = `${plural(found.rows, 'line')} in ${plural(found.chains, 'chain')}`
  if (found.brokenAt !== null) {
    const { chain, sequence } = found.brokenAt
    const where = `line ${sequence} of chain ${chain} does not follow from the one before it`
    view.out.prose(where, { first: [bad('✗ broken'), '  '], indent: 10 })
    view.out.prose(`${size} were walked; lines of that chain from there on prove nothing.`, {
      first: '  ',
      indent: 2,
      role: 'meta',
    })
    printNext(view, [['daybook doctor', 'check the store itself']])
    return
  }
  view.out.line(ok('✓ whole'), `  ${size}, each follows from the one before it`)
  if (found.erased > 0)
    view.out.line(meta(`  ${plural(found.erased, 'line')} erased on purpose; their place still holds`))
  if (found.lastAt !== null) view.out.line(meta(`  the last is of ${clock(view, found.lastAt)}`))
}
