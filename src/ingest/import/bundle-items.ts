import * as z from 'zod/mini'
import { CONTEXT_CHANGES } from '../../domain/context.ts'
import { AppError } from '../../domain/errors.ts'
import { INTERVAL_SOURCES } from '../../domain/frame-interval.ts'
import type { BundleItem } from '../../domain/bundle.ts'
import { HANDOFF_STATES } from '../../domain/handoff.ts'
import { PROJECT_IDENTITIES } from '../../domain/project.ts'
import { CHANNELS, RELATIONS, SESSION_KINDS, SESSION_STATUSES, TITLE_SOURCES } from '../../domain/session.ts'
import {
  DELEGATIONS,
  NOTE_KINDS,
  PRIORITIES,
  TICKET_ACTIONS,
  TICKET_KINDS,
  TICKET_RELATIONS,
  TICKET_STATUSES,
} from '../../domain/ticket.ts'
import { TRANSCRIPT_KINDS } from '../../domain/transcript.ts'

const word = z.string().check(z.minLength(1), z.maxLength(1000))
const text = z.nullable(z.string())
const at = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/))
const moment = z.nullable(at)
const count = z.int().check(z.gte(0))
const uuid = z.string().check(z.regex(/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/))
const hash = z.string().check(z.regex(/^[0-9a-f]{16,128}$/))
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/))
const named = z.object({ tracker: word, ref: word })
const own = { session: uuid }
const inTranscript = { ...own, transcript: count }
const bytes = { text: z.optional(z.string()), base64: z.optional(z.string()) }

/** What each item of a bundle must be. What it has beside that is left out. */
export const ITEMS = {
  bundle: z.object({ version: count }),
  end: z.object({ sessions: count }),
  ticket: z.object({
    ...named.shape,
    kind: z.enum(TICKET_KINDS),
    parentRef: text,
    title: text,
    description: text,
    status: z.enum(TICKET_STATUSES),
    priority: z.enum(PRIORITIES),
    estimateMinutes: z.nullable(count),
    summary: text,
    tags: z.array(z.string()),
    assignee: text,
    delegation: z.enum(DELEGATIONS),
    url: text,
    createdBy: z.string(),
    closedAt: moment,
    closedBy: text,
    notes: z.array(z.object({ kind: z.enum(NOTE_KINDS), text: z.string(), at, by: z.string() })),
    relations: z._default(
      z.array(z.object({ ...named.shape, kind: z.enum(TICKET_RELATIONS), at, by: z.string() })),
      [],
    ),
  }),
  session: z.object({
    id: uuid,
    key: text,
    refPrefix: z.string().check(z.regex(/^[a-z]{2}$/)),
    agent: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/)),
    externalId: word,
    project: z.nullable(z.object({ identityKind: z.enum(PROJECT_IDENTITIES), identity: word, name: word, root: word })),
    kind: z.enum(SESSION_KINDS),
    channel: z.enum(CHANNELS),
    title: text,
    titleSource: z.nullable(z.enum(TITLE_SOURCES)),
    purpose: text,
    tags: z.array(z.string()),
    status: z.enum(SESSION_STATUSES),
    parent: z.nullable(uuid),
    relation: z.nullable(z.enum(RELATIONS)),
    gitBranch: text,
    cwd: text,
    agentVersion: text,
    userId: text,
    agentName: text,
    clientName: text,
    customMetadata: z.record(z.string(), z.unknown()),
    implicit: z.boolean(),
    optedOut: z.boolean(),
    summaryMarkdown: text,
    compactMarkdown: text,
    archivedAt: moment,
    starredAt: moment,
    pausedAt: moment,
    resumedAt: moment,
    openedAt: moment,
    calledAt: moment,
    endedAt: moment,
    startedAt: at,
    lastActivityAt: at,
    chains: z._default(z.array(z.object({ name: word, sequence: count, hash: sha256 })), []),
  }),
  transcript: z.object({
    ...inTranscript,
    agent: word,
    kind: z.enum(TRANSCRIPT_KINDS),
    externalId: word,
    path: z.string().check(z.minLength(1), z.maxLength(4096)),
    parentCallId: text,
    title: text,
    baseRecord: count,
    nextRecord: count,
    nextLine: count,
    offset: count,
  }),
  blob: z.object({ hash, ...bytes }),
  frame: z.object({
    ...inTranscript,
    firstRecord: count,
    recordCount: count,
    part: z.nullable(count),
    sourceOffset: count,
    sourceBytes: count,
    blobs: z.array(z.tuple([count, hash])),
    ...bytes,
  }),
  attachment: z.object({ ...inTranscript, relativePath: word, blob: hash, sizeBytes: count }),
  interval: z.object({
    ...own,
    transcript: z.nullable(count),
    stack: z.array(z.object({ ...named.shape, kind: z.enum(TICKET_KINDS) })),
    fromAt: moment,
    toAt: moment,
    optedOut: z.boolean(),
    change: z.enum(CONTEXT_CHANGES),
    source: z.enum(INTERVAL_SOURCES),
    by: z.string(),
    why: text,
    callId: text,
  }),
  link: z.object({ ...own, ticket: z.nullable(named), action: z.enum(TICKET_ACTIONS), at, by: z.string() }),
  note: z.object({ ...own, entryId: text, text: z.string(), at, by: z.string() }),
  data: z.object({ ...own, name: word, value: z.unknown() }),
  handoff: z.object({
    ...own,
    version: count,
    payload: z.record(z.string(), z.unknown()),
    markdown: z.string(),
    offeredAt: at,
    offeredBy: z.string(),
    // Version 1 ends here: such a handoff is history.
    id: z.optional(uuid),
    ticket: z._default(z.nullable(named), null),
    state: z._default(z.enum(HANDOFF_STATES), 'expired'),
    shownAt: z._default(moment, null),
    shownToSessionId: z._default(z.nullable(uuid), null),
    acceptedAt: z._default(moment, null),
    acceptedBy: z._default(text, null),
    acceptedBySessionId: z._default(z.nullable(uuid), null),
    supersededAt: z._default(moment, null),
    supersededById: z._default(z.nullable(uuid), null),
    expiredAt: z._default(moment, null),
  }),
  time: z.object({ ...own, from: at, last: at, to: moment }),
  activity: z.object({
    ...own,
    chain: word,
    sequence: count,
    at,
    actor: z.string(),
    action: word,
    target: z.string(),
    payload: text,
    salt: text,
    payloadHash: sha256,
    previousHash: sha256,
    hash: sha256,
    erasedAt: moment,
  }),
} as const

export type ItemOf<Type extends keyof typeof ITEMS> = z.output<(typeof ITEMS)[Type]>

/** @throws AppError `invalid` naming the line and the field */
export function checked<Type extends keyof typeof ITEMS>(type: Type, item: BundleItem, line: number): ItemOf<Type> {
  const parsed = z.safeParse(ITEMS[type], item)
  if (parsed.success) return parsed.data as ItemOf<Type>
  const field = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new AppError('invalid', `line ${line} of the bundle: ${type}.${field} is not what it must be`, {
    hint: 'daybook export --all --to bundle.json',
  })
}

/** @throws AppError `invalid` where neither form is there */
export function bytesOf({ text: said, base64 }: { text?: string; base64?: string }, line: number): Buffer {
  if (said !== undefined) return Buffer.from(said, 'utf8')
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  throw new AppError('invalid', `line ${line} of the bundle has neither text nor base64`)
}
