import { sanitize } from './sanitize.ts'
import { displayWidth } from './width.ts'

/** What a piece of text is, for colour: bold subject, dim meta, green, yellow, red, cyan command, reversed match. */
export type TextRole = 'subject' | 'meta' | 'ok' | 'warn' | 'bad' | 'command' | 'match'

export interface Span {
  text: string
  role: TextRole
}

/**
 * Text on its way to a terminal. Colour is never inside a string: a string is foreign until the screen has cleaned it,
 * and only the screen writes control sequences.
 */
export type Text = string | Span | readonly Text[]

export const subject = (text: string): Span => ({ text, role: 'subject' })
export const meta = (text: string): Span => ({ text, role: 'meta' })
export const ok = (text: string): Span => ({ text, role: 'ok' })
export const warn = (text: string): Span => ({ text, role: 'warn' })
export const bad = (text: string): Span => ({ text, role: 'bad' })
export const command = (text: string): Span => ({ text, role: 'command' })
export const match = (text: string): Span => ({ text, role: 'match' })

/** The characters alone. */
export function plain(text: Text): string {
  if (typeof text === 'string') return text
  if ('role' in text) return text.text
  return text.map(plain).join('')
}

/** Columns that text takes once it is clean. */
export function textWidth(text: Text): number {
  return displayWidth(sanitize(plain(text)))
}

/** Changes the characters of a text that is one piece, keeping its role. */
export function mapText(text: Text, change: (plain: string) => string): Text {
  if (typeof text === 'string') return change(text)
  if ('role' in text) return { text: change(text.text), role: text.role }
  return text.length === 1 && text[0] !== undefined ? mapText(text[0], change) : change(plain(text))
}

/** Joins what is there with ` · `; empty texts are left out. */
export function dots(...texts: readonly (Text | undefined | false)[]): Text {
  const present = texts.filter((text): text is Text => text !== undefined && text !== false && plain(text) !== '')
  return present.flatMap((text, index) => (index === 0 ? [text] : [' · ', text]))
}
