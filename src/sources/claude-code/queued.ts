import { hash48 } from '../../domain/ids.ts'
import { messageBlocks, messageText } from './blocks.ts'
import { asObject } from '../record.ts'
import type { Json } from '../record.ts'
import type { State } from './state.ts'

/** A prompt typed while the agent was at work, in the shape of a `user` record. */
export interface QueuedPrompt extends Json {
  message: Json
}

/**
 * The prompt in a `queued_command` attachment (2.1): handed to the model in mid-turn, and often written nowhere else.
 * `undefined` for every other record. `commandMode` says what was queued; all but `prompt` is not a person's text.
 */
export function queuedPrompt(record: Json): QueuedPrompt | undefined {
  const attachment = asObject(record.attachment)
  if (attachment?.type !== 'queued_command' || messageBlocks(attachment.prompt) === undefined) return undefined
  const { prompt: content, commandMode: mode, isMeta, origin } = attachment
  return { message: { content }, origin, isMeta: isMeta === true || (mode !== undefined && mode !== 'prompt') }
}

const REMEMBERED = 16

/** Keeps in mind a prompt that was queued. */
export function rememberQueued(state: State, message: Json): void {
  state.queued = [...state.queued, textHash(message)].slice(-REMEMBERED)
}

/** Whether a prompt is one that was queued and came already. Another prompt ends the waiting for all of them. */
export function cameQueued(state: State, message: Json): boolean {
  if (state.queued.length === 0) return false
  const place = state.queued.indexOf(textHash(message))
  state.queued = place < 0 ? [] : state.queued.toSpliced(place, 1)
  return place >= 0
}

function textHash(message: Json): number {
  return hash48(messageText(messageBlocks(message.content) ?? []).text)
}
