import type { Context } from 'hono'
import { AppError, shownValue } from '../domain/errors.ts'
import { FEED_KINDS } from '../domain/feed.ts'
import { oneSession } from '../operations/filter.ts'
import type { HttpEnv } from './access.ts'
import { callerOf } from './caller.ts'
import type { Told } from './feed.ts'
import type { HttpHost } from './host.ts'

/** Streams at once, of both kinds. */
export const MOST_LISTENERS = 128
/** So often a silent stream says that it is there. */
const HEARTBEAT_MS = 15_000
/** A listener that takes nothing for so long is let go; it comes back with the id it has. */
const STALLED_MS = 30_000
/** So soon a stream ends with its token, also where nothing is told. */
export const LOOK_EVERY_MS = 1_000

/**
 * `GET /v1/events`: the feed as server-sent events. `Last-Event-ID`, or `after`, resumes behind a position; `kind` (repeatable)
 * and `session` narrow it. One event at a time is handed on, to one whose token still counts: what a slow client has not taken
 * stays in the store.
 */
export async function eventStream(c: Context<HttpEnv>, host: HttpHost): Promise<Response> {
  const access = c.get('access')
  const kinds = c.req.queries('kind')
  const wrong = kinds?.find((kind) => !FEED_KINDS.some((known) => known === kind))
  if (wrong !== undefined)
    throw new AppError('invalid', `kind ${shownValue(wrong)} is not one of ${FEED_KINDS.join(', ')}`)
  const word = c.req.query('session')
  const context = { ...(await host.open(access)), caller: callerOf(c.req.raw.headers, access) }
  const sessionId = word === undefined ? undefined : (await oneSession(context, word)).id
  const after = positionIn(c.req.header('last-event-id') ?? c.req.query('after')) ?? (await host.feed.now())
  const headers = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' }
  // Nobody would take what is told, and it would hold a place.
  if (c.req.method === 'HEAD') return new Response(null, { headers })
  const place = host.listeners.enter()
  const gone = new AbortController()
  c.req.raw.signal.addEventListener('abort', () => gone.abort(), { once: true })
  const told = host.feed.follow(
    after,
    { ...(kinds ? { kinds: new Set(kinds) } : {}), ...(sessionId ? { sessionId } : {}) },
    gone.signal,
  )
  const isIn = () => host.guard.accessOf(c.req.raw.headers) !== undefined
  const body = streamOf(told, gone, isIn, () => place.leave())
  return new Response(body, { headers })
}

/** @throws AppError `invalid` for what is no position */
export function positionIn(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new AppError('invalid', `the position ${shownValue(text)} is not a whole number`)
}

function streamOf(
  told: AsyncGenerator<Told, void>,
  gone: AbortController,
  isIn: () => boolean,
  left: () => void,
): ReadableStream<Uint8Array> {
  let takenMs = Date.now()
  let next: Promise<IteratorResult<Told, void>> | undefined
  let isAsked = false
  let watch: NodeJS.Timeout | undefined
  const end = () => {
    clearInterval(watch)
    gone.abort()
    left()
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(Buffer.from('retry: 2000\n\n'))
        watch = setInterval(() => {
          if (!isIn()) return gone.abort()
          if (isAsked || Date.now() - takenMs < STALLED_MS) return
          end()
          controller.error(new Error('the listener takes nothing'))
        }, LOOK_EVERY_MS).unref()
      },
      async pull(controller) {
        isAsked = true
        next ??= told.next()
        let timer: NodeJS.Timeout | undefined
        const silence = new Promise<undefined>(
          (resolve) => (timer = setTimeout(() => resolve(undefined), HEARTBEAT_MS)),
        )
        try {
          const found = await Promise.race([next, silence])
          if (found?.done === true || !isIn()) {
            end()
            return controller.close()
          }
          isAsked = false
          takenMs = Date.now()
          if (found === undefined) return controller.enqueue(Buffer.from(': here\n\n'))
          next = undefined
          controller.enqueue(frame(found.value))
        } catch (error) {
          end()
          throw error
        } finally {
          clearTimeout(timer)
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
}

/** Bytes of an event, made once for all who are told it. */
const frames = new WeakMap<object, Buffer>()

function frame(told: Told): Buffer {
  if (told.type === 'reset') {
    return Buffer.from(`id: ${told.position}\nevent: reset\ndata: {"position":${told.position}}\n\n`)
  }
  const { position, kind } = told.event
  const known = frames.get(told.event)
  if (known) return known
  const made = Buffer.from(`id: ${position}\nevent: ${kind}\ndata: ${JSON.stringify(told.event)}\n\n`)
  frames.set(told.event, made)
  return made
}
