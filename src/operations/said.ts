import { AppError, shownValue } from '../domain/errors.ts'
import type { OperationContext } from './operation.ts'

/** The most characters that what somebody writes may have. */
export const LONGEST = { title: 500, note: 20_000, description: 100_000, name: 200 } as const

/**
 * What somebody wrote, as it is kept: without secrets and without space around it.
 *
 * @param what names it in an error: `the title`
 * @throws AppError `too_large` above `most` characters, `invalid` when nothing is left
 */
export async function said(context: OperationContext, what: string, text: string, most: number): Promise<string> {
  if (text.length > most) throw new AppError('too_large', `${what} has ${text.length} characters, above ${most}`)
  const kept = (await context.redact(text)).trim()
  if (kept === '') throw new AppError('invalid', `${what} ${shownValue(text)} has nothing in it`)
  return kept
}

/** The same for what stands on one line: a title, a name. */
export async function saidOnOneLine(
  context: OperationContext,
  what: string,
  text: string,
  most: number = LONGEST.title,
): Promise<string> {
  return (await said(context, what, text, most)).replace(/\s+/g, ' ')
}
