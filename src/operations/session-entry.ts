import { AppError, shownValue } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import type { EntryRow } from '../stores/entry-store.ts'
import { name } from './filter.ts'
import type { OperationContext } from './operation.ts'

/**
 * An entry of this session: `e0mi4x0v5kq0j1a`, `#e0...` or a citation, `SESSION-003#e0...`.
 *
 * @throws AppError `not_found`
 */
export async function entryOf({ store }: OperationContext, session: Session, word: string): Promise<EntryRow> {
  const id = word
    .trim()
    .replace(/^.*#/, '')
    .replace(/^e-(?=e)/, '')
  const found = (await store.entries.find(id)).find((row) => row.sessionId === session.id)
  if (found) return found
  throw new AppError('not_found', `no entry ${shownValue(word)} in ${name(session)}`, {
    hint: `daybook session messages ${name(session)}`,
  })
}
