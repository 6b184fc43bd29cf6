import { hash48 } from '../../domain/ids.ts'
import { addProblem, asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'
import { addCall } from './calls.ts'
import { addEntry, FIRST_CALL_BLOCK, MESSAGE_BLOCK, THINKING_BLOCK } from './entry.ts'
import type { Event } from './event.ts'
import type { State } from './state.ts'

/** An `assistant.message`: thinking, text and the calls it asks for, each an entry. */
export function parseAssistant(state: State, event: Event, batch: Batch): void {
  const { data } = event
  state.run.messages++
  const reasoning = thinking(data)
  const repeated = reasoning !== undefined && reasoning.text !== '' && hash48(reasoning.text) === state.reasoning
  state.reasoning = 0
  if (reasoning !== undefined && !repeated) addEntry(state, event, THINKING_BLOCK, 'thinking', batch)
  if (typeof data.content === 'string') {
    if (data.content.trim() !== '') addEntry(state, event, MESSAGE_BLOCK, 'message', batch)
  } else if (data.content != null) addProblem(batch, event.line, 'the content of an assistant message is not text')
  if (data.toolRequests == null) return
  if (!Array.isArray(data.toolRequests)) return addProblem(batch, event.line, 'the tool requests are not a list')
  for (const [index, request] of data.toolRequests.entries()) {
    const call = asObject(request)
    if (call === undefined) addProblem(batch, event.line, 'a tool request is not an object')
    else addCall(state, addEntry(state, event, FIRST_CALL_BLOCK + index, 'tool_call', batch), call, batch)
  }
}

/** `assistant.reasoning`: thinking in a record of its own, which the message after it may repeat. */
export function parseReasoning(state: State, event: Event, batch: Batch): void {
  const text = asText(event.data.content)
  if (text === undefined) return
  state.reasoning = hash48(text)
  addEntry(state, event, THINKING_BLOCK, 'thinking', batch)
}

/** Readable thinking, or the mark that there was some: encrypted for Anthropic's models as for OpenAI's. */
export function thinking(data: Json): { text: string; encrypted: boolean } | undefined {
  const text = asText(data.reasoningText)
  if (text !== undefined) return { text, encrypted: false }
  const sealed = asText(data.reasoningOpaque) ?? asText(data.encryptedContent)
  return sealed === undefined ? undefined : { text: '', encrypted: true }
}
