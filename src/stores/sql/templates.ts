import { AppError, shownValue } from '../../domain/errors.ts'
import type { Template } from '../../domain/template.ts'
import type { TemplateStore } from '../template-store.ts'
import type { Scope } from './scope.ts'

interface TemplateRow {
  name: string
  content: string
  saved_at: string
  saved_by: string
}

export function templateStore({ database, workspaceId }: Scope): TemplateStore {
  return {
    list: () =>
      database.read(async (connection) => {
        const rows = await connection.all<TemplateRow>(
          'SELECT name, content, saved_at, saved_by FROM template WHERE workspace_id = ? ORDER BY name',
          [workspaceId],
        )
        return rows.map(({ name, content, saved_at: savedAt, saved_by: savedBy }): Template => {
          const { purpose, kind, tags, stack, checklist } = JSON.parse(content) as Template
          return { name, purpose, kind, tags, stack, checklist, savedAt, savedBy }
        })
      }),
    create: ({ name, savedAt, savedBy, ...content }) =>
      database.write(async (connection) => {
        const made = await connection.run(
          `INSERT INTO template (workspace_id, name, content, saved_at, saved_by) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (workspace_id, name) DO NOTHING`,
          [workspaceId, name, JSON.stringify(content), savedAt, savedBy],
        )
        if (made > 0) return
        throw new AppError('conflict', `there is a template ${shownValue(name)} already`, {
          hint: `daybook template show ${name}`,
        })
      }, 'full'),
    remove: (name) =>
      database.write(async (connection) => {
        await connection.run('DELETE FROM template WHERE workspace_id = ? AND name = ?', [workspaceId, name])
      }, 'full'),
  }
}
