import type { ChangedSessions } from '../../operations/session-changes.ts'
import type { SessionView } from '../../operations/session-view.ts'
import { printTable } from '../table.ts'
import { oneLine } from '../sanitize.ts'
import { meta, subject } from '../text.ts'
import type { Text } from '../text.ts'
import { printNext, quote } from '../view.ts'
import type { View } from '../view.ts'
import { printDemoMark, sessionName, titleOf } from './common.ts'

type Next = readonly (readonly [command: string, says: string])[]

/** `daybook session star` and `unstar`. */
export function printStarred(view: View, reply: ChangedSessions): void {
  const stars = reply.items.every(({ starredAt }) => starredAt !== null)
  printChanged(view, reply, () => (stars ? 'has a star' : 'has no star'), [
    ['daybook session list --starred', 'all that have one'],
    [`daybook session ${stars ? 'unstar' : 'star'} ${names(reply)}`, 'back again'],
  ])
}

/** `daybook session archive` and `unarchive`. */
export function printArchived(view: View, reply: ChangedSessions): void {
  const away = reply.items.every(({ archivedAt }) => archivedAt !== null)
  const says = away ? 'is archived: lists leave it out' : 'is listed'
  printChanged(view, reply, () => says, [
    away ? ['daybook session list --status archived', 'all that are'] : ['daybook session list', 'the newest 20'],
    [`daybook session ${away ? 'unarchive' : 'archive'} ${names(reply)}`, 'back again'],
  ])
}

/** `daybook session tag` and `untag`. */
export function printTagged(view: View, reply: ChangedSessions): void {
  const [tag] = reply.items.flatMap(({ tags }) => tags)
  const says = ({ tags }: SessionView): string => (tags.length === 0 ? 'has no tag' : `tags: ${tags.join(', ')}`)
  const others: Next = tag === undefined ? [] : [[`daybook session list --tag ${quote(tag)}`, 'all that have it']]
  printChanged(view, reply, says, [...others, [`daybook session show ${names(reply)}`, 'what it took and changed']])
}

/** `daybook session rename`. */
export function printRenamed(view: View, reply: ChangedSessions): void {
  printChanged(view, reply, () => 'is its title from now on', [
    [`daybook session show ${names(reply)}`, 'what it took and changed'],
    ['daybook activity list --action session.renamed', 'the titles before'],
  ])
}

function printChanged(view: View, reply: ChangedSessions, says: (session: SessionView) => string, next: Next): void {
  if (!view.out.terminal) {
    printTable(
      view.out,
      PIPE,
      reply.items.map((session) => ({ session, changed: reply.changed.includes(session.id) })),
    )
    return
  }
  printDemoMark(view)
  for (const session of reply.items) {
    const before: Text = reply.changed.includes(session.id) ? '' : meta(', as before')
    view.out.line(subject(sessionName(session)), '  ', titleOf(session), ` · ${oneLine(says(session))}`, before)
  }
  printNext(view, next)
}

function names({ items }: ChangedSessions): string {
  return items.map(sessionName).join(' ')
}

interface Row {
  session: SessionView
  changed: boolean
}

const PIPE = [
  { header: 'KEY', cell: ({ session }: Row) => sessionName(session) },
  { header: 'CHANGED', cell: ({ changed }: Row) => String(changed) },
  { header: 'TITLE', cell: ({ session }: Row) => session.title ?? '' },
  { header: 'TAGS', cell: ({ session }: Row) => session.tags.join(',') },
  { header: 'STARRED_AT', cell: ({ session }: Row) => session.starredAt ?? '' },
  { header: 'ARCHIVED_AT', cell: ({ session }: Row) => session.archivedAt ?? '' },
]
