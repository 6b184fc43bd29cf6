import type { Worker } from 'node:worker_threads'
import type { RecordedCall } from './cli/io.ts'
import { AppError } from './domain/errors.ts'
import type { Passed, Said, Told } from './passing.ts'
import { spawnPasser } from './threads.ts'

/** A line that is longer is passed on like any other, and not looked at. */
const LONGEST_LINE = 16 * 1024 * 1024
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs a tool server of standard input and output, and tells of the tool calls that it sees go by, in their order, some
 * together. A thread of its own passes every byte on as it comes: it waits for nothing that is done here.
 *
 * @returns the server's exit code; 128 and the signal's number where one ended it
 * @throws AppError `unavailable` when it cannot be started
 */
export async function recordServer(
  command: readonly string[],
  told: (calls: readonly RecordedCall[]) => Promise<void>,
): Promise<number> {
  const thread = spawnPasser(command)
  const tell = (message: Told): void => thread.postMessage(message)
  const pass = SIGNALS.map((signal) => [signal, () => tell({ signal })] as const)
  for (const [signal, handler] of pass) process.on(signal, handler)
  const calls = new Calls()
  let looked = Promise.resolve()
  try {
    const code = await ended(thread, (passed) => {
      looked = looked.then(async () => {
        const seen = passed.flatMap((each) => calls.look(each))
        if (seen.length > 0) await told(seen)
        tell({ seenBytes: passed.reduce((sum, { bytes }) => sum + bytes.length, 0) })
      })
    })
    await looked
    const open = calls.unanswered()
    if (open.length > 0) await told(open)
    if (code === undefined) throw new AppError('unavailable', `${JSON.stringify(command[0])} cannot be started`)
    return code
  } finally {
    for (const [signal, handler] of pass) process.off(signal, handler)
    await thread.terminate()
  }
}

/** @returns `undefined` where the server could not be started */
function ended(thread: Worker, look: (passed: Passed[]) => void): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    thread.on('message', (said: Said) => {
      if ('passed' in said) look(said.passed)
      else resolve('ended' in said ? said.ended : undefined)
    })
    thread.on('error', reject)
  })
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
  readonly #open = new Map<string, Pick<RecordedCall, 'tool' | 'input' | 'session' | 'startedAtMs'>>()
  readonly #lines = { asked: new Lines(), answered: new Lines() }

  /** @returns those that were answered */
  look({ way, atMs, bytes, afterGap }: Passed): RecordedCall[] {
    const lines = this.#lines[way].take(bytes, afterGap)
    if (way === 'answered') return lines.flatMap((line) => this.#answered(line, atMs))
    for (const line of lines) this.#asked(line, atMs)
    return []
  }

  unanswered(): RecordedCall[] {
    return [...this.#open.values()].map((call) => ({ ...call, durationMs: null, failed: null }))
  }

  #asked(line: Buffer, startedAtMs: number): void {
    if (!line.includes('"tools/call"')) return
    for (const { id, method, params } of messages(line)) {
      if (method !== 'tools/call' || id === undefined || typeof params?.name !== 'string') continue
      const input = params.arguments ?? {}
      const named = (input as { session_id?: unknown }).session_id
      const session = typeof named === 'string' ? named : null
      this.#open.set(JSON.stringify(id), { tool: params.name, input, session, startedAtMs })
    }
  }

  #answered(line: Buffer, atMs: number): RecordedCall[] {
    if (this.#open.size === 0) return []
    return messages(line).flatMap(({ id, result, error }) => {
      const key = JSON.stringify(id)
      const call = this.#open.get(key)
      if (call === undefined || (result === undefined && error === undefined)) return []
      this.#open.delete(key)
      const failed = error !== undefined || result?.isError === true
      return [{ ...call, durationMs: Math.round(atMs - call.startedAtMs), failed }]
    })
  }
}

/** Cuts what passed one way into lines. */
class Lines {
  #held: Buffer[] = []
  #bytes = 0
  /** The rest of a line whose beginning was not seen. */
  #isRest = false

  take(bytes: Uint8Array, afterGap: boolean): Buffer[] {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    const lines: Buffer[] = []
    if (afterGap) this.#begin(true)
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      this.#add(chunk.subarray(from, at))
      if (!this.#isRest && this.#bytes <= LONGEST_LINE) lines.push(Buffer.concat(this.#held))
      this.#begin(false)
      from = at + 1
    }
    if (from < chunk.length) this.#add(chunk.subarray(from))
    return lines
  }

  #begin(isRest: boolean): void {
    this.#held = []
    this.#bytes = 0
    this.#isRest = isRest
  }

  #add(piece: Buffer): void {
    this.#bytes += piece.length
    if (!this.#isRest && this.#bytes <= LONGEST_LINE) this.#held.push(piece)
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
