import { databaseProblem, isDatabaseProblem } from '../sources/sqlite-file.ts'

const READ_CODES = new Set(['EACCES', 'EPERM', 'ENOENT', 'ELOOP', 'EISDIR', 'EIO', 'EBUSY', 'ENXIO', 'ESTALE'])

/** True when a file could not be read; anything else is a fault of ours and goes on. */
export function isReadFailure(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error)) return false
  if (isDatabaseProblem(error)) return true
  const code = (error as NodeJS.ErrnoException).code ?? /^([A-Z]{3,}):/.exec(error.message)?.[1]
  return (code !== undefined && READ_CODES.has(code)) || error.message === 'not a regular file'
}

/** Why, in words for a problem. */
export function readFailure(error: NodeJS.ErrnoException): string {
  if (isDatabaseProblem(error)) return databaseProblem(error)
  const code = error.code ?? /^([A-Z]{3,}):/.exec(error.message)?.[1]
  if (code === 'EACCES' || code === 'EPERM') return 'cannot be read: permission denied'
  if (code === 'ENOENT') return 'vanished while it was to be read'
  if (code === 'ELOOP') return 'is a link; links are not followed'
  return code === undefined ? error.message : `cannot be read: ${code}`
}
