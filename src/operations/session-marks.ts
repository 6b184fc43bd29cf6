import * as z from 'zod/mini'
import { AppError } from '../domain/errors.ts'
import { readTags } from '../domain/tag.ts'
import { sessionWord, text } from './fields.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { type ChangedSessions, changeSessions } from './session-changes.ts'

const sessions = z.array(sessionWord).check(z.minLength(1), z.describe('sessions, each by key, ref, number or id'))
const errors = ['not_found', 'conflict'] as const
const seeAlso = ['session list', 'session show', 'activity list']

export const starSessions = defineOperation({
  name: 'session.star',
  summary: 'Put a star on sessions that matter.',
  input: z.object({ sessions }),
  errors,
  effect: 'write',
  cli: {
    args: ['sessions...'],
    examples: [{ command: 'daybook session star 1', says: 'then daybook session list --starred finds it' }],
    seeAlso,
  },
  handle: (context, { sessions: words }): Promise<ChangedSessions> =>
    changeSessions(context, words, {
      action: 'session.starred',
      of: ({ starredAt }) => (starredAt === null ? { starredAt: now(context) } : undefined),
      payload: () => ({}),
    }),
})

export const unstarSessions = defineOperation({
  name: 'session.unstar',
  summary: 'Take the star off sessions.',
  input: z.object({ sessions }),
  errors,
  effect: 'write',
  cli: { args: ['sessions...'], examples: [{ command: 'daybook session unstar 1', says: 'without a star' }], seeAlso },
  handle: (context, { sessions: words }): Promise<ChangedSessions> =>
    changeSessions(context, words, {
      action: 'session.unstarred',
      of: ({ starredAt }) => (starredAt === null ? undefined : { starredAt: null }),
      payload: ({ starredAt }) => ({ starredAt }),
    }),
})

export const archiveSessions = defineOperation({
  name: 'session.archive',
  summary: 'Put sessions away: lists leave them out, search and sums do not.',
  input: z.object({ sessions }),
  errors,
  effect: 'write',
  cli: {
    args: ['sessions...'],
    examples: [{ command: 'daybook session archive 1', says: 'listed only with --archived or --status archived' }],
    seeAlso,
  },
  handle: (context, { sessions: words }): Promise<ChangedSessions> =>
    changeSessions(context, words, {
      action: 'session.archived',
      of: ({ archivedAt }) => (archivedAt === null ? { archivedAt: now(context) } : undefined),
      payload: () => ({}),
    }),
})

export const unarchiveSessions = defineOperation({
  name: 'session.unarchive',
  summary: 'Bring archived sessions back into lists.',
  input: z.object({ sessions }),
  errors,
  effect: 'write',
  cli: { args: ['sessions...'], examples: [{ command: 'daybook session unarchive 1', says: 'listed again' }], seeAlso },
  handle: (context, { sessions: words }): Promise<ChangedSessions> =>
    changeSessions(context, words, {
      action: 'session.unarchived',
      of: ({ archivedAt }) => (archivedAt === null ? undefined : { archivedAt: null }),
      payload: ({ archivedAt }) => ({ archivedAt }),
    }),
})

const tags = z.array(text('tags, in small letters')).check(z.minLength(1), z.describe('tags, in small letters'))

export const tagSession = defineOperation({
  name: 'session.tag',
  summary: 'Put tags on a session.',
  input: z.object({ session: sessionWord, tags }),
  errors,
  effect: 'write',
  cli: {
    args: ['session', 'tags...'],
    examples: [
      { command: 'daybook session tag 1 offline tides', says: 'then daybook session list --tag tides finds it' },
    ],
    seeAlso,
  },
  async handle(context, input): Promise<ChangedSessions> {
    const added = readTags(input.tags)
    return changeSessions(context, [input.session], {
      action: 'session.tagged',
      of: (session) => {
        const all = [...new Set([...session.tags, ...added])]
        return all.length > session.tags.length ? { tags: all } : undefined
      },
      payload: (before, after) => ({ tags: after.tags.filter((tag) => !before.tags.includes(tag)) }),
    })
  },
})

export const untagSession = defineOperation({
  name: 'session.untag',
  summary: 'Take tags off a session.',
  input: z.object({ session: sessionWord, tags }),
  errors,
  effect: 'write',
  cli: {
    args: ['session', 'tags...'],
    examples: [{ command: 'daybook session untag 1 offline', says: 'the other tags stay' }],
    seeAlso,
  },
  async handle(context, input): Promise<ChangedSessions> {
    const taken = readTags(input.tags)
    return changeSessions(context, [input.session], {
      action: 'session.untagged',
      of: (session) => {
        const left = session.tags.filter((tag) => !taken.includes(tag))
        return left.length < session.tags.length ? { tags: left } : undefined
      },
      payload: (before, after) => ({ tags: before.tags.filter((tag) => !after.tags.includes(tag)) }),
    })
  },
})

const LONGEST_TITLE = 200

export const renameSession = defineOperation({
  name: 'session.rename',
  summary: 'Give a session a title of your own, which nothing read later replaces.',
  input: z.object({ session: sessionWord, title: text('the title, 200 characters at most') }),
  errors,
  effect: 'write',
  cli: {
    args: ['session', 'title'],
    examples: [{ command: 'daybook session rename 1 "Plan the offline tables"', says: 'the title from now on' }],
    seeAlso,
  },
  async handle(context, input): Promise<ChangedSessions> {
    const title = (await context.redact(input.title)).replace(/\s+/g, ' ').trim()
    if (title.length > LONGEST_TITLE) {
      throw new AppError('invalid', `the title has ${title.length} characters, above ${LONGEST_TITLE}`, {
        hint: 'a note takes longer text: daybook session note',
      })
    }
    return changeSessions(context, [input.session], {
      action: 'session.renamed',
      of: (session) =>
        session.title === title && session.titleSource === 'user' ? undefined : { title, titleSource: 'user' },
      payload: (before, after) => ({ from: before.title, to: after.title }),
    })
  },
})

function now({ clock }: OperationContext): string {
  return new Date(clock.now()).toISOString()
}
