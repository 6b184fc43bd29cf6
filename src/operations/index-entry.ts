import type { Effect, Operation } from './operation.ts'

/** What a face needs to know of an operation before it loads it. */
export interface CatalogueEntry {
  /** `noun.verb`, as in `Operation.name`. */
  readonly name: string
  /** Words of its command: `['session', 'list']`; none where the terminal has no command for it. */
  readonly path: readonly string[]
  readonly summary: string
  readonly effect: Effect
  /** Imports the operation's module and nothing of the others. */
  load(): Promise<Operation>
}

/** Handlers take their own input type; a face hands over what `parseInput` made of the same schema. */
export function any(operation: object): Operation {
  return operation as Operation
}
