import { AppError, shownValue } from '../domain/errors.ts'
import type { OperationContext } from './operation.ts'

/** The most characters that what somebody writes may have. */
export const LONGEST = {
  title: 500,
  note: 20_000,
  description: 100_000,
  name: 200,
  content: 1_000_000,
  data: 1_000_000,
} as const

/**
 * What somebody wrote, as it is kept: without secrets and without space around it.
 *
 * @param what names it in an error: `the title`
 * @throws AppError `too_large` above `most` characters, `invalid` when nothing is left
 */
export async function said(context: OperationContext, what: string, text: string, most: number): Promise<string> {
  const kept = (await verbatim(context, what, text, most)).trim()
  if (kept === '') throw new AppError('invalid', `${what} ${shownValue(text)} has nothing in it`)
  return kept
}

/** What was said word for word, without secrets. @throws AppError `too_large` above `most` characters */
export async function verbatim(context: OperationContext, what: string, text: string, most: number): Promise<string> {
  if (text.length > most) throw new AppError('too_large', `${what} has ${text.length} characters, above ${most}`)
  return context.redact(text)
}

/** `said` for what stands on one line: a title, a name. */
export async function saidOnOneLine(
  context: OperationContext,
  what: string,
  text: string,
  most: number = LONGEST.title,
): Promise<string> {
  return (await said(context, what, text, most)).replace(/\s+/g, ' ')
}

/**
 * A value of a caller's own as it is kept: any JSON, without secrets.
 *
 * @throws AppError `too_large` where it is longer than `LONGEST.data` characters of JSON, `invalid` where it is no JSON
 */
export async function saidValue<Value>(context: OperationContext, what: string, value: Value): Promise<Value> {
  return JSON.parse(await context.redact(JSON.stringify(small(what, value)))) as Value
}

/** The value itself. @throws AppError `too_large`, `invalid` as `saidValue` */
export function small<Value>(what: string, value: Value): Value {
  const json = JSON.stringify(value) as string | undefined
  if (json === undefined) throw new AppError('invalid', `${what} is not a value that JSON can hold`)
  if (json.length <= LONGEST.data) return value
  throw new AppError('too_large', `${what} has ${json.length} characters as JSON, above ${LONGEST.data}`)
}
