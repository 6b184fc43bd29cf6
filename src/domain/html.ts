import { HOSTILE_CHARACTERS } from './hostile-characters.ts'

/** Recorded text as HTML text or the value of a quoted attribute: it opens no tag, hides nothing, turns nothing round. */
export function escapeHtml(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(HOSTILE_CHARACTERS, '\ufffd')
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
