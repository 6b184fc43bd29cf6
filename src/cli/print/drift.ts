import type { Drift } from '../../domain/drift.ts'
import { formatCount, plural } from '../../domain/format.ts'
import type { Page } from '../../stores/page.ts'
import { oneLine } from '../sanitize.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { meta, ok, warn } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { clock, printDemoMark, printMore } from './common.ts'

/** `daybook drift`. */
export function printDrift(view: View, page: Page<Drift>): void {
  printDemoMark(view)
  if (view.out.terminal) {
    if (page.total === 0) {
      view.out.line(ok('✓'), ' Nothing unknown: every record type and field that was read is known.')
      return
    }
    view.out.line(
      warn(plural(page.total, 'name')),
      ' not known to this build; what they stand for is kept in the archive',
    )
  }
  printTable(view.out, columns(view), page.items)
  printMore(view, page)
  if (page.items.length > 0)
    printNext(view, [
      ['daybook agents', 'versions that each reader was held against'],
      ['daybook reindex', 'after an update: read it again from the archive'],
    ])
}

function columns(view: View): Column<Drift>[] {
  return [
    {
      header: 'AGENT',
      cell: (drift) => view.agentName(drift.agent),
      pipe: { header: 'AGENT', value: (drift) => drift.agent },
    },
    {
      header: 'VERSION',
      cell: (drift) => (drift.agentVersion === null ? '–' : oneLine(drift.agentVersion)),
      shrink: 8,
      pipe: { header: 'VERSION', value: (drift) => drift.agentVersion },
    },
    { header: 'KIND', cell: (drift) => meta(drift.kind), pipe: { header: 'KIND', value: (drift) => drift.kind } },
    { header: 'NAME', cell: (drift) => drift.name, shrink: 16, comfort: 36, cut: 'middle' },
    {
      header: 'TIMES',
      align: 'right',
      cell: (drift) => formatCount(drift.count),
      pipe: { header: 'COUNT', value: (drift) => drift.count },
    },
    {
      header: 'IN',
      align: 'right',
      cell: (drift) => formatCount(drift.transcripts),
      pipe: { header: 'TRANSCRIPTS', value: (drift) => drift.transcripts },
    },
    {
      header: 'LAST',
      cell: (drift) => clock(view, drift.lastAt),
      drop: true,
      pipe: { header: 'LAST_AT', value: (drift) => drift.lastAt },
    },
    {
      header: 'FIRST',
      cell: (drift) => clock(view, drift.firstAt),
      drop: true,
      pipe: { header: 'FIRST_AT', value: (drift) => drift.firstAt },
    },
  ]
}
