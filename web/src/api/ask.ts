import { askOf } from '../../../src/client/server.ts'
import { AppError } from '../../../src/domain/errors.ts'
import type { Asked, OperationName, Reply } from './operations.ts'

const server = askOf({ url: '' })

/**
 * Asks the server that this page came from.
 *
 * @throws AppError with the server's code and words; `unavailable` when nothing answers
 */
export async function ask<Name extends OperationName>(
  name: Name,
  input: Asked<Name>,
  signal?: AbortSignal,
): Promise<Reply<Name>> {
  try {
    return (await server(name, input, signal)) as Reply<Name>
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unauthenticated') throw error
    throw new AppError('unauthenticated', 'this browser is not signed in', { hint: 'daybook open' })
  }
}
