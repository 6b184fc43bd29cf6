import { spawn, type ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import type { RecordedCall } from './cli/io.ts'
import { AppError } from './domain/errors.ts'

/** A line that is longer is passed on like any other, and not looked at. */
const LONGEST_LINE = 16 * 1024 * 1024
/** Writing a call down takes milliseconds in which nothing passes, so it is done when nothing has passed for this long. */
const QUIET_MS = 100
/** It waits no longer than this. */
const LONGEST_WAIT_MS = 30_000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Streams between which the server runs: this process's own. */
export interface Around {
  stdin: Readable
  stdout: Writable
}

/**
 * Runs a tool server of standard input and output, passes every byte on as it comes, and tells of the tool calls that it sees
 * go by, one after the other, once nothing passes for a moment.
 *
 * @returns the server's exit code; 128 and the signal's number where one ended it
 * @throws AppError `unavailable` when it cannot be started
 */
export async function recordServer(
  [program = '', ...args]: readonly string[],
  told: (call: RecordedCall) => Promise<void>,
  { stdin, stdout }: Around = process,
): Promise<number> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const calls = new Calls(told)
  const pass = SIGNALS.map((signal) => [signal, () => void child.kill(signal)] as const)
  for (const [signal, handler] of pass) process.on(signal, handler)
  // A server that has gone does not read what is left for it.
  child.stdin.on('error', () => {})
  stdin.pipe(child.stdin)
  child.stdout.pipe(stdout, { end: false })
  for (const stream of [stdin, child.stdout]) stream.on('data', () => calls.passed())
  const asked = lines((line) => calls.asked(line))
  const answered = lines((line) => calls.answered(line))
  stdin.on('data', asked)
  child.stdout.on('data', answered)
  try {
    return await ended(child, program)
  } finally {
    for (const [signal, handler] of pass) process.off(signal, handler)
    stdin.unpipe(child.stdin)
    stdin.destroy()
    await calls.finish()
  }
}

function ended(child: ChildProcess, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', (cause) =>
      reject(new AppError('unavailable', `${JSON.stringify(program)} cannot be started`, { cause })),
    )
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}

/** Cuts what goes by into lines, once it has gone by. */
function lines(take: (line: Buffer) => void): (chunk: Buffer) => void {
  let held: Buffer[] = []
  let size = 0
  const add = (piece: Buffer): void => {
    size += piece.length
    if (size <= LONGEST_LINE) held.push(piece)
  }
  const end = (): void => {
    const line = size <= LONGEST_LINE ? Buffer.concat(held) : undefined
    held = []
    size = 0
    if (line) setImmediate(() => take(line))
  }
  return (chunk) => {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      add(chunk.subarray(from, at))
      end()
      from = at + 1
    }
    if (from < chunk.length) add(chunk.subarray(from))
  }
}

interface Message {
  id?: unknown
  method?: unknown
  params?: { name?: unknown; arguments?: unknown }
  result?: { isError?: unknown }
  error?: unknown
}

/** The calls that were asked for and not answered yet. */
class Calls {
  readonly #told: (call: RecordedCall) => Promise<void>
  readonly #open = new Map<
    string,
    Pick<RecordedCall, 'tool' | 'input' | 'session' | 'startedAtMs'> & { began: number }
  >()
  readonly #waiting: { call: RecordedCall; since: number }[] = []
  #passedAt = 0
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(told: (call: RecordedCall) => Promise<void>) {
    this.#told = told
  }

  /** Bytes went by. */
  passed(): void {
    this.#passedAt = performance.now()
  }

  asked(line: Buffer): void {
    if (!line.includes('"tools/call"')) return
    for (const { id, method, params } of messages(line)) {
      if (method !== 'tools/call' || id === undefined || typeof params?.name !== 'string') continue
      const input = params.arguments ?? {}
      const named = (input as { session_id?: unknown }).session_id
      const session = typeof named === 'string' ? named : null
      const when = { startedAtMs: Date.now(), began: performance.now() }
      this.#open.set(JSON.stringify(id), { tool: params.name, input, session, ...when })
    }
  }

  answered(line: Buffer): void {
    if (this.#open.size === 0) return
    for (const { id, result, error } of messages(line)) {
      const key = JSON.stringify(id)
      const call = this.#open.get(key)
      if (call === undefined || (result === undefined && error === undefined)) continue
      this.#open.delete(key)
      const { began, ...rest } = call
      const failed = error !== undefined || result?.isError === true
      this.#tell({ ...rest, durationMs: Math.round(performance.now() - began), failed })
    }
  }

  /** Tells of all that waits, and of what was never answered. */
  async finish(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    clearTimeout(this.#timer)
    await this.#running
    const open = [...this.#open.values()].map(({ began: _, ...call }) => ({ ...call, durationMs: null, failed: null }))
    for (const call of [...this.#waiting.splice(0).map((one) => one.call), ...open]) await this.#told(call)
  }

  #tell(call: RecordedCall): void {
    this.#waiting.push({ call, since: performance.now() })
    this.#timer ??= setTimeout(() => void this.#tellOne(), QUIET_MS)
  }

  async #tellOne(): Promise<void> {
    const isQuiet = () => performance.now() - this.#passedAt >= QUIET_MS
    const [first] = this.#waiting
    if (first && (isQuiet() || performance.now() - first.since >= LONGEST_WAIT_MS)) {
      this.#waiting.shift()
      await (this.#running = this.#told(first.call))
    }
    const next = () => setTimeout(() => void this.#tellOne(), isQuiet() ? 0 : QUIET_MS)
    this.#timer = this.#waiting.length === 0 ? undefined : next()
  }
}

function messages(line: Buffer): Message[] {
  try {
    const value = JSON.parse(line.toString('utf8')) as Message | Message[] | null
    return Array.isArray(value) ? value : value === null || typeof value !== 'object' ? [] : [value]
  } catch {
    return []
  }
}
