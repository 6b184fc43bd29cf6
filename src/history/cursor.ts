import { AppError, shownValue } from '../domain/errors.ts'
import { hash48 } from '../domain/ids.ts'

/** Where the next page begins, bound to what was asked: a cursor of another query is refused, never misread. */
export function writePosition(question: unknown, position: number): string {
  return Buffer.from(JSON.stringify([1, questionHash(question), position])).toString('base64url')
}

/** @throws AppError `invalid` when it is no cursor, or one of another question */
export function readPosition(question: unknown, cursor: string): number {
  const [version, hash, position] = decode(cursor)
  if (version !== 1 || typeof position !== 'number' || !Number.isSafeInteger(position)) throw refused(cursor)
  if (hash !== questionHash(question)) throw refused(cursor)
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

function refused(cursor: string): AppError {
  return new AppError('invalid', `cursor ${shownValue(cursor)} does not belong to this search`, {
    hint: 'start again without a cursor',
    repair: { typed: cursor, by: null },
  })
}

function questionHash(question: unknown): number {
  return hash48(JSON.stringify(question))
}
