import { spawn } from 'node:child_process'
import { createReadStream, createWriteStream, fstatSync } from 'node:fs'
import { Socket } from 'node:net'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { ReadStream, WriteStream, isatty } from 'node:tty'
import type { MessagePort } from 'node:worker_threads'

/** Copies of what passed are sent together: another thread is woken ten times a second, not with every message. */
const GATHER_MS = 100
/** What waits to be looked at is at most this; what passes beyond it passes unseen. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024

/** Bytes that have passed, the client's (`asked`) or the server's (`answered`). */
export interface Passed {
  way: 'asked' | 'answered'
  /** Unix milliseconds, with fractions; never goes back. */
  atMs: number
  bytes: Uint8Array
  /** Bytes before these passed unseen. */
  afterGap: boolean
}

/** What the thread that passes bytes says. */
export type Said = { passed: Passed[] } | { ended: number } | { failed: true }

/** What it is told: signals for the server, and how many bytes of those that passed were looked at. */
export type Told = { signal: NodeJS.Signals } | { seenBytes: number }

/** Runs a tool server between this process's standard input and output, and does nothing else in this thread. */
export function servePassing(port: MessagePort, [program = '', ...args]: readonly string[]): void {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const copies = new Copies((said, moved) => port.postMessage(said, moved))
  const input = standardInput()
  const output = standardOutput()
  // A server that has gone does not read what is left for it; of a client that has gone it learns by itself.
  child.stdin.on('error', () => {})
  output.on('error', () => child.stdout.destroy())
  input.on('error', () => child.stdin.end())
  passOn(input, child.stdin, true, (bytes) => copies.add('asked', bytes))
  passOn(child.stdout, output, false, (bytes) => copies.add('answered', bytes))
  port.on('message', (told: Told) => {
    if ('signal' in told) child.kill(told.signal)
    else copies.seen(told.seenBytes)
  })
  child.on('error', () => port.postMessage({ failed: true } satisfies Said))
  child.on('close', (code, signal) => {
    const ended = code ?? 128 + (signal === null ? 0 : constants.signals[signal])
    output.write('', () => {
      copies.send()
      port.postMessage({ ended } satisfies Said)
    })
  })
}

/** Passes bytes on as they come; `look` is given them when they have been handed over. */
export function passOn(from: Readable, to: Writable, end: boolean, look: (bytes: Buffer) => void): void {
  // Listeners are called in the order in which they were added, and this one is added first.
  from.pipe(to, { end })
  from.on('data', look)
}

/** Copies of what passed, sent on together. */
export class Copies {
  readonly #post: (said: Said, moved: ArrayBuffer[]) => void
  readonly #gaps = new Set<Passed['way']>()
  #passed: Passed[] = []
  #waitingBytes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(post: (said: Said, moved: ArrayBuffer[]) => void) {
    this.#post = post
  }

  add(way: Passed['way'], chunk: Uint8Array): void {
    if (this.#waitingBytes + chunk.length > MOST_WAITING_BYTES) {
      this.#gaps.add(way)
      return
    }
    this.#waitingBytes += chunk.length
    const atMs = performance.timeOrigin + performance.now()
    this.#passed.push({ way, atMs, bytes: Uint8Array.from(chunk), afterGap: this.#gaps.delete(way) })
    this.#timer ??= setTimeout(() => this.send(), GATHER_MS)
  }

  send(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const passed = this.#passed
    this.#passed = []
    if (passed.length > 0)
      this.#post(
        { passed },
        passed.map(({ bytes }) => bytes.buffer as ArrayBuffer),
      )
  }

  seen(bytes: number): void {
    this.#waitingBytes -= bytes
  }
}

/** Not `process.stdin` and `process.stdout`: in a thread these go by way of the main one. */
function standardInput(): Readable {
  if (isatty(0)) return new ReadStream(0)
  return isStream(0) ? new Socket({ fd: 0, writable: false }) : createReadStream('', { fd: 0, autoClose: false })
}

function standardOutput(): Writable {
  if (isatty(1)) return new WriteStream(1)
  return isStream(1) ? new Socket({ fd: 1, readable: false }) : createWriteStream('', { fd: 1, autoClose: false })
}

function isStream(fd: number): boolean {
  const stat = fstatSync(fd)
  return stat.isFIFO() || stat.isSocket()
}
