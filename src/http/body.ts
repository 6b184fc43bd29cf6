import { AppError } from '../domain/errors.ts'

/** Bytes of a body that is read. Tools have a limit of their own. */
export const LARGEST_BODY = 1024 * 1024
const DEEPEST = 64

/**
 * The object in a request's body; an empty body is an empty object.
 *
 * @throws AppError `too_large` above 1 MB, `invalid` for anything that is no JSON object, or is nested deeper than 64
 */
export async function readObject(request: Request): Promise<Record<string, unknown>> {
  const text = new TextDecoder().decode(await readBytes(request))
  if (text.trim() === '') return {}
  if (isTooDeep(text)) throw new AppError('invalid', `the body is nested deeper than ${DEEPEST}`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new AppError('invalid', 'the body is not JSON')
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new AppError('invalid', 'the body is not a JSON object')
}

/** Before it is parsed: what walks through a value later may not be made for hundred thousands of levels. */
function isTooDeep(text: string): boolean {
  let depth = 0
  let isText = false
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (isText && sign === '\\') at++
    else if (sign === '"') isText = !isText
    else if (isText) continue
    else if (sign === '{' || sign === '[') depth++
    else if (sign === '}' || sign === ']') depth--
    if (depth > DEEPEST) return true
  }
  return false
}

/** @throws AppError `too_large` as soon as more than 1 MB came or is announced */
export async function readBytes(request: Request): Promise<Uint8Array> {
  const tooLarge = new AppError('too_large', `the body has more than ${LARGEST_BODY} bytes`)
  if (Number(request.headers.get('content-length') ?? 0) > LARGEST_BODY) throw tooLarge
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of request.body ?? []) {
    size += part.length
    if (size > LARGEST_BODY) throw tooLarge
    parts.push(part)
  }
  return Buffer.concat(parts)
}
