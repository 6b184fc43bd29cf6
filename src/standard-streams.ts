import { fstatSync, statSync, writeSync } from 'node:fs'
import { devNull } from 'node:os'
import { isatty } from 'node:tty'
import { reasonOf } from './config/places.ts'
import type { Sink } from './cli/screen.ts'

/** Standard output or standard error. */
export interface StandardSink extends Sink {
  write(text: string | Uint8Array): unknown
  readonly isTTY: boolean
  /** Width of the terminal; 80 where there is none. */
  readonly columns: number
}

/**
 * Opens a standard stream for writing. Pipes and files are written to directly: Node's own streams take 4 ms to load, and
 * write to those as synchronously as this does (https://nodejs.org/api/process.html#a-note-on-process-io).
 */
export function standardSink(fd: 1 | 2): StandardSink {
  return isPlain(fd) ? directSink(fd) : streamSink(fd)
}

/** Standard input, opened when somebody reads from it. */
export function standardInput(): AsyncIterable<string | Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      const input = process.stdin[Symbol.asyncIterator]()
      return {
        next: () => input.next(),
        // Not the iterator's own: it would wait for the input it is waiting for.
        return: async () => {
          process.stdin.destroy()
          return { done: true, value: undefined }
        },
      }
    },
  }
}

/** True when a person types. */
export function inputIsTTY(): boolean {
  return isatty(0)
}

function isPlain(fd: number): boolean {
  if (process.platform === 'win32') return false
  try {
    const stat = fstatSync(fd)
    if (stat.isCharacterDevice()) return stat.rdev === statSync(devNull).rdev
    return stat.isFile() || stat.isFIFO() || stat.isSocket()
  } catch {
    return false
  }
}

function directSink(fd: 1 | 2): StandardSink {
  let stream: StandardSink | undefined
  return {
    isTTY: false,
    columns: 80,
    write(text) {
      if (stream) return stream.write(text)
      const bytes = typeof text === 'string' ? Buffer.from(text) : text
      let done = 0
      try {
        while (done < bytes.length) done += writeSync(fd, bytes, done)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return refused(error as NodeJS.ErrnoException)
        // The other end set it not to wait: from here on the stream keeps what does not fit yet.
        stream = streamSink(fd)
        stream.write(bytes.subarray(done))
      }
    },
  }
}

function streamSink(fd: 1 | 2): StandardSink {
  const stream = fd === 1 ? process.stdout : process.stderr
  stream.on('error', refused)
  return {
    isTTY: stream.isTTY ?? false,
    get columns() {
      return stream.columns ?? 80
    },
    write: (text) => stream.write(text),
  }
}

/** A reader that has seen enough (`| head`) is no failure. Anything else, as a full disk, ends the program with a sentence. */
function refused(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  try {
    writeSync(2, `error: the output cannot be written: ${reasonOf(error)}\n`)
  } catch {
    // Nobody can be told.
  }
  process.exit(1)
}
