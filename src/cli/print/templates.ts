import { plural } from '../../domain/format.ts'
import type { ChecklistStep, Template } from '../../domain/template.ts'
import type { Checklist } from '../../operations/checklist.ts'
import type { Page } from '../../stores/page.ts'
import { type Column, printTable } from '../table.ts'
import { meta, ok, subject } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { clock, printDemoMark, printMore, sessionName, titleOf } from './common.ts'

/** `daybook template create` and `show`. */
export function printTemplate(view: View, template: Template): void {
  if (!view.out.terminal) {
    printTable(view.out, COLUMNS, [template])
    return
  }
  printDemoMark(view)
  const { name, purpose, kind, tags, stack, checklist, savedBy, savedAt } = template
  view.out.line(subject(name), meta(` · by ${savedBy} ${clock(view, savedAt)}`))
  if (purpose !== null) view.out.prose(purpose, { indent: 2, first: '  ' })
  if (kind !== null) view.out.line('  kind       ', kind)
  if (tags.length > 0) view.out.line('  tags       ', tags.join(', '))
  if (stack.length > 0) view.out.line('  stands on  ', stack.join(' > '))
  for (const [i, step] of checklist.entries())
    view.out.prose(step, { indent: 6, first: `  ${String(i + 1).padStart(2)}. ` })
  printNext(view, [
    [`daybook start --template ${name}`, 'a session that begins with it'],
    [`daybook template delete ${name}`, 'its name is free again'],
  ])
}

/** `daybook template list`. */
export function printTemplates(view: View, page: Page<Template>): void {
  printDemoMark(view)
  const [first] = page.items
  if (!first && view.out.terminal) {
    view.out.line('No template is kept yet.')
    printNext(view, [['daybook template create release --checklist "run the tests"', 'what sessions may begin with']])
    return
  }
  printTable(view.out, COLUMNS, page.items)
  printMore(view, page)
  if (first) printNext(view, [[`daybook start --template ${first.name}`, 'a session that begins with it']])
}

/** `daybook template delete`. */
export function printDeletedTemplate(view: View, template: Template): void {
  if (!view.out.terminal) {
    printTable(view.out, COLUMNS, [template])
    return
  }
  view.out.line(subject(template.name), ' is deleted; sessions that began with it stay as they are.')
  printNext(view, [['daybook template list', 'what is left']])
}

/** `daybook session checklist`. */
export function printChecklist(view: View, { session, items, open }: Checklist): void {
  const name = sessionName(session)
  if (!view.out.terminal) {
    printTable(view.out, STEPS, items)
    return
  }
  printDemoMark(view)
  const first = items.find(({ done }) => !done)
  const state =
    items.length === 0 ? 'no checklist' : open === 0 ? 'all done' : `${open} of ${plural(items.length, 'step')} open`
  view.out.line(subject(name), '  ', titleOf(session), meta(` · ${state}`))
  printSteps(view, items)
  printNext(
    view,
    first === undefined
      ? [
          [
            items.length === 0 ? 'daybook template list' : `daybook check ${name}`,
            items.length === 0 ? 'what sessions may begin with' : 'what else it lacks',
          ],
        ]
      : [[`daybook session checklist ${name} --done ${first.number}`, 'the next one is done']],
  )
}

/** Steps with their numbers and whether each is done. */
export function printSteps(view: View, steps: readonly ChecklistStep[]): void {
  for (const [i, { text, done }] of steps.entries()) {
    view.out.prose(text, { indent: 9, first: [`  ${String(i + 1).padStart(2)}. `, done ? ok('[x]') : '[ ]', ' '] })
  }
}

const COLUMNS: Column<Template>[] = [
  { header: 'TEMPLATE', cell: ({ name }) => subject(name) },
  {
    header: 'PURPOSE',
    cell: ({ purpose }) => purpose ?? '–',
    shrink: 16,
    pipe: { header: 'PURPOSE', value: ({ purpose }) => purpose },
  },
  { header: 'TAGS', cell: ({ tags }) => tags.join(','), drop: true },
  { header: 'STACK', cell: ({ stack }) => stack.join(' > '), drop: true },
  { header: 'STEPS', align: 'right', cell: ({ checklist }) => String(checklist.length) },
  { header: 'SAVED_AT', pipeOnly: true, cell: ({ savedAt }) => savedAt },
  { header: 'SAVED_BY', pipeOnly: true, cell: ({ savedBy }) => savedBy },
]

const STEPS: Column<Checklist['items'][number]>[] = [
  { header: 'STEP', cell: ({ number }) => String(number) },
  { header: 'DONE', cell: ({ done }) => (done ? 'yes' : 'no') },
  { header: 'TEXT', cell: ({ text }) => text },
]
