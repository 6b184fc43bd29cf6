/** What a statement takes and what comes back. Whole numbers are exact up to 2 ** 53. */
export type Value = string | number | null | Uint8Array

/** The few words in which the engines differ. Everything else in `stores/sql/` is said once. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres'
  /** Primary key whose values are handed out rising and never again. */
  readonly serial: string
  /** Type of a key that the caller chooses and that orders the table, with the constraint at the end of the table. */
  readonly chosenKey: string
  readonly chosenKeyConstraint: string
  readonly integer: string
  readonly bytes: string
  /** Ends a CREATE TABLE whose primary key should be the table itself. */
  readonly keyed: string
  /** Appended to a SELECT whose rows are about to be changed. */
  readonly forUpdate: string
}

/**
 * One connection, or one transaction on it. Statements use `?` for parameters; an engine that numbers them translates.
 * Columns come back under the names the statement gives them.
 */
export interface Connection {
  readonly dialect: Dialect
  all<Row>(sql: string, parameters?: readonly Value[]): Promise<Row[]>
  /** @returns how many rows changed */
  run(sql: string, parameters?: readonly Value[]): Promise<number>
  /** Held until the transaction ends: two that name the same thing run one after the other, in all processes. */
  lock(what: string): Promise<void>
  /** A number that is another one once somebody else has written; absent where this connection writes, or nobody knows. */
  version?(): Promise<number>
}

/**
 * `full`: what somebody was told is saved survives power loss. `bulk`: a power loss may take it back until the next `full`,
 * for it can be read again from transcripts or from what hooks left.
 * `erase`: as `full`, and the bytes of what is deleted are overwritten.
 */
export type Durability = 'full' | 'bulk' | 'erase'

/** An engine that is open. Writes are one at a time in a process; reads see what is committed. */
export interface Database {
  readonly dialect: Dialect
  read<T>(work: (connection: Connection) => Promise<T>): Promise<T>
  write<T>(work: (connection: Connection) => Promise<T>, durability: Durability): Promise<T>
}

/** First row or `undefined`. */
export async function first<Row>(
  connection: Connection,
  sql: string,
  parameters: readonly Value[] = [],
): Promise<Row | undefined> {
  return (await connection.all<Row>(sql, parameters))[0]
}

/** `(?, ?, ?)`, `rows` times. */
export function placeholders(columns: number, rows = 1): string {
  const one = `(${Array.from({ length: columns }, () => '?').join(', ')})`
  return rows === 1 ? one : Array.from({ length: rows }, () => one).join(', ')
}
