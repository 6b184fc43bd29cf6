import type { Machine } from '../config/places.ts'
import type { Caller } from '../operations/caller.ts'
import type { OperationContext } from '../operations/operation.ts'
import type { Source } from '../sources/source.ts'
import type { Toolset } from '../operations/tool.ts'
import type { Elsewhere } from './elsewhere.ts'
import type { Engines } from './engines.ts'
import type { Processes } from './processes.ts'
import type { Sink } from './screen.ts'

/** Everything the command line touches of the world outside. A test hands in strings and a clock. */
export interface Io {
  stdout: Sink
  stderr: Sink
  /** Read only to answer a question. */
  stdin: AsyncIterable<string | Uint8Array>
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  /** Which of the three a person is at. */
  isTTY: { stdin: boolean; stdout: boolean; stderr: boolean }
  /** Width of the terminal. */
  columns: number
  /** Unix milliseconds. */
  now(): number
  /** Words that start this program, the first of them absolute. Absent: `daybook`, wherever that is found. */
  program?: readonly string[]
  /** The agents this build knows. */
  sources(): Promise<readonly Source[]>
  /** This build's version: `0.1.0`. */
  version: string
  /** Raised by Ctrl C. */
  signal: AbortSignal
  /**
   * Opens store, sources and engines. `run` closes what it opened.
   *
   * @param which `own` the person's record, `demo` the demo's store, made when it is not there; absent: the person's
   *   record, or the demo while nothing is recorded and a demo is there
   * @throws AppError when the store cannot be opened
   */
  openContext(which?: 'own' | 'demo'): Promise<OpenedStore>
  /**
   * Makes ready to ask another Daybook. Nothing is sent to it yet.
   *
   * @throws AppError `invalid` for what is no address of one, `unauthenticated` where no token is known for it
   */
  openElsewhere(elsewhere: Elsewhere, caller: Caller): Promise<OpenedStore>
  /** Removes the demo's store. False when there was none. */
  removeDemo(): Promise<boolean>
  /** Absent: nothing is known of processes. */
  processes?: Processes
  /** Serves tools until the client has gone. */
  serveTools(serving: ToolServing): Promise<void>
  /**
   * Runs a tool server and tells of the calls that go by. Absent: no program can be started here.
   *
   * @returns its exit code
   */
  recordServer?(command: readonly string[], told: (calls: readonly RecordedCall[]) => Promise<void>): Promise<number>
  /**
   * Serves an open Daybook over HTTP.
   *
   * @throws AppError when the port is taken or the token cannot be read
   */
  serve(opened: OpenedStore, serving: Serving): Promise<Served>
  /** This machine's server; undefined when none answers. */
  findServer(): Promise<Pick<Served, 'url' | 'link'> | undefined>
  /** Shows an address in the person's browser. False where there is none to show it in. */
  openBrowser(url: string): Promise<boolean>
  /**
   * Starts the background process where none runs and configuration wants one; does not wait for it.
   *
   * @param ifHooked only where hooks have left something before
   */
  startBackground(ifHooked?: boolean): Promise<void>
  /** Is the background process until it ends; false where another is. */
  serveBackground(): Promise<boolean>
  /** For configuration, which is read without opening anything. */
  machine: Machine
}

/** A tool call that went by between a client and a server. */
export interface RecordedCall {
  tool: string
  input: unknown
  /** As the arguments' `session_id` names it. */
  session: string | null
  /** Unix milliseconds, with fractions. */
  startedAtMs: number
  /** Null where it was not answered; `failed` too. */
  durationMs: number | null
  failed: boolean | null
}

/** What `daybook mcp` was asked to serve. */
export interface ToolServing {
  toolsets: readonly Toolset[]
  /** Null for standard input and output; port 0 takes a free one. */
  http: { port: number } | null
}

/** What `daybook serve` was asked to serve. */
export interface Serving {
  /** 0 takes a free one. */
  port: number
  toolsets: readonly Toolset[]
  /** Beyond this machine; absent: this machine alone. */
  exposed?: { host: string; allowHosts: readonly string[]; behindProxy: boolean }
  /** PEM files of a certificate and its key; absent: no TLS. */
  tlsFiles?: { cert: string; key: string }
}

/** A server that runs. */
export interface Served {
  /** `http://127.0.0.1:4750` */
  url: string
  /** Signs one browser in, once, within two minutes. @param to the address on the page it ends at */
  link(to?: string): string
  /** Somebody has asked something a moment ago. */
  isBusy(): boolean
  close(): Promise<void>
}

/** An open Daybook, with the one who calls. */
export interface Opened extends OpenedStore {
  context: OperationContext
}

/** An open Daybook, before it is known who calls. */
export interface OpenedStore {
  context: Omit<OperationContext, 'caller'>
  engines: Engines
  /** Has an operation carried out where the record is. Absent: it is here. */
  ask?(name: string, input: object): Promise<unknown>
  /**
   * Takes in what hooks left since it was opened. Never fails: what cannot be taken in now stays where it is.
   *
   * @param taken called as soon as it can be read, where there was something; the disk takes longer
   */
  takeIn(taken?: () => Promise<void>): Promise<void>
  /** True when this is the demo's own store. */
  demo: boolean
  /** Folder that holds the data. */
  location: string
  close(): Promise<void>
}
