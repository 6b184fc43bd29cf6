import { formatTimeShort, plural } from '../../domain/format.ts'
import type { FileHistory, Touch } from '../../operations/file-history.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { meta, subject } from '../text.ts'
import { printNext, quote } from '../view.ts'
import type { View } from '../view.ts'
import { lineCounts, printDemoMark, printMore, sessionName, shortHome, titleOf } from './common.ts'

/** `daybook blame`. */
export function printFileHistory(view: View, history: FileHistory, input: Record<string, unknown>): void {
  printDemoMark(view)
  const typed = String(input['path'] ?? '')
  if (history.items.length === 0 && view.out.terminal) {
    view.out.line(`No recorded session changed ${quote(typed)}.`)
    printNext(view, [
      ['daybook files', 'everything that was changed'],
      ['daybook scan', 'read what is new'],
    ])
    return
  }
  const paths = new Set(history.items.map(({ path }) => path))
  const [only] = paths
  if (view.out.terminal) {
    const what = paths.size === 1 && only !== undefined ? shortHome(view, only) : typed
    view.out.line(subject(what), ` · ${plural(history.total, 'change')}, newest first`)
  }
  printTable(view.out, columns(view, paths.size > 1 ? typed : undefined), history.items)
  printMore(view, history)
  const [first] = history.items
  if (!first) return
  if (view.out.terminal && history.items.some(({ commit }) => commit !== null)) {
    view.out.line(meta('COMMIT is the first that the session was seen to make after the change.'))
  }
  const name = sessionName(first.session)
  printNext(view, [
    [`daybook session messages ${name}`, 'why it was changed'],
    [`daybook files --session ${name}`, 'what else that session changed'],
  ])
}

function columns(view: View, below: string | undefined): Column<Touch>[] {
  return [
    {
      header: 'FILE',
      cell: ({ path }) => shortHome(view, below === undefined ? path : tail(path, below)),
      shrink: 16,
      comfort: 24,
      cut: 'middle',
      pipeOnly: below === undefined,
      pipe: { header: 'PATH', value: ({ path }) => path },
    },
    { header: 'SESSION', cell: ({ session }) => subject(sessionName(session)) },
    {
      header: 'AGENT',
      cell: ({ session }) => view.agentName(session.agent),
      drop: true,
      pipe: { header: 'AGENT', value: ({ session }) => session.agent },
    },
    { header: 'CHANGE', cell: ({ kind }) => kind },
    {
      header: 'LINES',
      align: 'right',
      cell: lineCounts,
      pipe: { header: 'LINES_ADDED', value: ({ linesAdded }) => linesAdded },
    },
    {
      header: 'LINES_REMOVED',
      pipeOnly: true,
      cell: () => '',
      pipe: { header: 'LINES_REMOVED', value: ({ linesRemoved }) => linesRemoved },
    },
    {
      header: 'WHEN',
      align: 'right',
      cell: ({ at }) => formatTimeShort(Date.parse(at), view.nowMs, view.timezone),
      pipe: { header: 'AT', value: ({ at }) => at },
    },
    {
      header: 'COMMIT',
      cell: ({ commit }) => commit?.hash.slice(0, 7) ?? '–',
      pipe: { header: 'COMMIT', value: ({ commit }) => commit?.hash ?? null },
    },
    {
      header: 'TITLE',
      cell: ({ session }) => titleOf(session),
      shrink: 10,
      comfort: 12,
      drop: true,
      pipe: { header: 'TITLE', value: ({ session }) => session.title },
    },
    { header: 'ENTRY', pipeOnly: true, cell: ({ entryId }) => entryId },
  ]
}

/** A path from the directory that was asked for on: `reader.ts` of `/code/cache/reader.ts` for `cache`. */
function tail(path: string, below: string): string {
  const word = below.replace(/^\.?[\\/]+|[\\/]+$/g, '').replaceAll('\\', '/')
  const at = word === '' || word === '.' ? -1 : path.replaceAll('\\', '/').lastIndexOf(`/${word}/`)
  return at < 0 ? path : path.slice(at + word.length + 2)
}
