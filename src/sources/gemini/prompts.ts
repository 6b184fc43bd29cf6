import { isOurs } from '../record.ts'

/** Sent by the client in a person's place: after an answer that was cut off, and to a subagent that forgot to finish. */
const CONTINUATIONS = ['System: Please continue.', 'You have stopped calling tools without finishing.']

/** True for text that a person wrote for the model. */
export function isTyped(text: string): boolean {
  return !isCommand(text) && !isOurs(text) && !CONTINUATIONS.some((start) => text.startsWith(start))
}

/** `/chat save x`, `/compress`: commands to the client, recorded as user messages (0.20 and later). A path is none. */
export function isCommand(text: string): boolean {
  return /^\/[a-z][\w:-]{0,40}(?:\s|$)/.test(text)
}
