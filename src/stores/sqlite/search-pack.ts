import type { Connection } from '../sql/connection.ts'
import type { IndexBatch, TextBatch } from '../search-store.ts'
import { facetsOf } from './search-schema.ts'

/**
 * Puts the facets of entries before their text, as bytes: FTS5 takes bytes for text, and a thread that gets them makes no
 * strings of them.
 */
export async function packBatch(connection: Connection, batch: TextBatch): Promise<IndexBatch> {
  const { transcriptId, agent, epoch, fromRecord, throughRecord, rows } = batch
  const tools = await readTools(connection, batch)
  const facets = facetsOf(transcriptId, agent)
  const words = rows.map(
    ({ row }) => `${facets(row, tools.get(row.type === 'tool_result' ? -1 - row.record : row.rowId))} `,
  )
  const bytes = rows.reduce((sum, { text }, i) => sum + (words[i] as string).length + byteLength(text), 0)
  const memory = new ArrayBuffer(rows.length * (8 + 4) + bytes)
  const rowIds = new Float64Array(memory, 0, rows.length)
  const ends = new Uint32Array(memory, rows.length * 8, rows.length)
  const text = Buffer.from(memory, rows.length * (8 + 4))
  let at = 0
  for (const [i, said] of rows.entries()) {
    at += text.write(words[i] as string, at, 'latin1')
    if (typeof said.text === 'string') at += text.write(said.text, at)
    else {
      text.set(said.text, at)
      at += said.text.length
    }
    rowIds[i] = said.row.rowId
    ends[i] = at
  }
  return { transcriptId, epoch, fromRecord, throughRecord, rowIds, ends, text }
}

function byteLength(text: string | Uint8Array): number {
  return typeof text === 'string' ? Buffer.byteLength(text) : text.length
}

/** Tools by the row id of the call, and by `-1 - record` of the result. */
async function readTools(connection: Connection, { transcriptId, rows }: TextBatch): Promise<Map<number, number>> {
  const tools = new Map<number, number>()
  if (!rows.some(({ row }) => row.type === 'tool_call' || row.type === 'tool_result')) return tools
  const calls = await connection.all<{ id: number; tool: number; record: number | null }>(
    'SELECT id, tool_id AS tool, result_record AS record FROM invocation WHERE transcript_id = ?',
    [transcriptId],
  )
  for (const { id, tool, record } of calls) {
    tools.set(id, tool)
    if (record !== null) tools.set(-1 - record, tool)
  }
  return tools
}
