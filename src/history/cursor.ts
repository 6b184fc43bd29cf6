import { AppError } from '../domain/errors.ts'
import { hash48 } from '../domain/ids.ts'

/** Where the next page begins, bound to what was asked: a cursor of another query is refused, never misread. */
export function writePosition(question: unknown, position: number): string {
  return Buffer.from(JSON.stringify([1, questionHash(question), position])).toString('base64url')
}

/** @throws AppError `invalid` when it is no cursor, or one of another question */
export function readPosition(question: unknown, cursor: string): number {
  const [version, hash, position] = decode(cursor)
  if (version !== 1 || typeof position !== 'number' || !Number.isSafeInteger(position)) throw refused('is not one of ours')
  if (hash !== questionHash(question)) throw refused('belongs to another search')
  return position
}

function decode(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

function refused(why: string): AppError {
  return new AppError('invalid', `the cursor ${why}`, { hint: 'ask for the first page again, without a cursor' })
}

function questionHash(question: unknown): number {
  return hash48(JSON.stringify(question))
}
