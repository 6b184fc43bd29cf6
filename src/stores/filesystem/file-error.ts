import { AppError, isAppError } from '../../domain/errors.ts'

const REASONS: Record<string, [what: string, hint: string]> = {
  ENOSPC: ['the disk is full: nothing more is written', 'free some space and run the same command again'],
  EDQUOT: ['the disk quota is used up: nothing more is written', 'free some space and run the same command again'],
  EROFS: ['the disk is read-only: nothing was written', 'daybook config'],
  EACCES: ['permission denied', 'check the owner and the mode of the folder'],
  EPERM: ['permission denied', 'check the owner and the mode of the folder'],
  EIO: ['the disk reported an error: nothing was written', 'check the disk, then run `daybook doctor`'],
}

/** What the system said, in words that help; our own errors stay as they are. */
export function storeError(root: string, error: unknown): unknown {
  if (isAppError(error) || !(error instanceof Error) || !('code' in error)) return error
  const [what, hint] = REASONS[String(error.code)] ?? [String(error.code), 'daybook doctor']
  return new AppError('unavailable', `the files in ${root} cannot be written: ${what}`, { hint, cause: error })
}
