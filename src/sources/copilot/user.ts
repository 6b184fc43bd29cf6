import { ENTRY_FLAG } from '../../domain/entry.ts'
import { addProblem, asObject, asText, FENCE, firstLine, isOurs, oneLine } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import type { Event } from './event.ts'
import type { State } from './state.ts'

const TITLE_LIMIT = 120

/**
 * A `user.message`. `content` is what stood in the terminal; `transformedContent` adds a date, hook text and file lists
 * and is not read.
 *
 * Not everything in the user's role was typed: a skill, another agent or the autopilot may have sent it, and says so.
 */
export function parseUser(state: State, event: Event, batch: Batch): void {
  const { data, flags } = event
  if (typeof data.content !== 'string' && data.content != null)
    return addProblem(batch, event.line, 'the content of a user message is not text')
  const text = userText(data)
  const images = pictures(data)
  if (text.trim() === '' && images === 0) return
  if (flags === 0 && isTyped(data) && !isOurs(text)) return addPrompt(state, event, text, images, batch)
  const meta = flags === 0 ? ENTRY_FLAG.meta | (text.includes(FENCE) ? ENTRY_FLAG.injected : 0) : 0
  addMessage(event, flags | meta, undefined, batch)
}

/** What a person typed. The first names the session. */
export function addPrompt(state: State, event: Event, text: string, images: number, batch: Batch): void {
  if (text.trim() === '' && images === 0) return
  addMessage(event, 0, 'prompt', batch)
  state.prompted = true
  const title = oneLine(firstLine(text), TITLE_LIMIT)
  if (state.titled || title === '') return
  state.titled = true
  batch.facts.title = title
  batch.facts.titleSource = 'prompt'
}

function addMessage({ record, recordId, atMs }: Event, flags: number, opens: string | undefined, batch: Batch): void {
  batch.entries.push({ record, block: 0, recordId, atMs, type: 'message', role: 'user', flags, opens })
}

/** What another session sent: `authenticated-cross-session`. */
const CROSS_SESSION = /\bcross-session$/

function isTyped(data: Json): boolean {
  const source = asText(data.source)
  const origin = asText(data.inputOrigin)
  const sent = data.isAutopilotContinuation === true || (origin !== undefined && CROSS_SESSION.test(origin))
  return (source === undefined || source === 'user') && !sent
}

export function userText(data: Json): string {
  return asText(data.content) ?? ''
}

/** Attached pictures: files and pasted data whose kind is known to be an image. */
export function pictures(data: Json): number {
  if (!Array.isArray(data.attachments)) return 0
  return data.attachments.filter((item) => asText(asObject(item)?.mimeType)?.startsWith('image/')).length
}
