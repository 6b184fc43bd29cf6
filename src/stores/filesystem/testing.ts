import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { keep } from '../../ingest/keep.ts'
import { keptRecords } from '../../ingest/kept-records.ts'
import { readKept } from '../../sources/kept.ts'
import { pricerOf } from '../../reading.ts'
import { sqliteConnection } from '../sqlite/connection.ts'
import type { Row } from './changes.ts'
import type { KeptRecords } from './kept-files.ts'
import { namesFor } from './names.ts'
import { keyOf, toRecord } from './records.ts'
import { SHAPES } from './shapes.ts'
import { INDEX_FOLDER } from './tree.ts'

/** What programs tell, as the application reads and keeps it. */
export const KEPT: KeptRecords = {
  read: keptRecords,
  keep: async (tx, sessionId, records, nowMs) =>
    void (await keep(tx, readKept, sessionId, records, nowMs, pricerOf([]))),
}

/** All that an index holds, in the words of files: two indexes of one tree say the same. */
export async function dumpIndex(root: string): Promise<Record<string, unknown[]>> {
  const handle = new DatabaseSync(join(root, INDEX_FOLDER, 'daybook.db'), { readOnly: true })
  try {
    const connection = sqliteConnection(handle)
    const dump: Record<string, unknown[]> = {}
    for (const table of Object.keys(SHAPES)) {
      const rows = await connection.all<Row>(`SELECT * FROM ${table}`)
      const names = await namesFor(
        connection,
        rows.map((now) => ({ table, old: undefined, now })),
      )
      const { bytes, within = '', refs } = SHAPES[table]!
      dump[table] = rows
        .map((row) => {
          const record = toRecord(table, row, names)
          const home = names.get(refs?.[within] ?? 'session')?.get(row[within] as number)?.name
          const data = bytes && Buffer.from(row[bytes.column] as Uint8Array).toString('hex')
          return { ...record, home, data, at: keyOf(table, record) }
        })
        .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    }
    for (const [table, sql] of Object.entries(MADE_ANEW)) dump[table] = await connection.all(sql)
    return dump
  } finally {
    handle.close()
  }
}

const MADE_ANEW: Record<string, string> = {
  activity_chain: 'SELECT name, sequence, hash FROM activity_chain ORDER BY name',
  usage_quarter: `SELECT s.uid, n.text, quarter, responses, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
    cost_microdollars, unpriced_tokens, unpriced_responses FROM usage_quarter q JOIN session s ON s.id = q.session_id JOIN name n ON n.id = q.model_id
    ORDER BY s.uid, n.text, q.quarter`,
}

export function removeIndex(root: string): void {
  rmSync(join(root, INDEX_FOLDER), { recursive: true })
}
