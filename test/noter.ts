import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathInDatabase } from '../src/domain/transcript.ts'
import { NO_FORMAT } from './source-format.ts'
import { readRows, replayRows, type RowParser, type RowStamp } from '../src/sources/rows.ts'
import { openSqliteFile, sqliteState } from '../src/sources/sqlite-file.ts'
import { statIdentity } from '../src/sources/source-file.ts'
import type { Env, Source, TranscriptRef } from '../src/sources/source.ts'

/** What the made-up agent Noter keeps: one database of talks, each some notes that are written piece by piece. */
export interface Note {
  id: string
  talk: string
  at: number
  says: string
  done?: boolean
  updated?: number
  tokens?: number
}

export const T0 = Date.parse('2026-11-20T10:00:00Z')

const READABLE = { note: ['id', 'talk', 'at', 'says', 'done', 'updated', 'tokens'], talk: ['id', 'title', 'updated'] }

/** The agent's own hand: opens its database for writing. */
export function openNotes(folder: string): { database: DatabaseSync; put(...notes: Note[]): void } {
  const database = new DatabaseSync(join(folder, 'notes.db'))
  database.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS talk (id TEXT PRIMARY KEY, title TEXT, updated INTEGER);
    CREATE TABLE IF NOT EXISTS note (id TEXT PRIMARY KEY, talk TEXT, at INTEGER, says TEXT, done INTEGER, updated INTEGER, tokens INTEGER);
    CREATE TABLE IF NOT EXISTS account (token TEXT); INSERT INTO account VALUES ('sesame')`)
  const put = (...notes: Note[]): void => {
    for (const { id, talk, at, says, done = true, updated = at, tokens = 0 } of notes) {
      database.prepare('INSERT OR IGNORE INTO talk VALUES (?, ?, 0)').run(talk, `About ${talk}`)
      database
        .prepare('INSERT OR REPLACE INTO note VALUES (?, ?, ?, ?, ?, ?, ?)')
        .run(id, talk, at, says, done ? 1 : 0, T0 + updated * 1000, tokens)
    }
  }
  return { database, put }
}

const parser: RowParser<Record<string, never>> = {
  initial: () => ({}),
  parse(_state, row, { record, line }, batch) {
    if (typeof row.title === 'string') {
      Object.assign(batch.facts, { title: row.title, titleSource: 'agent' })
      return
    }
    const atMs = T0 + Number(row.at) * 1000
    batch.entries.push({ record, block: 0, recordId: String(row.id), atMs, type: 'message', role: 'user', flags: 0 })
    if (!row.tokens) return
    const none = { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, cacheWrite1hTokens: 0, reasoningTokens: 0 }
    const response = { record, line, atMs, model: 'made-up', responseId: String(row.id), lines: 1 }
    batch.usage.push({ ...none, ...response, outputTokens: Number(row.tokens) })
  },
  open({ externalId, path }) {
    const file = openSqliteFile(path.slice(0, path.lastIndexOf('#')), READABLE)
    return {
      stamps() {
        const [talk] = file.all<{ title: string; updated: number }>(
          'SELECT title, updated FROM talk WHERE id = ?',
          externalId,
        )
        if (!talk) return undefined
        const notes = file.all<{ id: string; updated: number; size: number; last: number }>(
          `SELECT id, updated, octet_length(says) AS size, at = MAX(at) OVER () AS last FROM note WHERE talk = ? ORDER BY at`,
          externalId,
        )
        const head = { key: 'talk', stamp: talk.title, sizeBytes: 0, updatedAtMs: talk.updated, closed: false }
        return [
          head,
          ...notes.map(({ id, updated, size, last }): RowStamp => ({
            key: id,
            stamp: `${updated}:${size}`,
            sizeBytes: size,
            updatedAtMs: updated,
            closed: last === 0,
          })),
        ]
      },
      line({ key }) {
        const [row] =
          key === 'talk'
            ? file.all<object>('SELECT title FROM talk WHERE id = ?', externalId)
            : file.all<object>('SELECT * FROM (SELECT id, at, says, done, tokens FROM note) WHERE id = ?', key)
        return row && JSON.stringify(row)
      },
      isFinished: (_row, line) => !line.includes('"done":0'),
      close: file.close,
    }
  },
}

/** Noter as a source. */
export const noter: Source = {
  id: 'noter',
  name: 'Noter',
  mark: 'NO',
  refPrefix: 'no',
  vendorKeepsDays: null,
  format: NO_FORMAT,
  roots: (env) => [join(env.home, 'noter')],
  async discover(env: Env): Promise<TranscriptRef[]> {
    const path = join(env.home, 'noter/notes.db')
    const state = sqliteState(path)
    if (state === undefined || env.isSettled?.(path, state)) return []
    try {
      const file = openSqliteFile(path, READABLE)
      const talks = file.all<{ id: string; size: number; updated: number }>(
        `SELECT talk.id, SUM(octet_length(says)) AS size, MAX(talk.updated, MAX(note.updated)) AS updated
         FROM talk JOIN note ON note.talk = talk.id GROUP BY talk.id`,
      )
      file.close()
      return talks.map(({ id, size, updated }) => {
        const identity = { ...statIdentity(path), sizeBytes: size, modifiedAtMs: updated }
        return { agent: 'noter', path: pathInDatabase(path, id), kind: 'main', externalId: id, file: identity }
      })
    } catch (error) {
      env.problem?.(path, error instanceof Error ? error.message.replace('DATABASE: ', '') : 'unknown')
      return []
    }
  },
  read: (ref, cursor, context) => readRows(parser, ref, cursor, context),
  replay: (ref, records) => replayRows(parser, ref, records),
  content: (row, block, type) =>
    block === 0 && type === 'message' ? { type, text: String((row as { says: unknown }).says) } : undefined,
}
