import type { KeptRecord } from '../../domain/kept-record.ts'
import { SESSION_STATUSES } from '../../domain/session.ts'
import type { SessionStatus } from '../../domain/session.ts'
import { readTag } from '../../domain/tag.ts'
import type { AdoptedSession } from '../../stores/import-store.ts'

const LONGEST_TITLE = 500

/** What `metadata.json` says of a session, and its records where it says nothing. Sums are made anew from the records. */
export function sessionOf(
  folder: string,
  metadata: Record<string, unknown>,
  records: readonly KeptRecord[],
  nowMs: number,
): Pick<
  AdoptedSession,
  | 'title'
  | 'titleSource'
  | 'purpose'
  | 'tags'
  | 'status'
  | 'userId'
  | 'customMetadata'
  | 'endedAt'
  | 'startedAt'
  | 'lastActivityAt'
> {
  const times = records.map(({ at }) => at).toSorted()
  const purpose = textOf(metadata['purpose'])
  const title = (textOf(metadata['title']) ?? purpose)?.replaceAll(/\s+/g, ' ').slice(0, LONGEST_TITLE) ?? null
  const startedAt =
    timeOf(metadata['started_ms'] ?? metadata['created_at']) ?? times[0] ?? new Date(nowMs).toISOString()
  const lastActivityAt = timeOf(metadata['updated_at']) ?? times.at(-1) ?? startedAt
  const status = statusOf(metadata['status'])
  const facts = metadata['custom_metadata']
  return {
    title,
    titleSource: title === null ? null : 'user',
    purpose,
    tags: tagsOf(metadata['tags']),
    status,
    userId: textOf(metadata['user_id']),
    customMetadata: typeof facts === 'object' && facts !== null && !Array.isArray(facts) ? { ...facts } : {},
    startedAt,
    lastActivityAt,
    endedAt: status === 'active' || status === 'paused' ? null : (timeOf(metadata['ended_at']) ?? lastActivityAt),
  }
}

function statusOf(value: unknown): SessionStatus {
  const word = typeof value === 'string' ? value.toLowerCase() : ''
  return SESSION_STATUSES.find((known) => known === word) ?? 'active'
}

/** What is no tag here is left out. */
function tagsOf(value: unknown): string[] {
  const words = Array.isArray(value) ? value.filter((tag) => typeof tag === 'string') : []
  const tags = words.flatMap((word) => {
    try {
      return [readTag(word)]
    } catch {
      return []
    }
  })
  return [...new Set(tags)]
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

/** Unix milliseconds, or a text; without a zone it is local, as the older form wrote it. */
function timeOf(value: unknown): string | undefined {
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN
  return ms > 0 && ms < 4e12 ? new Date(ms).toISOString() : undefined
}
