import { AppError } from '../domain/errors.ts'
import type { Io } from './io.ts'

/** Another Daybook whose record is asked, in the place of the one on this machine. */
export interface Elsewhere {
  url: string
  /** File that holds the token; undefined: as the environment says. */
  tokenFile: string | undefined
  /** What stands before every command that asks it; empty where the environment says where it is. */
  prefix: string
}

/**
 * Reads `--url` and `--token-file`, which stand before the words of a command, or `DAYBOOK_URL`.
 *
 * @returns the words behind them
 * @throws AppError `invalid` for a flag without its value
 */
export function readElsewhere(
  argv: readonly string[],
  env: Io['env'],
): { words: string[]; elsewhere: Elsewhere | undefined } {
  const given = new Map<string, string>()
  let at = 0
  for (; at < argv.length; at++) {
    const [, flag, inline] = /^(--url|--token-file)(?:=([^]*))?$/.exec(argv[at] ?? '') ?? []
    if (flag === undefined) break
    const value = inline ?? argv[++at] ?? ''
    if (value.trim() === '' || value.startsWith('--')) throw needsValue(flag)
    given.set(flag, value)
  }
  const words = argv.slice(at)
  const [url, tokenFile] = [given.get('--url'), given.get('--token-file')]
  const known = url ?? (env['DAYBOOK_URL'] || undefined)
  if (known === undefined && tokenFile !== undefined)
    throw new AppError('invalid', '--token-file is of no use without --url', { hint: 'daybook --help' })
  if (known === undefined) return { words, elsewhere: undefined }
  const prefix = argv.slice(0, at).join(' ')
  return { words, elsewhere: { url: known, tokenFile, prefix } }
}

function needsValue(flag: string): AppError {
  const what = flag === '--url' ? 'the address of a server' : 'the file that holds its token'
  return new AppError('invalid', `${flag} needs a value: ${what}`, { hint: 'daybook --help' })
}
