import { databaseProblem, isDatabaseProblem, sqliteState } from '../sqlite-file.ts'
import { openSourceFile } from '../source-file.ts'
import type { Env, TranscriptRef } from '../source.ts'
import { ledgerRef, listLedgers, openLedger } from './ledger.ts'
import { ledgerDatabase } from './paths.ts'

/** From this version on every request has a record among the events. */
const RECORDS_SINCE = [1, 0, 102] as const
/** Where the first event, which names the version, ends. */
const HEAD_BYTES = 4096

/**
 * Sessions with requests that may be told in `session-store.db` alone: those that an earlier version began.
 *
 * @param refs the sessions there are
 * @param held sessions that a process has open: when it ends without a word, the database is looked at again
 */
export function inLedger(
  env: Env,
  agent: string,
  refs: readonly TranscriptRef[],
  held: readonly string[],
): TranscriptRef[] {
  const path = ledgerDatabase(env)
  const state = sqliteState(path)
  if (state === undefined || env.isSettled?.(path, `${state} ${held.join(' ')}`)) return []
  const events = new Map(refs.map((ref) => [ref.externalId, ref.path]))
  try {
    const file = openLedger(path)
    try {
      const ledgers = file === undefined ? [] : listLedgers(file)
      return ledgers
        .filter(({ session }) => isWithoutRecords(events.get(session)))
        .map((ledger) => ledgerRef(agent, path, ledger))
    } finally {
      file?.close()
    }
  } catch (error) {
    if (!(error instanceof Error) || !isDatabaseProblem(error)) throw error
    env.problem?.(path, databaseProblem(error))
    return []
  }
}

function isWithoutRecords(path: string | undefined): boolean {
  if (path === undefined || !path.endsWith('events.jsonl')) return false
  const head = Buffer.alloc(HEAD_BYTES)
  try {
    const file = openSourceFile(path)
    file.read(head, 0, HEAD_BYTES, 0)
    file.close()
  } catch {
    return false
  }
  const version = /"copilotVersion":"(\d+)\.(\d+)\.(\d+)/.exec(head.toString('latin1'))?.slice(1).map(Number)
  const differs = RECORDS_SINCE.findIndex((part, at) => part !== version?.[at])
  return version !== undefined && differs >= 0 && version[differs]! < RECORDS_SINCE[differs]!
}
