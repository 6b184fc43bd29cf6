import { decompress, splitRecords } from '../archive/frames.ts'
import type { PlanLimits } from '../domain/plan-limits.ts'
import type { Source } from '../sources/source.ts'
import type { Store } from '../stores/store.ts'
import type { OperationContext } from './operation.ts'

/** What an agent's newest transcripts say of its plan's limits. */
export interface RecordedLimits {
  agent: string
  limits: PlanLimits | null
  /** Last activity of the session that says so. */
  at: string | null
  /** Why there are none; null where there are. */
  reason: string | null
}

const SESSIONS_LOOKED_AT = 3
const RECORDS_LOOKED_AT = 400

/** Read back from the archive of the last few sessions, from their end. */
export async function recordedLimits({ store, sources }: OperationContext, agent: string): Promise<RecordedLimits> {
  const source = sources.find(({ id }) => id === agent)
  if (!source?.planLimits) return { agent, limits: null, at: null, reason: 'its transcripts hold none' }
  const { items } = await store.sessions.list({ agent }, { limit: SESSIONS_LOOKED_AT, sort: 'last' })
  for (const { id, lastActivityAt } of items) {
    const [main] = await store.transcripts.list({ sessionId: id })
    const limits = main && (await lastLimits(store, source, main.id))
    if (limits) return { agent, limits, at: lastActivityAt, reason: null }
  }
  return { agent, limits: null, at: null, reason: `its last ${SESSIONS_LOOKED_AT} sessions tell none` }
}

async function lastLimits(store: Store, source: Source, transcriptId: number): Promise<PlanLimits | undefined> {
  const { nextRecord } = await store.transcripts.position(transcriptId)
  let last: PlanLimits | undefined
  for await (const frame of store.archive.frames(transcriptId, {
    fromRecord: Math.max(0, nextRecord - RECORDS_LOOKED_AT),
  })) {
    if (frame.part !== null) continue
    const bytes = decompress(frame.data)
    for (const [from, to] of splitRecords(bytes, frame.recordCount)) {
      const record = parse(bytes.toString('utf8', from, to))
      last = (record !== undefined && source.planLimits?.(record)) || last
    }
  }
  return last
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line.replace(/[\n\u001e]$/, ''))
  } catch {
    return undefined
  }
}
