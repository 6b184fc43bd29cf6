import { isAppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import type { OperationContext } from './operation.ts'

/** So long a call waits for what agents wrote last to be read. */
const LONGEST_MS = 5_000

/**
 * Reads what the agents of active sessions have written until now: a call in the middle of a turn is answered with what was
 * done a moment before.
 *
 * @returns what could not be read, as a sentence; null where nothing is missing
 */
export async function readToNow(
  { sources, readNewest }: Pick<OperationContext, 'sources' | 'readNewest'>,
  sessions: readonly Session[],
  longestMs = LONGEST_MS,
): Promise<string | null> {
  if (readNewest === undefined) return null
  const sinceMs = new Map<string, number>()
  for (const { agent, status, startedAt } of sessions) {
    if (status !== 'active' || !sources.some(({ id }) => id === agent)) continue
    sinceMs.set(agent, Math.min(sinceMs.get(agent) ?? Infinity, Date.parse(startedAt)))
  }
  const reading = [...sinceMs].map(([agent, since]) => readWithin(readNewest(agent, since), agent, longestMs))
  return (await Promise.all(reading)).find((one) => one !== null) ?? null
}

async function readWithin(reading: Promise<void>, agent: string, longestMs: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`it took longer than ${longestMs / 1000} seconds`), longestMs)
  })
  const read = reading.then(
    () => null,
    (error: unknown) => (isAppError(error) ? error.message : 'the reader broke'),
  )
  const why = await Promise.race([read, late])
  clearTimeout(timer)
  return why === null ? null : `what ${agent} wrote last is not all read: ${why}`
}
