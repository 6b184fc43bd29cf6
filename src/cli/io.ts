import type { OperationContext } from '../operations/operation.ts'
import type { Engines } from './engines.ts'
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
  /** This build's version: `0.1.0`. */
  version: string
  /** Raised by Ctrl C. A second one is the caller's to handle. */
  signal: AbortSignal
  /**
   * Opens store, sources and engines. Called once, by commands that need them; `run` closes what it opened.
   *
   * @throws AppError `unavailable`, `unsupported` or `internal` when the store cannot be opened
   */
  openContext(): Promise<Opened>
}

/** An open Daybook. */
export interface Opened {
  context: OperationContext
  engines: Engines
  /** True when this is the demo's own store. */
  demo: boolean
  close(): Promise<void>
}
