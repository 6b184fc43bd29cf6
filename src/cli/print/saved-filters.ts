import type { SavedFilter } from '../../domain/saved-filter.ts'
import type { KeptFilter } from '../../operations/saved-filters.ts'
import type { Page } from '../../stores/page.ts'
import { flagOf } from '../args.ts'
import { printTable } from '../table.ts'
import { meta, subject } from '../text.ts'
import { printNext, quote } from '../view.ts'
import type { View } from '../view.ts'
import { clock, printDemoMark, printMore } from './common.ts'

/** `daybook filter save`. */
export function printSavedFilter(view: View, filter: KeptFilter): void {
  if (!view.out.terminal) {
    printTable(view.out, columns(view), [filter])
    return
  }
  printDemoMark(view)
  const before = filter.before === null ? '' : meta(`, before: ${flagsOf(filter.before)}`)
  view.out.line(subject(filter.name), ` · ${flagsOf(filter.words)}`, before)
  printNext(view, [
    [`daybook session list --filter ${filter.name}`, 'what it finds'],
    [`daybook filter delete ${filter.name}`, 'its name is free again'],
  ])
}

/** `daybook filter list`. */
export function printFilters(view: View, page: Page<SavedFilter>): void {
  printDemoMark(view)
  if (page.items.length === 0 && view.out.terminal) {
    view.out.line('No filter is saved yet.')
    printNext(view, [['daybook filter save lately --since 7d', 'the last 7 days, whenever asked']])
    return
  }
  printTable(view.out, columns(view), page.items)
  printMore(view, page)
  const [first] = page.items
  if (first) printNext(view, [[`daybook session list --filter ${first.name}`, 'what it finds']])
}

/** `daybook filter delete`. */
export function printDeletedFilter(view: View, filter: SavedFilter): void {
  if (!view.out.terminal) {
    printTable(view.out, columns(view), [filter])
    return
  }
  view.out.line(subject(filter.name), ' is deleted; what it found stays.')
  printNext(view, [[`daybook filter save ${filter.name} ${flagsOf(filter.words)}`, 'as it was']])
}

function columns(view: View) {
  return [
    { header: 'FILTER', cell: ({ name }: SavedFilter) => subject(name) },
    {
      header: 'ASKS FOR',
      cell: ({ words }: SavedFilter) => flagsOf(words),
      shrink: 24,
      pipe: { header: 'FLAGS', value: ({ words }: SavedFilter) => flagsOf(words) },
    },
    {
      header: 'SAVED',
      drop: true,
      cell: ({ savedAt }: SavedFilter) => clock(view, savedAt),
      pipe: { header: 'SAVED_AT', value: ({ savedAt }: SavedFilter) => savedAt },
    },
    { header: 'BY', drop: true, cell: ({ savedBy }: SavedFilter) => savedBy },
  ]
}

/** As it is typed: `--project tidewatch --tag a,b --starred`. */
function flagsOf(words: SavedFilter['words']): string {
  return Object.entries(words)
    .map(([field, value]) => {
      if (value === true) return flagOf(field)
      return `${flagOf(field)} ${quote(Array.isArray(value) ? value.join(',') : String(value))}`
    })
    .join(' ')
}
