import type { NoteView } from '../../operations/notes.ts'
import type { Page } from '../../stores/page.ts'
import { printTable } from '../table.ts'
import { meta, subject } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { clock, printDemoMark, printMore, sessionName, titleOf } from './common.ts'

/** `daybook session note`. */
export function printNote(view: View, note: NoteView): void {
  if (!view.out.terminal) {
    printTable(view.out, PIPE, [note])
    return
  }
  printDemoMark(view)
  const name = sessionName(note.session)
  const on = note.entryId === null ? '' : ` on #${note.entryId}`
  view.out.line(subject(name), '  ', titleOf(note.session), ` · note ${note.id}${on}`)
  printNext(view, [
    [`daybook session notes ${name}`, 'all notes on it'],
    [`daybook session unnote ${note.id}`, 'delete this one'],
  ])
}

/** `daybook session notes`. */
export function printNotes(view: View, page: Page<NoteView>): void {
  if (!view.out.terminal) {
    printTable(view.out, PIPE, page.items)
    printMore(view, page)
    return
  }
  printDemoMark(view)
  const [newest] = page.items
  if (!newest) {
    view.out.line('No note is written yet.')
    printNext(view, [['daybook session list', 'the sessions a note can be on']])
    return
  }
  for (const note of page.items) {
    const on = note.entryId === null ? '' : ` · #${note.entryId}`
    const facts = ` · note ${note.id} · ${note.by} · ${clock(view, note.at)}${on}`
    view.out.line(subject(sessionName(note.session)), '  ', titleOf(note.session), meta(facts))
    view.out.prose(note.text, { indent: 2, first: '  ' })
  }
  printMore(view, page)
  printNext(view, [
    [`daybook session show ${sessionName(newest.session)}`, 'the session of the newest'],
    [`daybook session unnote ${newest.id}`, 'delete the newest'],
  ])
}

/** `daybook session unnote`. */
export function printUnnoted(view: View, note: NoteView): void {
  if (!view.out.terminal) {
    printTable(view.out, PIPE, [note])
    return
  }
  view.out.line(`Note ${note.id} on ${sessionName(note.session)} is deleted.`)
  printNext(view, [[`daybook session notes ${sessionName(note.session)}`, 'what is left']])
}

const PIPE = [
  { header: 'NOTE', cell: ({ id }: NoteView) => String(id) },
  { header: 'SESSION', cell: ({ session }: NoteView) => sessionName(session) },
  { header: 'ENTRY', cell: ({ entryId }: NoteView) => entryId ?? '' },
  { header: 'AT', cell: ({ at }: NoteView) => at },
  { header: 'BY', cell: ({ by }: NoteView) => by },
  { header: 'TEXT', cell: ({ text }: NoteView) => text },
]
