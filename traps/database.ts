import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A database in readable form: `NAME.db.rows.json` becomes `NAME.db`. */
export interface RowFile {
  /** A file of `schemas/`. */
  schema: string
  /** Its rows were written last and lie in the write-ahead log alone. */
  inLog?: boolean
  /** By table. Objects are stored as JSON text. */
  rows: Record<string, Record<string, unknown>[]>
}

/** Makes a database as an agent leaves it that still has it open: the file, and beside it the log with what came last. */
export function writeDatabase(path: string, files: readonly RowFile[]): void {
  const scratch = mkdtempSync(join(tmpdir(), 'traps-database-'))
  const made = join(scratch, 'made.db')
  const database = new DatabaseSync(made)
  database.exec('PRAGMA journal_mode = WAL')
  for (const { schema } of files) database.exec(readFileSync(new URL(`schemas/${schema}`, import.meta.url), 'utf8'))
  for (const file of files.filter(({ inLog }) => !inLog)) insert(database, file)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  for (const file of files.filter(({ inLog }) => inLog)) insert(database, file)
  copyFileSync(made, path)
  if (existsSync(`${made}-wal`)) copyFileSync(`${made}-wal`, `${path}-wal`)
  database.close()
  rmSync(scratch, { recursive: true })
}

function insert(database: DatabaseSync, { rows }: RowFile): void {
  for (const [table, all] of Object.entries(rows)) {
    for (const row of all) {
      const names = Object.keys(row)
      const values = names.map((name) => asColumn(row[name]))
      const places = names.map(() => '?').join(', ')
      database.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places})`).run(...values)
    }
  }
}

function asColumn(value: unknown): string | number | null {
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value
  return JSON.stringify(value)
}
