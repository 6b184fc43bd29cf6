import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { AppError } from '../domain/errors.ts'
import { reasonOf } from './places.ts'

const LARGEST_BYTES = 256 * 1024

/**
 * The values of a TOML file by dotted key, in file order; empty when there is no such file.
 *
 * @throws AppError `invalid` with file and line for what is not TOML, `unavailable` for a file that cannot be read
 */
export async function readToml(file: string): Promise<Map<string, unknown>> {
  const text = readSmall(file)
  const values = new Map<string, unknown>()
  if (text === undefined || text.trim() === '') return values
  // Loaded only where there is something to parse: most commands find no file.
  const { parse, TomlError } = await import('smol-toml')
  try {
    flatten(parse(text), '', values)
    return values
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const says = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '')
    throw new AppError('invalid', `${file}:${error.line}: ${says}`, { cause: error })
  }
}

/** A device or a pipe in place of the file is refused, never waited for. */
function readSmall(file: string): string | undefined {
  let descriptor: number
  try {
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new AppError('unavailable', `${file} cannot be read: ${reasonOf(error)}`, { cause: error })
  }
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) throw new AppError('unavailable', `${file} is not a file`)
    if (stat.size > LARGEST_BYTES) {
      throw new AppError('too_large', `${file} has ${stat.size} bytes; configuration has at most ${LARGEST_BYTES}`)
    }
    return readFileSync(descriptor, 'utf8').replace(/^\uFEFF/, '')
  } finally {
    closeSync(descriptor)
  }
}

function flatten(table: object, prefix: string, into: Map<string, unknown>): void {
  for (const [name, value] of Object.entries(table)) {
    const key = prefix + name
    const isTable = typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
    if (isTable) flatten(value as object, `${key}.`, into)
    else into.set(key, value)
  }
}
