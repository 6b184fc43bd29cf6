import { ENTRY_FLAG } from '../../domain/entry.ts'
import type { PlanItem } from '../../domain/entry.ts'
import { entryHashLow, parseEntryId } from '../../domain/ids.ts'
import type { EntryFilter, EntryRow, EntryStore } from '../entry-store.ts'
import type { OffsetRequest, Page } from '../page.ts'
import { among, every, is, lists } from './condition.ts'
import type { Condition } from './condition.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import { countRows } from './count-rows.ts'
import { ENTRY_OF_TRANSCRIPT_SELECT, ENTRY_SELECT, codesOf, toEntryRow } from './entry-rows.ts'
import type { StoredEntry } from './entry-rows.ts'
import { entryRange } from './entry-slots.ts'
import { checkLimit, checkOffset, readCursor, toPage, totalOf, writeCursor } from './page.ts'
import type { Scope } from './scope.ts'

/**
 * A list of one session or transcript is in file order, its transcripts in the order main, then others by start. A list over
 * everything is in order of time: there is no file order between sessions.
 */
export function entryStore(scope: Scope): EntryStore {
  const { database, workspaceId } = scope
  return {
    list: (filter, page) =>
      database.read((connection) =>
        filter.sessionId === undefined && filter.transcriptId === undefined
          ? listByTime(connection, workspaceId, filter, page)
          : listByFile(connection, workspaceId, filter, page),
      ),
    count: (filter) => database.read((connection) => countEntries(connection, workspaceId, filter)),
    find: (id) =>
      database.read(async (connection) => {
        const place = parseEntryId(id)
        if (!place) return []
        const range = await entryRange(connection, workspaceId, place.atMs)
        const rows = await connection.all<StoredEntry>(
          `${ENTRY_SELECT} WHERE e.workspace_id = ? AND e.id >= ? AND e.id < ? ORDER BY e.flags & 1, e.id`,
          [workspaceId, range.from, range.to],
        )
        return rows
          .filter(
            (row) => Math.floor(row.id / 2048) - row.shift === place.atMs && entryHashLow(row.hash) === place.hashLow,
          )
          .map(toEntryRow)
      }),
    byRowIds: (rowIds) =>
      database.read(async (connection) => {
        const rows: EntryRow[] = []
        for (const ids of lists(rowIds)) {
          const where = every(is('e.workspace_id = ?', workspaceId), among('e.id', ids))
          const found = await connection.all<StoredEntry>(
            `${ENTRY_SELECT} WHERE ${where.sql} ORDER BY e.id`,
            where.values,
          )
          rows.push(...found.map(toEntryRow))
        }
        return rows
      }),
    plans: (rowIds) =>
      database.read(async (connection) => {
        const plans = new Map<number, PlanItem[]>()
        for (const ids of lists(rowIds)) {
          const where = every(is('workspace_id = ?', workspaceId), among('id', ids))
          const found = await connection.all<{ id: number; items: string }>(
            `SELECT id, items FROM plan WHERE ${where.sql}`,
            where.values,
          )
          for (const row of found) plans.set(row.id, JSON.parse(row.items) as PlanItem[])
        }
        return plans
      }),
    after: (transcriptId, fromRecord, limit) =>
      database.read(async (connection) => {
        const rows = await connection.all<StoredEntry>(
          `${ENTRY_SELECT} WHERE e.workspace_id = ? AND e.transcript_id = ? AND e.record >= ?
           ORDER BY e.record, e.block LIMIT ?`,
          [workspaceId, transcriptId, fromRecord, checkLimit(limit)],
        )
        return rows.map(toEntryRow)
      }),
  }
}

async function listByTime(
  connection: Connection,
  workspaceId: number,
  filter: EntryFilter,
  page: OffsetRequest & { descending?: boolean },
): Promise<Page<EntryRow>> {
  const limit = checkLimit(page.limit)
  const last = page.cursor === undefined ? undefined : readCursor(page.cursor, 1)[0]
  const where = every(
    await matching(connection, workspaceId, filter),
    last !== undefined && is(page.descending ? 'e.id < ?' : 'e.id > ?', last),
  )
  const rows = await connection.all<StoredEntry>(
    `${ENTRY_SELECT} WHERE ${where.sql} ORDER BY e.id ${page.descending ? 'DESC' : 'ASC'} LIMIT ? OFFSET ?`,
    [...where.values, limit + 1, checkOffset(page)],
  )
  const total = await totalOf(page, rows.length, () => countEntries(connection, workspaceId, filter))
  return toPage(rows, limit, total, (row) => [row.id], toEntryRow)
}

