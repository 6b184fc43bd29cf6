import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { asText, oneLine, RAW_TITLE_LIMIT } from '../record.ts'
import type { Env } from '../source.ts'
import type { TranscriptFacts } from '../batch.ts'
import { databaseProblem, isDatabaseProblem, openSqliteFile, sqliteState } from '../sqlite-file.ts'
import { codexHome } from './paths.ts'

/** Characters of a column that are looked at: some hold whole prompts. */
const ENOUGH = 1000
const COLUMNS = ['id', 'name', 'title', 'first_user_message'] as const
type Row = Partial<Record<(typeof COLUMNS)[number], unknown>>

/**
 * Names of threads, by thread, from `state_<number>.sqlite`: those that people gave, and titles that are more than the first
 * prompt. Nothing else in it is read. The number rises with versions; the highest counts. Empty where there is no such
 * database, or it is as it was when all of its threads had been read.
 */
export function threadNames(env: Env): Map<string, TranscriptFacts> {
  const names = new Map<string, TranscriptFacts>()
  const path = stateDatabase(codexHome(env))
  if (path === undefined) return names
  const state = sqliteState(path)
  if (state === undefined || env.isSettled?.(path, state)) return names
  try {
    const database = openSqliteFile(path, { threads: COLUMNS })
    try {
      const columns = database.columns('threads')
      if (!columns.includes('id')) return names
      const beginnings = columns.map((column) => `substr(${column}, 1, ${ENOUGH}) AS ${column}`)
      for (const row of database.all<Row>(`SELECT ${beginnings.join(', ')} FROM threads`)) noteName(names, row)
    } finally {
      database.close()
    }
  } catch (error) {
    if (!(error instanceof Error) || !isDatabaseProblem(error)) throw error
    env.problem?.(path, databaseProblem(error))
  }
  return names
}

function stateDatabase(home: string): string | undefined {
  let files: string[]
  try {
    files = readdirSync(home)
  } catch {
    return undefined
  }
  const numbers = files.flatMap((file) => /^state_(\d{1,9})\.sqlite$/.exec(file)?.[1] ?? []).map(Number)
  return numbers.length === 0 ? undefined : join(home, `state_${Math.max(...numbers)}.sqlite`)
}

function noteName(names: Map<string, TranscriptFacts>, row: Row): void {
  const id = asText(row.id)
  if (id === undefined) return
  const name = shown(row.name)
  const title = shown(row.title)
  if (name !== undefined) names.set(id, { title: name, titleSource: 'custom' })
  // Where nobody thought of one, the title is the first prompt, whole or cut.
  else if (title !== undefined && !startsAlike(title, shown(row.first_user_message)))
    names.set(id, { title, titleSource: 'agent' })
}

function shown(value: unknown): string | undefined {
  const text = asText(value)
  return text === undefined ? undefined : asText(oneLine(text, RAW_TITLE_LIMIT))
}

function startsAlike(title: string, prompt: string | undefined): boolean {
  return prompt !== undefined && prompt.startsWith(title.replace(/(?:…|\.\.\.)$/, ''))
}
