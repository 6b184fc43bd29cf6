import { hash48 } from '../../domain/ids.ts'
import type { Json } from '../record.ts'

/**
 * Names a part the same in every copy of it. A fork copies messages and parts under new ids and keeps the rest, and 1.2
 * copied the tree of files into its database: so the name is made of what is kept, the message's time and role, the part's
 * place in it, and what it says. Two conversations would have to say the same at the same millisecond to share it.
 */
export function partIdentity(message: { created?: unknown; role?: unknown }, place: unknown, data: Json): string {
  return `${String(message.created)}.${hash48(JSON.stringify([message.role, place, data.type, saysOf(data)])).toString(36)}`
}

function saysOf({ type, text, callID, tool, state, prompt, filename, url }: Json): unknown {
  if (type !== 'tool') return [text, prompt, filename, typeof url === 'string' ? url.slice(0, 200) : undefined]
  return [callID, tool, (state as Json | undefined)?.input]
}

/** Names an assistant message, which is one response of a model, the same in every copy of it. */
export function messageIdentity(data: Json): string {
  const time = (data.time ?? {}) as Json
  const { modelID, providerID, agent, mode } = data
  const rest = hash48(JSON.stringify([time.completed, modelID, providerID, agent ?? mode])).toString(36)
  return `${String(time.created)}.${rest}`
}
