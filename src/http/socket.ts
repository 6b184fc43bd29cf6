import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { FeedEvent } from '../domain/feed.ts'
import { objectIn } from '../domain/plain-object.ts'
import type { EntryFilter } from '../stores/entry-store.ts'
import type { RecordRange } from '../stores/transcript-store.ts'
import type { Access } from './access.ts'
import { LOOK_EVERY_MS, positionIn } from './event-stream.ts'
import { admit } from './guard.ts'
import type { HttpHost } from './host.ts'
import { refusalFor } from './problem.ts'
import { refuseSocket } from './refuse-socket.ts'

/** What a client may ask here, by the older protocol's words. */
const EVENTS = ['session_message', 'hook_event', 'session_update'] as const
type EventName = (typeof EVENTS)[number]
/** Names that mean something in a subscription. */
const NAMED: ReadonlySet<unknown> = new Set([...EVENTS, '*'])

const NAMES: Readonly<Record<FeedEvent['kind'], EventName>> = {
  entries: 'session_message',
  presence: 'hook_event',
  activity: 'session_update',
}

const LARGEST_ASKED = 64 * 1024
/** Above that nothing more is sent until the client has taken it; so long it is waited for. */
const LARGEST_WAITING = 512 * 1024
const STALLED_MS = 30_000
/** Close code of RFC 6455 for who may not go on. */
const SIGNED_OUT = 1008
/** Messages told of one reading, the newest; more are read by `session.messages`. */
const MOST_MESSAGES = 50

/** `/v1/ws`: the live feed by the older design's protocol. */
export interface SocketDoor {
  /** Takes a connection that asks to be one of sockets, or refuses it as any request is refused. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>
  close(): void
}

export function socketDoor(host: HttpHost): SocketDoor {
  const server = new WebSocketServer({ noServer: true, maxPayload: LARGEST_ASKED, perMessageDeflate: false })
  return {
    async upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      const headers = new Headers()
      for (const [name, value] of Object.entries(request.headers)) {
        for (const one of [value ?? []].flat()) headers.append(name, one)
      }
      try {
        const admitted = admit({ method: 'GET', headers }, host.guard)
        if ('refusal' in admitted) return await refuseSocket(socket, admitted.refusal)
        const url = new URL(request.url ?? '/', 'http://here')
        if (url.pathname !== '/v1/ws') {
          return await refuseSocket(socket, { status: 404, code: 'not_found', message: 'there is no socket here' })
        }
        const from = positionIn(url.searchParams.get('after') ?? undefined) ?? (await host.feed.now())
        const place = host.listeners.enter()
        socket.once('close', () => place.leave())
        const isIn = () => host.guard.accessOf(headers) !== undefined
        server.handleUpgrade(request, socket, head, (client) => {
          void serve(client, host, admitted.access, isIn, from)
        })
      } catch (error) {
        await refuseSocket(socket, refusalFor(error, host.log))
      }
    },
    close: () => {
      for (const client of server.clients) client.terminate()
      server.close()
    },
  }
}

async function serve(
  client: WebSocket,
  host: HttpHost,
  access: Access,
  isIn: () => boolean,
  from: number,
): Promise<void> {
  const gone = new AbortController()
  /** Null: no subscription yet, and then everything is told. */
  let wanted = null as Set<string> | null
  client.on('close', () => gone.abort())
  client.on('error', () => client.terminate())
  const send = (message: object) => client.send(JSON.stringify(message))
  client.on('message', (data, isBinary) => {
    // It asks without taking what it is answered.
    if (client.bufferedAmount > LARGEST_WAITING) return client.terminate()
    const asked = isBinary ? undefined : objectIn(String(data))
    if (asked?.['type'] === 'ping') return send({ type: 'pong', timestamp: new Date().toISOString() })
    const { type, events } = asked ?? {}
    const names = Array.isArray(events) ? events.filter((name) => NAMED.has(name)) : undefined
    if (type === 'subscribe' && names) {
      wanted = new Set([...(wanted ?? []), ...names])
      return send({ type: 'subscribe_success', events: [...wanted] })
    }
    if (type === 'unsubscribe' && names) {
      for (const name of names.includes('*') ? [...(wanted ?? [])] : names) wanted?.delete(name)
      return send({ type: 'unsubscribe_success', events: [...(wanted ?? [])] })
    }
    return send({ type: 'error', message: 'send ping, or subscribe or unsubscribe with a list of events' })
  })
  send({ type: 'connection_established', events: EVENTS })
  const signOut = () => {
    client.close(SIGNED_OUT)
    gone.abort()
  }
  const watch = setInterval(() => isIn() || signOut(), LOOK_EVERY_MS).unref()
  try {
    for await (const told of host.feed.follow(from, {}, gone.signal)) {
      if (!isIn()) return signOut()
      if (told.type === 'reset') send({ type: 'reset', position: told.position })
      else {
        const name = NAMES[told.event.kind]
        if (wanted !== null && !wanted.has(name) && !wanted.has('*')) continue
        for (const message of await messagesOf(host, access, told.event)) send(message)
      }
      if (!(await taken(client, gone.signal))) return client.terminate()
    }
  } catch (error) {
    send({ type: 'error', ...refusalFor(error, host.log) })
  } finally {
    clearInterval(watch)
  }
  client.close()
}

/** Waits until a client has taken what was sent to it. False when it does not. */
async function taken(client: WebSocket, signal: AbortSignal): Promise<boolean> {
  const untilMs = Date.now() + STALLED_MS
  while (client.bufferedAmount > LARGEST_WAITING && !signal.aborted) {
    if (Date.now() > untilMs) return false
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return true
}

async function messagesOf(host: HttpHost, access: Access, event: FeedEvent): Promise<object[]> {
  const { position, sessionId, at, payload } = event
  if (event.kind === 'presence') {
    return [{ type: 'hook_event', position, session_id: sessionId, event_type: payload['presence'], timestamp: at }]
  }
  if (event.kind === 'activity') {
    return [{ type: 'session_update', position, session_id: sessionId, event: payload['action'], timestamp: at }]
  }
  const { transcriptId, records } = payload as { transcriptId?: number; records?: RecordRange }
  if (transcriptId === undefined || !records) return []
  const { store, history } = await host.open(access)
  const shown: EntryFilter = { transcriptId, types: ['message', 'tool_result'], includeInherited: true }
  const page = { limit: MOST_MESSAGES, descending: true }
  const { items, total } = await history.entries({ ...shown, records }, page)
  const before = await store.entries.count({ ...shown, records: { from: 0, to: records.from } })
  return items.toReversed().map(({ role, at: timestamp, tool, type, content }, place) => ({
    type: 'session_message',
    position,
    session_id: sessionId,
    message: {
      index: before + total - items.length + place,
      role: type === 'tool_result' ? 'tool' : role,
      content: content && 'text' in content ? content.text : null,
      content_type: type === 'tool_result' ? 'tool_result' : 'text',
      tool_name: tool,
      timestamp,
    },
  }))
}
