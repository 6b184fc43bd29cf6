import { plural } from '../../domain/format.ts'
import type { Import } from '../../domain/import.ts'
import type { DecidedImport } from '../../operations/imports.ts'
import type { Page } from '../../stores/page.ts'
import { oneLine } from '../sanitize.ts'
import { printTable } from '../table.ts'
import { meta, subject, warn } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { clock, printMore, printRecord } from './common.ts'

/** `daybook import list`. */
export function printImports(view: View, page: Page<Import>): void {
  if (page.items.length === 0 && view.out.terminal) {
    view.out.line('Nothing was imported yet.')
    printNext(view, [['daybook import --help', 'what can be']])
    return
  }
  printTable(
    view.out,
    [
      { header: 'IMPORT', cell: ({ id }) => subject(id), pipe: { header: 'IMPORT', value: ({ id }) => id } },
      {
        header: 'FILE',
        cell: ({ file }) => oneLine(file),
        shrink: 12,
        pipe: { header: 'FILE', value: ({ file }) => file },
      },
      { header: 'FORMAT', cell: ({ format }) => format, pipe: { header: 'FORMAT', value: ({ format }) => format } },
      {
        header: 'SESSIONS',
        align: 'right',
        cell: ({ sessions }) => String(sessions),
        pipe: { header: 'SESSIONS', value: ({ sessions }) => sessions },
      },
      {
        header: 'STATE',
        cell: ({ state }) => (state === 'waiting' ? warn(state) : state),
        pipe: { header: 'STATE', value: ({ state }) => state },
      },
      { header: 'AT', cell: ({ at }) => clock(view, at), pipe: { header: 'AT', value: ({ at }) => at } },
    ],
    page.items,
  )
  printMore(view, page)
  const waiting = page.items.find(({ state }) => state === 'waiting')
  if (waiting && view.out.terminal)
    printNext(view, [
      [`daybook import accept ${waiting.id}`, 'agents may be given it'],
      [`daybook import refuse ${waiting.id}`, 'take it out again'],
    ])
}

/** `daybook import accept` and `refuse`. */
export function printDecided(view: View, { import: one, items }: DecidedImport): void {
  if (!view.out.terminal) {
    printRecord(view, [
      ['IMPORT', one.id],
      ['STATE', one.state],
      ['SESSIONS', items.length],
    ])
    return
  }
  const sessions = plural(items.length, 'session')
  if (one.state === 'accepted') view.out.line('Accepted ', subject(one.id), `: agents may be given its ${sessions}.`)
  else if (one.state === 'refused') view.out.line('Refused ', subject(one.id), `: its ${sessions} are gone.`)
  else view.out.line(`This takes ${sessions} of `, subject(one.id), ' out for good.')
  if (one.state !== 'waiting') printNext(view, [['daybook import list', 'what else waits']])
  else view.out.line(meta(`From ${oneLine(one.file)}.`))
}
