import type { SavedFilter } from '../../domain/saved-filter.ts'
import type { SavedFilterStore } from '../organising-store.ts'
import type { Scope } from './scope.ts'

interface FilterRow {
  name: string
  words: string
  saved_at: string
  saved_by: string
}

export function savedFilterStore({ database, workspaceId }: Scope): SavedFilterStore {
  return {
    list: () =>
      database.read(async (connection) => {
        const rows = await connection.all<FilterRow>(
          'SELECT name, words, saved_at, saved_by FROM saved_filter WHERE workspace_id = ? ORDER BY name',
          [workspaceId],
        )
        return rows.map((row): SavedFilter => {
          const words = JSON.parse(row.words) as SavedFilter['words']
          return { name: row.name, words, savedAt: row.saved_at, savedBy: row.saved_by }
        })
      }),
    save: ({ name, words, savedAt, savedBy }) =>
      database.write(async (connection) => {
        await connection.run(
          `INSERT INTO saved_filter (workspace_id, name, words, saved_at, saved_by) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (workspace_id, name) DO UPDATE
           SET words = excluded.words, saved_at = excluded.saved_at, saved_by = excluded.saved_by`,
          [workspaceId, name, JSON.stringify(words), savedAt, savedBy],
        )
      }, 'full'),
    remove: (name) =>
      database.write(async (connection) => {
        await connection.run('DELETE FROM saved_filter WHERE workspace_id = ? AND name = ?', [workspaceId, name])
      }, 'full'),
  }
}
