/** Reads the part of an address behind `?` as plain words: everything stays text. */
export function parseWords(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text))
}

/** Writes it; what is empty is left out. */
export function writeWords(words: Record<string, unknown>): string {
  const pairs = Object.entries(words).filter(([, value]) => typeof value === 'string' && value !== '')
  const text = new URLSearchParams(pairs as [string, string][]).toString()
  return text === '' ? '' : `?${text}`
}
