import type { Connection } from '../sql/connection.ts'

/** A question whose answer holds until the index or the store changes. */
export interface Remembered<T> {
  ask(connection: Connection): Promise<T>
  /** To be called when this connection itself has written. */
  forget(): void
}

/**
 * Asks again only when another connection has written to the index or to the store (`book`) since.
 *
 * @see https://www.sqlite.org/pragma.html#pragma_data_version
 */
export function whileUnchanged<T>(ask: (connection: Connection) => Promise<T>): Remembered<T> {
  let known: { connection: Connection; versions: string; answer: T } | undefined
  return {
    async ask(connection) {
      const versions = await readVersions(connection)
      if (known?.connection === connection && known.versions === versions) return known.answer
      const answer = await ask(connection)
      // Beside somebody who writes, the answer may be newer than the versions: then it is asked for once more than needed.
      known = { connection, versions, answer }
      return answer
    },
    forget() {
      known = undefined
    },
  }
}

async function readVersions(connection: Connection): Promise<string> {
  const [index] = await connection.all<{ data_version: number }>('PRAGMA main.data_version')
  const [book] = await connection.all<{ data_version: number }>('PRAGMA book.data_version')
  return `${index?.data_version}:${book?.data_version}`
}

/** Asks every time. */
export function always<T>(ask: (connection: Connection) => Promise<T>): Remembered<T> {
  return { ask, forget: () => undefined }
}