async function listByFile(
  connection: Connection,
  workspaceId: number,
  filter: EntryFilter,
  page: OffsetRequest & { descending?: boolean },
): Promise<Page<EntryRow>> {
  const limit = checkLimit(page.limit)
  const transcripts = await transcriptsInOrder(connection, workspaceId, filter)
  if (page.descending) transcripts.reverse()
  const [fromTranscript, fromRecord, fromBlock] = page.cursor === undefined ? [] : readCursor(page.cursor, 3)
  const start =
    fromTranscript === undefined
      ? 0
      : Math.max(
          0,
          transcripts.findIndex(({ id }) => id === fromTranscript),
        )
  const conditions = await matching(connection, workspaceId, filter)
  const direction = page.descending ? 'DESC' : 'ASC'
  const rows: StoredEntry[] = []
  // One more says whether the list goes on. Of a session with one prompt all is gone through to see that there is no second.
  const wanted = page.alone ? limit : limit + 1
  let left = checkOffset(page)
  for (const { id, agent, session_uid } of transcripts.slice(start)) {
    // The last one is not counted: what it does not hold is not there.
    if (left > 0 && id !== transcripts.at(-1)?.id) {
      const held = await countEntries(connection, workspaceId, { ...filter, transcriptId: id })
      if (held <= left) {
        left -= held
        continue
      }
    }
    const resumed = id === fromTranscript && fromRecord !== undefined && fromBlock !== undefined
    const where = every(
      conditions,
      is('e.transcript_id = ?', id),
      resumed && is(`(e.record, e.block) ${page.descending ? '<' : '>'} (?, ?)`, fromRecord, fromBlock),
    )
    const found = await connection.all<StoredEntry>(
      `${ENTRY_OF_TRANSCRIPT_SELECT} WHERE ${where.sql}
       ORDER BY e.record ${direction}, e.block ${direction} LIMIT ? OFFSET ?`,
      [...where.values, wanted - rows.length, left],
    )
    left = 0
    for (const row of found) rows.push(Object.assign(row, { agent, session_uid }))
    if (rows.length >= wanted) break
  }
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(toEntryRow),
    total: await totalOf(page, rows.length, () => countEntries(connection, workspaceId, filter)),
    nextCursor: rows.length > limit && last ? writeCursor([last.transcript_id, last.record, last.block]) : null,
  }
}

async function transcriptsInOrder(
  connection: Connection,
  workspaceId: number,
  filter: EntryFilter,
): Promise<(Pick<StoredEntry, 'agent' | 'session_uid'> & { id: number })[]> {
  const where = every(
    is('t.workspace_id = ?', workspaceId),
    filter.transcriptId !== undefined && is('t.id = ?', filter.transcriptId),
    // With the workspace, or the index on both cannot be used.
    filter.sessionId !== undefined && is('s.workspace_id = ? AND s.uid = ?', workspaceId, filter.sessionId),
  )
  return connection.all(
    `SELECT t.id, t.agent, s.uid AS session_uid FROM transcript t JOIN session s ON s.id = t.session_id
     WHERE ${where.sql} ORDER BY t.kind, t.first_ms, t.path`,
    where.values,
  )
}

async function countEntries(connection: Connection, workspaceId: number, filter: EntryFilter): Promise<number> {
  const narrow = filter.sessionId !== undefined || filter.transcriptId !== undefined
  const transcripts = narrow ? await transcriptsInOrder(connection, workspaceId, filter) : undefined
  const where = every(
    await matching(connection, workspaceId, filter),
    transcripts !== undefined &&
      among(
        'e.transcript_id',
        transcripts.map(({ id }) => id),
      ),
  )
  return countRows(connection, 'FROM entry e', where)
}

async function matching(connection: Connection, workspaceId: number, filter: EntryFilter): Promise<Condition> {
  const hidden =
    ENTRY_FLAG.withdrawn |
    (filter.includeInherited ? 0 : ENTRY_FLAG.inherited) |
    (filter.includeSidechain ? 0 : ENTRY_FLAG.sidechain) |
    (filter.includeInjected ? 0 : ENTRY_FLAG.injected) |
    (filter.includeMeta ? 0 : ENTRY_FLAG.meta)
  const tool =
    filter.tool === undefined
      ? undefined
      : await first<{ id: number }>(connection, 'SELECT id FROM name WHERE workspace_id = ? AND text = ?', [
          workspaceId,
          filter.tool,
        ])
  const { types, roles } = codesOf(filter)
  return every(
    is(`e.workspace_id = ? AND e.flags & ${hidden} = 0`, workspaceId),
    (await isAnyPruned(connection, workspaceId, filter)) && NOT_PRUNED,
    types && among('e.type', types),
    filter.record !== undefined && is('e.record = ?', filter.record),
    filter.records !== undefined && is('e.record >= ? AND e.record < ?', filter.records.from, filter.records.to),
    roles && among('e.role', roles),
    filter.tool !== undefined && is('e.tool_id = ?', tool?.id ?? -1),
    filter.failedOnly === true && is(`e.flags & ${ENTRY_FLAG.failed} <> 0`),
  )
}

async function isAnyPruned(connection: Connection, workspaceId: number, filter: EntryFilter): Promise<boolean> {
  const where = every(
    is('t.workspace_id = ? AND t.pruned_records > 0', workspaceId),
    filter.transcriptId !== undefined && is('t.id = ?', filter.transcriptId),
    filter.sessionId !== undefined && is('s.uid = ?', filter.sessionId),
  )
  const join = filter.sessionId === undefined ? '' : ' JOIN session s ON s.id = t.session_id'
  const row = await first(
    connection,
    `SELECT 1 AS one FROM transcript t${join} WHERE ${where.sql} LIMIT 1`,
    where.values,
  )
  return row !== undefined
}

/** Of what was pruned the rows are there, and nothing that they say. */
const NOT_PRUNED = is('e.record >= (SELECT t.pruned_records FROM transcript t WHERE t.id = e.transcript_id)')
