import * as z from 'zod/mini'
import { AppError } from '../domain/errors.ts'
import type { Note } from '../domain/note.ts'
import type { Page } from '../stores/page.ts'
import { pageFields, sessionWord, text } from './fields.ts'
import { oneSession } from './filter.ts'
import { defineOperation } from './operation.ts'
import { pageOf } from './page.ts'
import { record } from './session-changes.ts'
import { entryOf } from './session-entry.ts'
import { type SessionName, sessionName } from './session-view.ts'

/** A note with the session it is about, named. */
export type NoteView = Note & { session: SessionName }

const LONGEST_NOTE = 20_000

export const addNote = defineOperation({
  name: 'session.note',
  summary: 'Write a note on a session, or on one entry of it.',
  input: z.object({
    session: sessionWord,
    text: text('what to keep, 20,000 characters at most'),
    entry: z.optional(text('the entry it is about: its id, as search and messages show it')),
  }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  cli: {
    args: ['session', 'text'],
    examples: [{ command: 'daybook session note 1 "The reader is the hard part"', says: 'kept with your name' }],
    seeAlso: ['session notes', 'session unnote', 'session show'],
  },
  async handle(context, input): Promise<NoteView> {
    const said = (await context.redact(input.text)).trim()
    if (said.length > LONGEST_NOTE) {
      throw new AppError('too_large', `the note has ${said.length} characters, above ${LONGEST_NOTE}`)
    }
    const found = await oneSession(context, input.session)
    const entryId = input.entry === undefined ? null : (await entryOf(context, found, input.entry)).id
    return context.store.transaction(async (tx) => {
      // Who comments on a session works with it: it gets its key.
      const session = await tx.sessions.assignKey(found.id)
      const at = new Date(context.clock.now()).toISOString()
      // The log keeps no text: a note that is deleted is gone.
      const note = await tx.notes.add({ sessionId: found.id, entryId, text: said, at, by: context.actor })
      await record(context, tx, found.id, 'session.noted', { note: note.id, entryId })
      return { ...note, session: sessionName(session) }
    })
  },
})

export const listNotes = defineOperation({
  name: 'session.notes',
  summary: 'List notes, newest first, of one session or of all.',
  input: z.object({ session: z.optional(sessionWord), ...pageFields(50) }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  cli: {
    args: ['session'],
    examples: [{ command: 'daybook session notes', says: 'all notes' }],
    seeAlso: ['session note', 'session unnote'],
  },
  async handle(context, { session, limit, cursor }): Promise<Page<NoteView>> {
    const sessionId = session === undefined ? undefined : (await oneSession(context, session)).id
    const page = pageOf(await context.store.notes.list({ sessionId }), { limit, cursor })
    const named = page.items.map(async (note): Promise<NoteView> => {
      return { ...note, session: sessionName(await context.store.sessions.get(note.sessionId)) }
    })
    return { ...page, items: await Promise.all(named) }
  },
})

export const removeNote = defineOperation({
  name: 'session.unnote',
  summary: 'Delete a note.',
  input: z.object({ note: z.int().check(z.gte(1), z.describe('the number of the note')) }),
  errors: ['not_found'],
  effect: 'destroy',
  cli: {
    args: ['note'],
    examples: [{ command: 'daybook session unnote 1 --yes', says: 'the first note ever written, gone' }],
    seeAlso: ['session notes'],
  },
  async handle(context, input): Promise<NoteView> {
    return context.store.transaction(async (tx) => {
      const note = await tx.notes.get(input.note)
      const session = await tx.sessions.get(note.sessionId)
      await tx.notes.remove(note.id)
      await record(context, tx, session.id, 'session.unnoted', { note: note.id, entryId: note.entryId })
      return { ...note, session: sessionName(session) }
    })
  },
})
