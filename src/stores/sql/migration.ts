import type { Dialect } from './connection.ts'

/** One numbered step of the schema. Once released it never changes; the next change is the next number. */
export interface Migration {
  version: number
  name: string
  statements(dialect: Dialect): string[]
}
