import type { TokenCounts } from './usage.ts'
import { KEPT_ROLES, type KeptRole } from './session.ts'

/** What a model used for an answer, as a program told it. Counts that are absent are 0. */
export interface KeptUsage extends Partial<Omit<TokenCounts, 'cacheWrite1hTokens'>> {
  model: string
  /** Micro-dollars, where the program knows them; else they are worked out from the tokens. */
  costMicrodollars?: number
}

/** Something that was said in a session, as a program told it. */
export interface KeptMessage {
  type: 'message'
  /** Unique everywhere: a UUID. */
  id: string
  /** ISO-8601 UTC. */
  at: string
  role: KeptRole
  content: string
  toolName?: string
  /** The caller's own id of the call it belongs to. */
  invocationId?: string
  usage?: KeptUsage
}

/** A tool call that a program linked to a session, once it had run. */
export interface KeptInvocation {
  type: 'invocation'
  id: string
  /** When it was linked, or when it ended. */
  at: string
  /** The caller's own id. */
  invocationId: string
  tool: string
  server?: string
  /** Where the tool's own files of this call lie. */
  path?: string
  startedAt?: string
  durationMs?: number
  /** Absent where nobody said. */
  outcome?: 'ok' | 'error'
  /** What the tool was asked, and what it answered. */
  input?: unknown
  output?: string
}

/** One line of what programs keep of a session. The archive holds these lines, and everything else is made of them. */
export type KeptRecord = KeptMessage | KeptInvocation

/** The record in a parsed line; `undefined` for anything else. */
export function readKeptRecord(value: unknown): KeptRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const record = value as Fields
  if (!isText(record.id) || !isTime(record.at)) return undefined
  if (record.type === 'message') return readMessage(record)
  return record.type === 'invocation' ? readInvocation(record) : undefined
}

type Fields = Record<string, unknown>

function readMessage(record: Fields): KeptMessage | undefined {
  const { role, content, usage } = record
  if (!KEPT_ROLES.some((known) => known === role) || typeof content !== 'string') return undefined
  if (usage !== undefined && !isKeptUsage(usage)) return undefined
  return record as unknown as KeptMessage
}

function readInvocation(record: Fields): KeptInvocation | undefined {
  const { invocationId, tool, startedAt, durationMs, outcome } = record
  if (!isText(invocationId) || !isText(tool)) return undefined
  if (startedAt !== undefined && !isTime(startedAt)) return undefined
  if (durationMs !== undefined && !(typeof durationMs === 'number' && durationMs >= 0)) return undefined
  if (outcome !== undefined && outcome !== 'ok' && outcome !== 'error') return undefined
  return record as unknown as KeptInvocation
}

/** What stands in a line as `usage`: a model and counts of whole tokens. */
export function isKeptUsage(value: unknown): value is KeptUsage {
  if (typeof value !== 'object' || value === null) return false
  const { model, ...counts } = value as Fields
  return isText(model) && Object.values(counts).every((count) => Number.isSafeInteger(count) && (count as number) >= 0)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value))
}
