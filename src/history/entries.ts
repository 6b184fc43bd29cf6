import { entryFlags, type Entry, type EntryContent } from '../domain/entry.ts'
import { isoTime } from '../domain/iso-time.ts'
import type { EntryFilter, EntryRow } from '../stores/entry-store.ts'
import type { OffsetRequest, Page } from '../stores/page.ts'
import type { Reading } from './open.ts'

/** Entries in file order with what they say. */
export async function listEntries(
  { store, contents }: Reading,
  filter: EntryFilter,
  page: OffsetRequest & { descending?: boolean },
): Promise<Page<Entry>> {
  const rows = await store.entries.list(filter, page)
  const said = await contents.ofRows(rows.items)
  return { ...rows, items: rows.items.map((row, i) => toEntry(row, said[i])) }
}

export function toEntry(row: EntryRow, content: EntryContent | undefined): Entry {
  const entry: Entry = {
    id: row.id,
    sessionId: row.sessionId,
    transcriptId: row.transcriptId,
    type: row.type,
    role: row.role,
    at: isoTime(row.atMs),
    record: row.record,
    block: row.block,
    flags: entryFlags(row.flags),
    tool: row.tool,
  }
  if (content) entry.content = content
  return entry
}
