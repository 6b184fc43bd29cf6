import type { PlanItem } from '../../domain/entry.ts'

/** What the parser remembers between records. JSON: it lies in the reading cursor, so every list in it is bounded. */
export interface State {
  kind: 'main' | 'subagent'
  externalId: string
  /** Session the transcript belongs to; empty until known. */
  session: string
  /** True while only lines that a subagent may have copied say which session that is. */
  guessed?: boolean
  /** Last id above its own lines that is neither the file's nor its session's: where copied lines came from. */
  foreignSession: string
  /** True once lines of its own followed those. */
  forked?: boolean
  /** First working directory: the project. Later ones follow every `cd`. */
  cwd: string
  /** Time of the last record that had a good one; 0 before. */
  lastAtMs: number
  /** Time of the queue line that a file of 2.1 begins with; 0 when it has none. */
  openedAtMs: number
  /** A prompt is waiting for its answer. */
  prompted: boolean
  /** Hashes of prompts that were queued in mid-turn and may come again as lines of their own, oldest first. */
  queued: number[]
  /** Strength of the title so far, see `titles.ts`. */
  titleRank: number
  /** Last text by kind of title line: they are repeated often. */
  titles: Record<string, string>
  /** Calls whose result will tell more than ok or error, by tool-use id, oldest first. */
  calls: Record<string, PendingCall>
  /** The task list of 2.1 as it stands. */
  tasks: Task[]
}

/** What a result needs to know of its call. */
export interface PendingCall {
  tool: string
  /** Of an edit. */
  path?: string
  /** Subject line of a commit, from the command. */
  commit?: string
  /** Of TaskCreate. */
  subject?: string
  /** Of TaskUpdate. */
  taskId?: string
  status?: string
  /** Of ExitPlanMode. */
  plan?: PlanItem[]
}

export interface Task extends PlanItem {
  id: string
}

export function initialState(ref: {
  externalId: string
  sessionExternalId?: string
  kind: 'main' | 'subagent'
}): State {
  return {
    kind: ref.kind,
    externalId: ref.externalId,
    session: ref.kind === 'main' ? ref.externalId : (ref.sessionExternalId ?? ''),
    foreignSession: '',
    cwd: '',
    lastAtMs: 0,
    openedAtMs: 0,
    prompted: false,
    queued: [],
    titleRank: 0,
    titles: {},
    calls: {},
    tasks: [],
  }
}

const CALLS = 64

/** Remembers a call until its result comes; the oldest goes when there are too many. */
export function rememberCall(state: State, callId: string, call: PendingCall): void {
  state.calls[callId] = call
  const ids = Object.keys(state.calls)
  if (ids.length > CALLS) delete state.calls[ids[0]!]
}

export function takeCall(state: State, callId: string): PendingCall | undefined {
  if (!Object.hasOwn(state.calls, callId)) return undefined
  const call = state.calls[callId]
  delete state.calls[callId]
  return call
}
