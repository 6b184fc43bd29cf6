import { formatCount, formatTimeShort, plural } from '../../domain/format.ts'
import type { FileTouched } from '../../stores/file-store.ts'
import type { Page } from '../../stores/page.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { printNothing } from './nothing.ts'
import { lineCounts, printDemoMark, printMore, shortHome } from './common.ts'

/** `daybook files`. */
export function printFiles(view: View, page: Page<FileTouched>, input: Record<string, unknown>): void {
  printDemoMark(view)
  if (page.items.length === 0 && view.out.terminal) {
    printNothing(view, input, 'No changed file', ['daybook files', 'all of them'])
    return
  }
  if (view.out.terminal) view.out.line(plural(page.total, 'file'), ' changed, newest change first')
  printTable(view.out, columns(view), page.items)
  printMore(view, page)
  if (page.items.length > 0) printNext(view, [['daybook session list', 'the sessions that changed them']])
}

function columns(view: View): Column<FileTouched>[] {
  return [
    {
      header: 'FILE',
      cell: (file) => shortHome(view, file.path),
      shrink: 20,
      comfort: 40,
      cut: 'middle',
      pipe: { header: 'FILE', value: (file) => file.path },
    },
    { header: 'CHANGE', cell: (file) => file.kind },
    {
      header: 'LINES',
      align: 'right',
      cell: lineCounts,
      drop: true,
      pipe: { header: 'LINES_ADDED', value: (file) => file.linesAdded },
    },
    {
      header: 'LINES_REMOVED',
      pipeOnly: true,
      cell: () => '',
      pipe: { header: 'LINES_REMOVED', value: (file) => file.linesRemoved },
    },
    {
      header: 'TIMES',
      align: 'right',
      cell: (file) => formatCount(file.changes),
      pipe: { header: 'CHANGES', value: (file) => file.changes },
    },
    {
      header: 'SESSIONS',
      align: 'right',
      drop: true,
      cell: (file) => formatCount(file.sessions),
      pipe: { header: 'SESSIONS', value: (file) => file.sessions },
    },
    {
      header: 'LAST',
      align: 'right',
      cell: (file) => formatTimeShort(Date.parse(file.lastAt), view.nowMs, view.timezone),
      pipe: { header: 'LAST_CHANGE', value: (file) => file.lastAt },
    },
  ]
}
