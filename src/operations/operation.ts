import type { $ZodObject, output } from 'zod/v4/core'
import type { ErrorCode } from '../domain/errors.ts'
import type { KeptRecord } from '../domain/kept-record.ts'
import type { IgnoreRules } from '../ingest/ignore.ts'
import type { History } from '../history/history.ts'
import type { Env, Source } from '../sources/source.ts'
import type { Store } from '../stores/store.ts'
import type { Caller } from './caller.ts'
import type { ToolShapes } from './tool.ts'

/** What every handler is given. Clock, actor and store are handed in, so results are exact in tests. */
export interface OperationContext {
  store: Store
  /** Entries with their text, read back from the archive. */
  history: History
  sources: readonly Source[]
  env: Env
  clock: Clock
  /** Who asks, for the activity log: a user name, `agent:codex`. */
  actor: string
  /** From where, in which session as far as is known. Filled by the face. */
  caller: Caller
  /** IANA zone that decides where days begin. */
  timezone: string
  /** How many days ended sessions are kept where somebody asks for old ones to go; null or absent: nobody said. */
  retentionDays?: number | null
  /** Prices that the user set. Absent: none. */
  ownPrices?(): Promise<{ model: string; from: string | null }[]>
  /** The store holds the demo's made-up history. */
  demo?: boolean
  /** Nothing is written anywhere, pointer files neither. */
  keepsNothing?: boolean
  /** How new tickets are made; the usual way where it is absent. */
  tickets?: TicketSettings
  /** Folder of the data, where the store lies in one: what hooks left and copies of the store lie there too. */
  dataDir?: string
  /** Folder of this install, where tokens lie. Another than `dataDir` while the demo is open. */
  installDir?: string
  /** What somebody typed, without secrets. Loads what finds them when it is first needed. */
  redact(text: string): Promise<string>
  /**
   * Reads what an agent's transcripts brought since a moment (Unix milliseconds), so that its calls are known by them.
   * Absent where nothing reads transcripts.
   */
  readNewest?(agent: string, sinceMs: number): Promise<void>
  /**
   * Whether a process of this machine that was there at a moment (Unix milliseconds) still runs. Absent: nothing is known of
   * processes.
   */
  isRunning?(processId: number, atMs: number): Promise<boolean>
  /** What adds records to a session in a transaction, loaded when somebody keeps one. */
  keeper(): Promise<Keep>
  /** What configuration leaves out; `doctor` tells what was read of it before. */
  ignore?: IgnoreRules
  signal?: AbortSignal
}

/** @returns ids of the entries made. See `keep` of `ingest/keep.ts` */
export type Keep = (tx: Store, sessionId: string, records: readonly KeptRecord[]) => Promise<string[]>

export interface TicketSettings {
  /** What refs of new tickets begin with: `T`. */
  prefix: string
  /** The ref that new tickets go below where nothing else says so; null for none. */
  defaultParent: string | null
  /** Whether tests must have passed after the last edit; `auto`: once a run of the project was verified. */
  requireTests: 'auto' | 'on' | 'off'
}

export interface Clock {
  /** Unix milliseconds. */
  now(): number
}

export type Effect = 'read' | 'write' | 'destroy'

/** Inputs are written with `zod/mini`: the full `zod` costs every command 10 ms more to load. */
export interface Operation<Input extends $ZodObject = $ZodObject, Output = unknown> {
  /** `noun.verb`, the route and the client's method path. */
  readonly name: string
  /** One sentence that ends with a full stop. */
  readonly summary: string
  readonly input: Input
  /** Error codes a caller should expect beside `invalid` and `internal`. */
  readonly errors: readonly ErrorCode[]
  readonly effect: Effect
  /** Absent where the terminal has no command for it. */
  readonly cli?: CliShape
  /** The tool, or the tools, that it makes; a function where commands need not load them. Absent where it makes none. */
  readonly mcp?: ToolShapes
  handle(context: OperationContext, input: output<Input>): Promise<Output>
}

/** How a command line maps onto the input. Flags are made from the input's fields: `--from-date` for `fromDate`. */
export interface CliShape {
  /** Words of the command: `['session', 'list']`. Made from the name when absent. */
  path?: readonly string[]
  /** Input fields taken from positional arguments, in order; the last may be a list (`...`). */
  args?: readonly string[]
  /** Ways to type it that show what it is for. Each runs as printed on the demo store. */
  examples: readonly CliExample[]
  /** Commands worth knowing beside it. */
  seeAlso?: readonly string[]
  /** Refuses what cannot be done at all before anybody is asked; for what destroys and cannot be rehearsed. */
  check?(context: OperationContext, input: Record<string, unknown>): Promise<unknown>
  /**
   * What to ask before it is carried out, in these circumstances; undefined: nothing. A terminal asks, elsewhere `--yes`
   * answers. Input as it was checked.
   */
  asks?(context: OperationContext, input: Record<string, unknown>): Promise<string | undefined>
}

export interface CliExample {
  command: string
  says: string
}

/** Defines an operation; the faces (HTTP, MCP, CLI, client) are made from it. */
export function defineOperation<Input extends $ZodObject, Output>(
  operation: Operation<Input, Output>,
): Operation<Input, Output> {
  return operation
}
