import type { FileChangeKind } from '../../domain/invocation.ts'
import type { TokenCounts } from '../../domain/usage.ts'
import type { Dependency } from './todo-tables.ts'
import type { Todo } from './todos.ts'

/** What the parser remembers between records. JSON: it lies in the reading cursor, so every list in it is bounded. */
export interface State {
  session: string
  /** First working directory: the project. */
  cwd: string
  /** Time of the last record that had a good one; 0 before. */
  lastAtMs: number
  /** A prompt is waiting for its answer. */
  prompted: boolean
  /** The first prompt has named the session. */
  titled: boolean
  /** Hash of the reasoning that stood in a record of its own: the message after it may repeat it. */
  reasoning: number
  /** Calls without a result yet, by id, oldest first. */
  calls: Record<string, PendingCall>
  /** Rows of the agent's `todos` table as its statements left them. */
  todos: Todo[]
  /** Rows of its `todo_deps`, where there are any. */
  todoDependencies?: Dependency[]
  run: Run
}

/** What a result needs to know of its call. */
export interface PendingCall {
  tool: string
  /** When it began to run, later than when it was asked for. */
  startedAtMs?: number
  /** Of an edit: files that its arguments name. */
  edits?: FileEdit[]
  /** Subject line of a commit, from the command. */
  commit?: string
  /** Statements on the plan's tables. */
  sql?: string
}

export interface FileEdit {
  path: string
  kind: FileChangeKind
  /** Of a file that is made, in the text that the call gives. */
  lines?: number
}

/** What was counted since the program was last started, and what it said at its last shutdown. */
export interface Run {
  /** Responses counted by records of their own. */
  records: number
  /** Messages of the model: about as many as requests. */
  messages: number
  /** Sums by model at the last shutdown, as stated there. */
  stated: Record<string, StatedUsage>
}

export interface StatedUsage extends TokenCounts {
  requests: number
}

export function initialState(ref: { externalId: string; sessionExternalId?: string }): State {
  return {
    session: ref.sessionExternalId ?? ref.externalId,
    cwd: '',
    lastAtMs: 0,
    prompted: false,
    titled: false,
    reasoning: 0,
    calls: {},
    todos: [],
    run: { records: 0, messages: 0, stated: {} },
  }
}

const CALLS = 256

/** Remembers a call until its result comes; the oldest goes when there are too many. */
export function rememberCall(state: State, callId: string, call: PendingCall): void {
  state.calls[callId] = call
  const ids = Object.keys(state.calls)
  if (ids.length > CALLS) delete state.calls[ids[0]!]
}

export function pendingCall(state: State, callId: string): PendingCall | undefined {
  return Object.hasOwn(state.calls, callId) ? state.calls[callId] : undefined
}
