import type { Connection } from './connection.ts'

interface Held {
  version: number
  answers: Map<string, unknown>
}

const held = new WeakMap<Connection, Held>()
const MOST_ANSWERS = 200

/** Answers of one connection that hold until somebody writes. */
export interface AnswersUntilWritten {
  get(question: string): unknown
  /** Not kept where there are many already. */
  keep(question: string, answer: unknown): void
}

/**
 * To be asked for before the engine is: where somebody writes in between, it is asked once more than needed.
 *
 * @returns undefined where nobody knows whether somebody wrote
 */
export async function answersUntilWritten(connection: Connection): Promise<AnswersUntilWritten | undefined> {
  const version = await connection.version?.()
  if (version === undefined) return undefined
  const known = held.get(connection)
  const answers = known?.version === version ? known.answers : new Map<string, unknown>()
  if (known?.version !== version) held.set(connection, { version, answers })
  return {
    get: (question) => answers.get(question),
    keep(question, answer) {
      if (answers.has(question) || answers.size < MOST_ANSWERS) answers.set(question, answer)
    },
  }
}
