import { createHmac } from 'node:crypto'
import { findSecrets } from './find-secrets.ts'

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
  return (lines) => {
    const secrets = findSecrets(lines)
    if (secrets.length === 0) return lines
    const parts: Buffer[] = []
    let from = 0
    for (const { kind, start, end, value } of secrets) {
      parts.push(lines.subarray(from, start), Buffer.from(placeholder(salt, kind, value), 'latin1'))
      from = end
    }
    parts.push(lines.subarray(from))
    return Buffer.concat(parts)
  }
}

/** Redacts text that is not a file: a path, a title, a branch name. */
export function redactText(redact: Redactor, text: string): string {
  const bytes = Buffer.from(text, 'utf8')
  const clean = redact(bytes)
  return clean === bytes ? text : clean.toString('utf8')
}

function placeholder(salt: Uint8Array, kind: string, value: string): string {
  const hash = createHmac('sha256', salt).update(value, 'latin1').digest('hex')
  return `[REDACTED:${kind}:${hash.slice(0, 6)}]`
}
