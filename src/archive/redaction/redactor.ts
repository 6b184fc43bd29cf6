import { createHmac } from 'node:crypto'
import { type Secret, findSecrets } from './find-secrets.ts'

export interface RedactorOptions {
  /** Random bytes of this store: without them nobody can test a guess against a placeholder. */
  salt: Uint8Array
  /** False keeps everything as it is. */
  enabled: boolean
}

/** Replaces secrets in a buffer of whole lines; returns its argument where there are none. */
export type Redactor = (lines: Buffer) => Buffer

/**
 * Makes a function that replaces every secret by a placeholder such as `[REDACTED:aws-access-key:3f9a2c]`: its kind and
 * a salted hash of it, the same wherever the same secret stands.
 *
 * Lines of JSON stay valid JSON with the same structure, at every depth of JSON inside strings; there are as many lines
 * as before. Plain text, broken lines and binary bytes are searched alike. What was redacted once does not change again.
 */
export function createRedactor({ salt, enabled }: RedactorOptions): Redactor {
  if (!enabled) return (lines) => lines
  return (lines) => redactLines(lines, salt, ROUNDS)
}

const ROUNDS = 8
const LINE_FEED = 10

/**
 * Replaces what is found, and looks once more at the lines that changed: where two findings overlapped, one gave way and
 * may be left.
 */
function redactLines(lines: Buffer, salt: Uint8Array, rounds: number): Buffer {
  const secrets = findSecrets(lines)
  if (secrets.length === 0 || rounds === 0) return lines
  const parts: Buffer[] = []
  let from = 0
  let next = 0
  while (next < secrets.length) {
    const start = lineStart(lines, (secrets[next] as Secret).start)
    let end = start
    const changed: Buffer[] = []
    let at = start
    for (; next < secrets.length; next++) {
      const secret = secrets[next] as Secret
      if (end > start && secret.start >= end) break
      changed.push(lines.subarray(at, secret.start), placeholder(salt, secret))
      at = secret.end
      end = lineEnd(lines, secret.end)
    }
    changed.push(lines.subarray(at, end))
    parts.push(lines.subarray(from, start), redactLines(Buffer.concat(changed), salt, rounds - 1))
    from = end
  }
  parts.push(lines.subarray(from))
  return Buffer.concat(parts)
}

function lineStart(lines: Buffer, at: number): number {
  return at === 0 ? 0 : lines.lastIndexOf(LINE_FEED, at - 1) + 1
}

function lineEnd(lines: Buffer, at: number): number {
  const feed = lines.indexOf(LINE_FEED, at)
  return feed < 0 ? lines.length : feed + 1
}

function placeholder(salt: Uint8Array, { kind, value }: Secret): Buffer {
  const hash = createHmac('sha256', salt).update(value, 'latin1').digest('hex')
  return Buffer.from(`[REDACTED:${kind}:${hash.slice(0, 6)}]`, 'latin1')
}
