import { ENTRY_FLAG } from '../../domain/entry.ts'
import { addProblem, asObject, asText, FENCE, firstLine, oneLine } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../source.ts'
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
  if (text.trim() === '' && pictures(data) === 0) return
  const prompt = flags === 0 && isTyped(data)
  const meta = flags === 0 && !prompt ? ENTRY_FLAG.meta : 0
  batch.entries.push({
    record: event.record,
    block: 0,
    recordId: event.recordId,
    atMs: event.atMs,
    type: 'message',
    role: 'user',
    flags: flags | meta | (meta !== 0 && text.includes(FENCE) ? ENTRY_FLAG.injected : 0),
    opens: prompt ? 'prompt' : undefined,
  })
  if (!prompt) return
  state.prompted = true
  const title = oneLine(firstLine(text), TITLE_LIMIT)
  if (state.titled || title === '') return
  state.titled = true
  batch.facts.title = title
  batch.facts.titleSource = 'prompt'
}

function isTyped(data: Json): boolean {
  const source = asText(data.source)
  return (source === undefined || source === 'user') && data.isAutopilotContinuation !== true
}

export function userText(data: Json): string {
  return asText(data.content) ?? ''
}

/** Attached pictures: files and pasted data whose kind is known to be an image. */
export function pictures(data: Json): number {
  if (!Array.isArray(data.attachments)) return 0
  return data.attachments.filter((item) => asText(asObject(item)?.mimeType)?.startsWith('image/')).length
}
