import { AppError, shownValue } from './errors.ts'

const SHAPE = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/
const KEY_OR_NUMBER = /^(?:session-)?[0-9]+$/i
/** Names that Windows keeps for devices, whatever comes behind a dot. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i

/**
 * A session id that a caller chose: kept as it is, and safe as a file's name on every system.
 *
 * @throws AppError `invalid` saying why it cannot be one
 */
export function checkOwnId(id: string): string {
  const wrong = whatIsWrong(id)
  if (wrong === undefined) return id
  throw new AppError('invalid', `${shownValue(id)} cannot be a session's id: ${wrong}`, {
    hint: 'leave the id out to have one made',
  })
}

function whatIsWrong(id: string): string | undefined {
  if (!SHAPE.test(id)) return 'letters, digits and . _ - are, 128 at most, beginning with a letter, a digit or _'
  if (KEY_OR_NUMBER.test(id)) return 'it reads as the key or number of another one'
  return DEVICE.test(id) ? 'it is the name of a device' : undefined
}
