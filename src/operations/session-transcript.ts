import * as z from 'zod/mini'
import type { Entry } from '../domain/entry.ts'
import { AppError, shownValue } from '../domain/errors.ts'
import type { RecordRange } from '../stores/transcript-store.ts'
import { type TranscriptItem, withResults } from './call-view.ts'
import { sessionWord, text } from './fields.ts'
import { oneSession } from './filter.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { entryOf } from './session-entry.ts'
import { type SessionName, sessionName } from './session-view.ts'

/** A stretch of one transcript: what its records [from, to) say. */
export interface TranscriptStretch extends RecordRange {
  session: SessionName
  /** Null where there is none: a person's session has no transcript. */
  transcriptId: number | null
  items: TranscriptItem[]
}

/** Where an entry is, and all that it says. */
export interface EntryShown {
  session: SessionName
  transcriptId: number
  record: number
  /** A call has its result in full; of a result, its call is shown. */
  item: TranscriptItem
}

const MOST_RECORDS = 500
const MOST_ENTRIES = 5000

export const sessionTranscript = defineOperation({
  name: 'session.transcript',
  summary: 'Read a stretch of a transcript by its records, each call with its result.',
  input: z.object({
    session: sessionWord,
    transcript: z.optional(
      z
        .int()
        .check(
          z.gte(1),
          z.describe('a transcript of the session, by the id that session show tells; else the first main one'),
        ),
    ),
    from: z._default(z.int().check(z.gte(0)), 0).check(z.describe('the first record, from 0')),
    count: z
      ._default(z.int().check(z.gte(1), z.lte(MOST_RECORDS)), 64)
      .check(z.describe(`records to read, 1 to ${MOST_RECORDS}`)),
  }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  async handle(context, { session: word, transcript, from, count }): Promise<TranscriptStretch> {
    const session = await oneSession(context, word)
    const transcriptId = await transcriptOf(context, session.id, transcript)
    const range = { from, to: from + count }
    const items = transcriptId === null ? [] : await readStretch(context, transcriptId, range)
    return { session: sessionName(session), transcriptId, ...range, items }
  },
})

export const sessionEntry = defineOperation({
  name: 'session.entry',
  summary: 'Show one entry of a session in full, and where it is.',
  input: z.object({ session: sessionWord, entry: text('the entry, by its id') }),
  errors: ['not_found', 'conflict'],
  effect: 'read',
  async handle(context, { session: word, entry: id }): Promise<EntryShown> {
    const session = await oneSession(context, word)
    const found = await entryOf(context, session, id)
    const { transcriptId } = found
    const filter = { transcriptId, records: { from: found.record, to: found.record + 1 } }
    const { items: calls } = await context.store.invocations.list(filter, { limit: MOST_ENTRIES })
    const call = calls.find(({ resultRecord }) => found.type === 'tool_result' && resultRecord === found.record)
    const at = call?.record ?? found.record
    const items = await readStretch(context, transcriptId, { from: at, to: at + 1 }, true)
    const item = items.find((one) => one.id === id) ?? items.find((one) => one.call?.result?.entryId === id)
    if (!item) throw new AppError('not_found', `entry ${shownValue(id)} was taken back by its agent`)
    return { session: sessionName(session), transcriptId, record: at, item }
  },
})

async function transcriptOf({ store }: OperationContext, sessionId: string, id?: number): Promise<number | null> {
  const transcripts = await store.transcripts.list({ sessionId })
  if (id === undefined) return transcripts.find(({ kind }) => kind === 'main')?.id ?? null
  if (transcripts.some((one) => one.id === id)) return id
  throw new AppError(
    'not_found',
    `no transcript ${id} in this session; it has ${transcripts.map((one) => one.id).join(', ')}`,
  )
}

/** Entries of the range with results beside their calls, those included that were answered later. */
async function readStretch(
  context: OperationContext,
  transcriptId: number,
  range: RecordRange,
  whole = false,
): Promise<TranscriptItem[]> {
  const { store } = context
  const [entries, invocations] = await Promise.all([
    entriesOf(context, transcriptId, range),
    store.invocations.list({ transcriptId, records: range }, { limit: MOST_ENTRIES }),
  ])
  const late = new Set(
    invocations.items.flatMap(({ record, resultRecord }) =>
      record < range.to && resultRecord !== null && resultRecord >= range.to ? [resultRecord] : [],
    ),
  )
  const answers: Entry[] = []
  for (const record of late) {
    const said = await entriesOf(context, transcriptId, { from: record, to: record + 1 })
    answers.push(...said.filter(({ type }) => type === 'tool_result'))
  }
  const early = new Set(
    invocations.items.flatMap(({ record, resultRecord }) =>
      record < range.from && resultRecord !== null ? [resultRecord] : [],
    ),
  )
  const byId = new Map(invocations.items.map((invocation) => [invocation.id, invocation]))
  const beyond = new Set(answers.map(({ id }) => id))
  const isElsewhere = ({ id, record }: Entry): boolean => early.has(record) || beyond.has(id)
  return withResults([...entries, ...answers], byId, isElsewhere, whole)
}

async function entriesOf({ history }: OperationContext, transcriptId: number, records: RecordRange): Promise<Entry[]> {
  const everything = { includeInherited: true, includeSidechain: true, includeInjected: true, includeMeta: true }
  return (await history.entries({ transcriptId, records, ...everything }, { limit: MOST_ENTRIES })).items
}
