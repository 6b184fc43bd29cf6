import type { $ZodObject, input } from 'zod/v4/core'
import type { Operations } from './catalogue-types.ts'

export type OperationName = keyof Operations

/** What an operation is given, before what was left out is filled in. */
export type InputOf<Name extends OperationName> = Operations[Name] extends { input: infer Schema extends $ZodObject }
  ? input<Schema>
  : never

export type OutputOf<Name extends OperationName> = Operations[Name] extends {
  handle(...given: never[]): Promise<infer Output>
}
  ? Output
  : never
