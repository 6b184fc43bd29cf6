import * as z from 'zod/mini'
import { AppError } from '../domain/errors.ts'
import { readTags } from '../domain/tag.ts'
import type { SessionChange } from '../stores/session-store.ts'
import { map, sessionWord, text } from './fields.ts'
import { name, oneSession } from './filter.ts'
import { defineOperation } from './operation.ts'
import { record } from './record.ts'
import { LONGEST, said, saidValue, small } from './said.ts'
import { type SessionView, sessionView } from './session-view.ts'

export const updateSession = defineOperation({
  name: 'session.update',
  summary: 'Change what a session is for, its tags and facts of your own.',
  input: z.object({
    session: sessionWord,
    purpose: z.optional(text('what it is for')),
    tags: z.optional(z.array(text('a tag')).check(z.describe('its tags from now on, in place of those it has'))),
    customMetadata: z.optional(map('facts of your own, by name: added to those it has')),
  }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  cli: {
    args: ['session'],
    examples: [
      { command: 'daybook session update nightly-1 --tags tides,offline', says: 'these tags and no others' },
      { command: 'daybook session update nightly-1 --custom-metadata team=north', says: 'beside the facts it has' },
    ],
    seeAlso: ['session tag', 'session rename', 'session show'],
  },
  mcp: async () => (await import('./compat/keeping-tools.ts')).updateSessionMetadata,
  async handle(context, input): Promise<SessionView> {
    const session = await oneSession(context, input.session)
    const change: SessionChange = {}
    if (input.purpose !== undefined) change.purpose = await said(context, 'the purpose', input.purpose, LONGEST.note)
    if (input.tags !== undefined) change.tags = readTags(input.tags)
    const facts = input.customMetadata && (await saidValue(context, 'the metadata', input.customMetadata))
    if (Object.keys(change).length === 0 && facts === undefined) {
      throw new AppError('invalid', 'nothing was said of what is to change', {
        hint: `daybook session update ${name(session)} --purpose "what it is for"`,
      })
    }
    return context.store.transaction(async (tx) => {
      const before = await tx.sessions.get(session.id)
      if (facts) change.customMetadata = small('the metadata', { ...before.customMetadata, ...facts })
      const after = await tx.sessions.update(session.id, change)
      await tx.sessions.touch(session.id, context.clock.now())
      await record(tx, context, session.id, 'session.updated', { fields: Object.keys(change), tags: after.tags })
      return sessionView(await tx.sessions.get(session.id))
    })
  },
})
