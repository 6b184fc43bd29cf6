import { LOOK_EVERY_MS } from './event-stream.ts'

/** An answer that streams ends when its token counts no longer; others stay as they are. */
export function cutWhenOut(answer: Response, isIn: () => boolean): Response {
  const streams = answer.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  if (!streams || answer.body === null) return answer
  const out = new AbortController()
  const watch = setInterval(() => isIn() || out.abort(), LOOK_EVERY_MS).unref()
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  // Cut or broken, it ends as one that was told all: the client asks again, and is refused.
  void answer.body
    .pipeTo(writable, { signal: out.signal, preventAbort: true })
    .catch(() => writable.close().catch(() => {}))
    .finally(() => clearInterval(watch))
  return new Response(readable, answer)
}
