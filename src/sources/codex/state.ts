import type { FileChangeDraft } from '../batch.ts'
import type { TokenTotals } from './usage.ts'

/** What the parser remembers between records. JSON: it lies in the reading cursor, so everything in it is bounded. */
export interface State {
  kind: 'main' | 'subagent'
  /** The thread that the file is, from its name until a `session_meta` says so. */
  thread: string
  /** Session the transcript feeds: the thread itself, or for a subagent the thread at the root. */
  session: string
  /** The first `session_meta` was read: only that one speaks of this file. */
  metaSeen: boolean
  /** The file began as a fork: its first running total holds what the parent spent. */
  forked: boolean
  /** Thread that the last `session_meta` named: in a copied stretch, the one it was copied from. */
  lineage: string
  /** Turn that the records belong to, empty before versions that name turns. */
  turn: string
  /** Hash of the user messages since the last `session_meta`: names records where no turn has an id. */
  chain: number
  /** How often the same words came in this turn, by hash, for records without an id of their own. */
  ranks: Record<string, number>
  cwd: string
  model: string
  serviceTier: string
  /** Time of the last record that had a good one; 0 before. */
  lastAtMs: number
  /** A prompt is waiting for its answer. */
  prompted: boolean
  /** Records of the last prompts, oldest first: a rewind takes back what came from one of them on. */
  prompts: number[]
  /** Strength of the title so far, see `titles.ts`. */
  titleRank: number
  /** Last running total of tokens; null before the first. */
  totals: TokenTotals | null
  /** Counts of the last `token_usage_record` until the `token_count` that repeats them. */
  recorded: string
  /** Calls whose outcome is told in more than one place, by id, oldest first. */
  calls: Record<string, PendingCall>
  /** Last call without an id, for results that name no call. */
  looseCall: string
}

/** What is known of a call while its outcome comes in. */
export interface PendingCall {
  /** Record of its result, once that was read. */
  result?: number
  exitCode?: number
  durationMs?: number
  failed?: boolean
  /** Subject line of the commit that its command makes. */
  commit?: string
  /** What its patch would change, until it is known whether it did. */
  changes?: Omit<FileChangeDraft, 'callId' | 'atMs'>[]
  /** It starts a subagent. */
  spawns?: boolean
}

export function initialState(ref: {
  externalId: string
  sessionExternalId?: string
  kind: 'main' | 'subagent'
}): State {
  return {
    kind: ref.kind,
    thread: ref.externalId,
    session: ref.sessionExternalId ?? ref.externalId,
    metaSeen: false,
    forked: false,
    lineage: ref.externalId,
    turn: '',
    chain: 0,
    ranks: {},
    cwd: '',
    model: '',
    serviceTier: '',
    lastAtMs: 0,
    prompted: false,
    prompts: [],
    titleRank: 0,
    totals: null,
    recorded: '',
    calls: {},
    looseCall: '',
  }
}

const CALLS = 64

/** Remembers a call; the oldest goes when there are too many. */
export function rememberCall(state: State, callId: string, call: PendingCall): void {
  state.calls[callId] = call
  const ids = Object.keys(state.calls)
  if (ids.length > CALLS) delete state.calls[ids[0]!]
}

export function pendingCall(state: State, callId: string): PendingCall | undefined {
  return Object.hasOwn(state.calls, callId) ? state.calls[callId] : undefined
}
