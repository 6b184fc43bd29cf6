import { quotable } from './recorded-text.ts'

/**
 * Recorded text inside Markdown of ours: it stays text. It can open no heading, no list and no code block of its own, hides
 * nothing behind a comment, and nobody reads it as a turn or a tag.
 */

/** On one line. */
export function inLine(text: string): string {
  return unfenced(quotable(text)).replace(/\s+/g, ' ').trim()
}

/** Several lines, each a quotation. */
export function inQuote(text: string): string {
  const lines = unfenced(quotable(text))
    .trim()
    .split('\n')
    .map((line) => line.trimEnd())
  return lines.filter((line, i) => line !== '' || lines[i - 1] !== '').join('\n> ')
}

/** As code in a line, between more backticks than it has in a row. */
export function inCode(text: string): string {
  const code = quotable(text).replace(/\s+/g, ' ').trim()
  const mark = '`'.repeat(longestRun(code) + 1)
  const pad = code.startsWith('`') || code.endsWith('`') ? ' ' : ''
  return `${mark}${pad}${code}${pad}${mark}`
}

/** The line that opens and closes a block of code around these lines. */
export function fenceFor(lines: readonly string[]): string {
  return '`'.repeat(Math.max(3, ...lines.map((line) => longestRun(line) + 1)))
}

/** What a text costs a model, about: a token for four bytes of UTF-8. */
export function estimateTokens(text: string): number {
  return Math.ceil(byteLength(text) / 4)
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

/** The text, or its beginning within so many bytes and how many characters are missing. */
export function cutText(text: string, maxBytes: number): string {
  // No character has more bytes than three for each UTF-16 unit.
  if (text.length * 3 <= maxBytes) return text
  const bytes = new TextEncoder().encode(text.slice(0, maxBytes + 1))
  if (bytes.length <= maxBytes) return text
  const kept = new TextDecoder()
    .decode(bytes.subarray(0, maxBytes))
    .replace(/\ufffd+$/, '')
    .trimEnd()
  return `${kept}… [${text.length - kept.length} more characters]`
}

function unfenced(text: string): string {
  return text
    .replace(/`{3,}/g, (run) => "'".repeat(run.length))
    .replace(/~{3,}/g, (run) => '-'.repeat(run.length))
    .replaceAll('<!--', '\u2039!--')
}

function longestRun(text: string): number {
  let longest = 0
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  return longest
}
