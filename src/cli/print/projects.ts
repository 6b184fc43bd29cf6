import { oneLine } from '../sanitize.ts'
import type { ChangedProject } from '../../operations/project-places.ts'
import type { Project } from '../../domain/project.ts'
import { formatCount, formatTimeShort, plural } from '../../domain/format.ts'
import type { IgnoredProject } from '../../operations/projects.ts'
import type { Page } from '../../stores/page.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { meta, subject } from '../text.ts'
import { printNext, quote } from '../view.ts'
import type { View } from '../view.ts'
import { money, printDemoMark, printMore, printRecord, shortHome } from './common.ts'

/** `daybook project list`. */
export function printProjects(view: View, page: Page<Project>, input: Record<string, unknown>): void {
  printDemoMark(view)
  if (page.items.length === 0 && view.out.terminal) {
    const ignored = input['ignored'] === true
    view.out.line(ignored ? 'No project is ignored.' : 'No project is recorded yet.')
    printNext(view, [
      ignored ? ['daybook project list', 'all projects'] : ['daybook scan', 'read your agents’ transcripts'],
    ])
    return
  }
  printTable(view.out, columns(view), page.items)
  printMore(view, page)
  const [first] = page.items
  if (!first) return
  printNext(view, [
    [`daybook session list --project ${quote(pasteable(first, page.items))}`, 'its sessions'],
    ['daybook usage project', 'what each took'],
  ])
}

/** What `--project` takes for this one alone. */
function pasteable({ id, name, identity }: Project, all: readonly Project[]): string {
  return all.some((other) => other.id !== id && other.name === name) ? identity : name
}

function columns(view: View): Column<Project>[] {
  return [
    { header: 'PROJECT', cell: (project) => subject(project.name), shrink: 16 },
    {
      header: 'RECOGNISED BY',
      cell: (project) => shortHome(view, project.identity),
      shrink: 16,
      cut: 'middle',
      drop: true,
      pipe: { header: 'IDENTITY', value: (project) => project.identity },
    },
    {
      header: 'SESSIONS',
      align: 'right',
      cell: (project) => formatCount(project.sessionCount),
      pipe: { header: 'SESSIONS', value: (project) => project.sessionCount },
    },
    {
      header: 'LAST',
      align: 'right',
      cell: (project) =>
        project.lastActivityAt === null
          ? '–'
          : formatTimeShort(Date.parse(project.lastActivityAt), view.nowMs, view.timezone),
      pipe: { header: 'LAST_ACTIVITY', value: (project) => project.lastActivityAt },
    },
    {
      header: 'READ',
      cell: (project) => (project.ignoredAt === null ? 'yes' : meta('ignored')),
      pipe: { header: 'IGNORED_AT', value: (project) => project.ignoredAt },
    },
  ]
}

/** `daybook project ignore`. */
export function printIgnored(view: View, { project, ignored, kept }: IgnoredProject): void {
  if (!view.out.terminal) {
    printRecord(view, [
      ['PROJECT', project.name],
      ['IGNORED', ignored],
      ['SESSIONS', kept.sessions],
      ['COST_MICRODOLLARS', kept.usage.costMicrodollars],
    ])
    return
  }
  if (!ignored) {
    view.out.line(subject(project.name), ' is read again from the next scan on.')
    printNext(view, [['daybook scan', 'read it now']])
    return
  }
  view.out.line(subject(project.name), ' is ignored: nothing of it is read any more.')
  if (kept.sessions > 0) {
    view.out.line(
      `  ${plural(kept.sessions, 'session')} read before ${kept.sessions === 1 ? 'stays' : 'stay'}, ${money(kept.usage)} at list prices.`,
    )
  }
  printNext(view, [
    ...(kept.sessions > 0
      ? [[`daybook session delete --project ${quote(project.name)}`, 'delete what was read'] as const]
      : []),
    [`daybook project ignore ${quote(project.name)} --undo`, 'read it again'],
  ])
}

/** `daybook project move`, `merge` and `split`. */
export function printChangedProject(view: View, { project, message }: ChangedProject): void {
  if (!view.out.terminal) {
    printRecord(view, [
      ['PROJECT', project.name],
      ['IDENTITY', project.identity],
      ['SESSIONS', project.sessionCount],
    ])
    return
  }
  view.out.prose(oneLine(message))
  printNext(view, [[`daybook session list --project ${quote(project.identity)}`, 'its sessions']])
}
