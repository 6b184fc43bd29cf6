import type { CommitEvidence } from '../../domain/commit.ts'
import type { SessionCommit } from '../../operations/commits-made.ts'
import type { SessionCommits } from '../../operations/session-commits.ts'
import { formatTimeShort, plural } from '../../domain/format.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { meta, subject } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { printDemoMark, printMore, sessionName, shortHome, titleOf } from './common.ts'

/** `daybook session commits`. */
export function printCommits(view: View, made: SessionCommits): void {
  printDemoMark(view)
  const name = sessionName(made.session)
  if (view.out.terminal) {
    const what = made.total === 0 ? 'no commits' : `${plural(made.total, 'commit')}, newest first`
    view.out.line(subject(name), '  ', titleOf(made.session), ` · ${what}`)
  }
  printTable(view.out, columns(view), made.items)
  printMore(view, made)
  if (!view.out.terminal) return
  if (made.problem !== null) {
    view.out.prose(`Git told nothing: ${made.problem}. These are the commits that the session's output showed.`, {})
  } else if (made.repository !== null) {
    view.out.line(meta(`From its output, and from ${shortHome(view, made.repository)}.`))
  }
  printNext(view, [
    [`daybook files --session ${name}`, 'what it changed'],
    [`daybook session messages ${name}`, 'how it went'],
  ])
}

const KNOWN_BY: Record<CommitEvidence, string> = {
  seen: 'output',
  files: 'files',
  window: 'time',
  shared: 'shared',
}

function columns(view: View): Column<SessionCommit>[] {
  return [
    {
      header: 'COMMIT',
      cell: ({ hash }) => hash.slice(0, 7),
      pipe: { header: 'COMMIT', value: ({ hash }) => hash },
    },
    {
      header: 'KNOWN BY',
      cell: ({ evidence, inRepository }) => (inRepository === false ? 'output, gone' : KNOWN_BY[evidence]),
      pipe: { header: 'EVIDENCE', value: ({ evidence }) => evidence },
    },
    {
      header: 'IN_REPOSITORY',
      pipeOnly: true,
      cell: () => '',
      pipe: {
        header: 'IN_REPOSITORY',
        value: ({ inRepository }) => (inRepository === null ? null : String(inRepository)),
      },
    },
    {
      header: 'WHEN',
      align: 'right',
      cell: ({ at }) => formatTimeShort(Date.parse(at), view.nowMs, view.timezone),
      pipe: { header: 'AT', value: ({ at }) => at },
    },
    {
      header: 'SUBJECT',
      cell: ({ subject: said }) => (said === '' ? meta('no subject') : said),
      shrink: 10,
      comfort: 24,
      pipe: { header: 'SUBJECT', value: ({ subject: said }) => said },
    },
  ]
}
