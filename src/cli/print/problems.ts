import type { Problem } from '../../domain/problem.ts'
import { plural } from '../../domain/format.ts'
import type { Page } from '../../stores/page.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { ok, warn } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { clock, printDemoMark, printMore, shortHome } from './common.ts'

/** `daybook problems`. */
export function printProblems(view: View, page: Page<Problem>): void {
  printDemoMark(view)
  if (view.out.terminal) {
    if (page.items.length === 0) {
      view.out.line(ok('✓'), ' No problems: everything that was read could be read.')
      return
    }
    view.out.line(warn(plural(page.total, 'problem')), '; all that is not named here was read and kept')
  }
  printTable(view.out, columns(view), page.items)
  printMore(view, page)
  if (page.items.length > 0) printNext(view, [['daybook doctor', 'what can be done about them']])
}

function columns(view: View): Column<Problem>[] {
  return [
    {
      header: 'WHERE',
      cell: (problem) => `${shortHome(view, problem.path)}${problem.line === null ? '' : `:${problem.line}`}`,
      shrink: 20,
      cut: 'middle',
      pipe: { header: 'PATH', value: (problem) => problem.path },
    },
    { header: 'LINE', pipeOnly: true, cell: (problem) => (problem.line === null ? '' : String(problem.line)) },
    { header: 'REASON', cell: (problem) => problem.reason, shrink: 24 },
    { header: 'AGENT', cell: (problem) => problem.agent, pipeOnly: true },
    {
      header: 'SEEN',
      cell: (problem) => clock(view, problem.at),
      drop: true,
      pipe: { header: 'AT', value: (problem) => problem.at },
    },
  ]
}
