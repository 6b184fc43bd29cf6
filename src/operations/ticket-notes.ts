import { resolve } from 'node:path'
import * as z from 'zod/mini'
import { AppError, shownValue } from '../domain/errors.ts'
import type { NoteKind, TicketNote } from '../domain/ticket.ts'
import { putAwayWords } from './attach.ts'
import { sessionWord, text } from './fields.ts'
import { name } from './filter.ts'
import { checkOpen } from './move-context.ts'
import { enterSession, isPutAway } from './open-session.ts'
import { openTicketHint } from './open-ticket-hint.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { record } from './record.ts'
import { LONGEST, said } from './said.ts'
import { type Changed, changedReply } from './standing.ts'
import { findSession, isAtHand, isNameless, unnamed } from './which-session.ts'

export interface Noted extends Changed {
  note: TicketNote
  /** Updates and notes on the ticket so far. */
  updates: number
}

const session = z.optional(sessionWord)
const errors = ['not_found', 'conflict', 'too_large'] as const

export const updateTask = defineOperation({
  name: 'task.update',
  summary: 'Say how the current ticket goes.',
  input: z.object({ text: text('how it goes, 20,000 characters at most'), session }),
  errors,
  effect: 'write',
  cli: {
    path: ['update'],
    args: ['text'],
    examples: [{ command: 'daybook update "The reader falls back to the network"', says: 'on the current ticket' }],
    seeAlso: ['note', 'log', 'done'],
  },
  mcp: async () => (await import('./compat/task-tools.ts')).taskUpdate,
  handle: (context, input) => addNote(context, 'update', input.text, input.session),
})

export const noteTask = defineOperation({
  name: 'task.note',
  summary: 'Keep a decision, or what to remember, on the current ticket.',
  input: z.object({ text: text('what to keep, 20,000 characters at most'), session }),
  errors,
  effect: 'write',
  cli: {
    path: ['note'],
    args: ['text'],
    examples: [{ command: 'daybook note "The age lies in the header, not in a side file"', says: 'a decision' }],
    seeAlso: ['update', 'log', 'session note'],
  },
  mcp: async () => (await import('./compat/task-tools.ts')).taskNote,
  handle: (context, input) => addNote(context, 'note', input.text, input.session),
})

export const logTask = defineOperation({
  name: 'task.log',
  summary: 'Log what was done or made for the current ticket.',
  input: z.object({
    text: z.optional(text('what was done, 20,000 characters at most')),
    artifact: z.optional(text('a file that was made, by its path')),
    session,
  }),
  errors,
  effect: 'write',
  cli: {
    path: ['log'],
    args: ['text'],
    examples: [
      { command: 'daybook log "Measured: 40 ms a table"', says: 'what was done' },
      { command: 'daybook log --artifact docs/tables.md', says: 'what was made' },
    ],
    seeAlso: ['update', 'note', 'activity list'],
  },
  handle(context, input) {
    const { text: words, artifact } = input
    if (words === undefined && artifact === undefined) {
      throw new AppError('invalid', 'nothing to log: neither words nor an artifact', {
        hint: 'daybook log "what was done"',
      })
    }
    return addNote(context, 'log', words, input.session, artifact)
  },
})

/** Writes on the current ticket. With none, nothing is stored, not even a session. */
async function addNote(
  context: OperationContext,
  kind: NoteKind,
  words: string | undefined,
  sessionName: string | undefined,
  artifact?: string,
): Promise<Noted> {
  const { store, clock, actor } = context
  const path = artifact === undefined ? undefined : artifactPath(context, artifact)
  const written = words === undefined ? undefined : await said(context, `the ${kind}`, words, LONGEST.note)
  const found = await findSession(context, sessionName)
  if (found === undefined && isNameless(context)) throw unnamed()
  if (found === undefined || found.session.stack.length === 0)
    throw await nothingActive(context, found && name(found.session))
  // One that fell silent for a day is alive again, as with any other call; one that was put away is not.
  if (isPutAway(found.session) || !isAtHand(found.session)) checkOpen(found.session, `no ${kind} can be added`)
  const entered = await enterSession(context, sessionName)
  const current = entered.session.stack.at(-1)
  if (current === undefined) throw await nothingActive(context, name(entered.session), putAwayWords(entered.putAway))
  const at = new Date(clock.now()).toISOString()
  const whole = [written, path && `artifact: ${path}`].filter((part) => part !== undefined).join('\n')
  const note = await store.transaction(async (tx) => {
    const sessionId = entered.session.id
    const made = await tx.tickets.addNote({ ticketId: current.ticketId, sessionId, kind, text: whole, at, by: actor })
    const payload = { ticket: current.ref, note: made.id, ...(path === undefined ? {} : { artifact: path }) }
    await record(tx, context, sessionId, LOGGED[kind], payload)
    return made
  })
  const message = `${{ update: 'Update', note: 'Note', log: 'Logged' }[kind]} on ${current.ref}`
  const reply = await changedReply(context, 'update', { sessionId: entered.session.id, why: entered.why }, { message })
  return { ...reply, note, updates: await updatesOn(context, current.ticketId) }
}

const LOGGED: Record<NoteKind, string> = { update: 'ticket.updated_on', note: 'ticket.noted', log: 'ticket.logged' }

/** Updates and notes that somebody wrote on a ticket. */
export async function updatesOn({ store }: Pick<OperationContext, 'store'>, ticketId: string): Promise<number> {
  return (await store.tickets.notes({ ticketId, kinds: ['update', 'note'] }, { limit: 1 })).total
}

/** What to do where no ticket is current. */
export async function nothingActive(
  { store }: Pick<OperationContext, 'store'>,
  session: string | undefined,
  details: readonly string[] = [],
): Promise<AppError> {
  const where = session === undefined ? 'here' : `in ${session}`
  return new AppError('conflict', `no task is active ${where}; nothing was stored`, {
    details,
    hint: await openTicketHint(store, 'task activate'),
  })
}

/** A path as text; nothing is read from it. */
function artifactPath({ caller }: OperationContext, word: string): string {
  const path = word.trim()
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (path.length <= 4096 && !/[\u0000-\u001f\u007f]/.test(path)) return resolve(caller.cwd, path)
  throw new AppError('invalid', `artifact ${shownValue(word)} is not a path`)
}
