import * as z from 'zod/mini'
import type { Picture } from '../domain/picture.ts'
import { sessionWord, text } from './fields.ts'
import { oneSession } from './filter.ts'
import { defineOperation } from './operation.ts'
import { entryOf } from './session-entry.ts'
import { type SessionName, sessionName } from './session-view.ts'

/** Pictures of one entry, as the agent kept them. */
export interface SessionPictures {
  session: SessionName
  /** In the order of the record; none where it only names a file. */
  items: Picture[]
}

export const sessionPictures = defineOperation({
  name: 'session.pictures',
  summary: 'Show the pictures that an entry of a session holds.',
  input: z.object({ session: sessionWord, entry: text('the entry, by its id') }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  async handle(context, { session: word, entry: id }): Promise<SessionPictures> {
    const session = await oneSession(context, word)
    const found = await entryOf(context, session, id)
    return { session: sessionName(session), items: await context.history.pictures(found.transcriptId, found.record) }
  },
})
