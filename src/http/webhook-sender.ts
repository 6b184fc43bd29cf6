import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { type Lock, takeLock } from '../background/lock.ts'
import { type KeptWebhook, keepWebhookState, keptWebhooks, webhookFolder, webhookState } from '../config/webhooks.ts'
import { type WebhookState, failed, taken } from '../domain/webhook.ts'
import type { Feed, Told } from './feed.ts'

/** What sending works with. */
export interface SenderSetup {
  dataDir: string
  feed: Feed
  now(): number
  /** For the person who runs the server. */
  log(line: string): void
}

/** Webhooks that were added or removed, and attempts that are due, are looked for so often. */
const LOOK_EVERY_MS = 1_000
const ANSWERED_WITHIN_MS = 10_000
/** Status by which a receiver says that it wants nothing more. */
const GONE = 410

/**
 * Tells webhooks what the feed brings, each in the feed's order and from where it stood: an event is done when its receiver took
 * it, so what a restart interrupts is sent again under the same id. One that does not answer holds up none of the others.
 */
export function sendWebhooks(setup: SenderSetup): { close(): Promise<void> } {
  const running = new Map<string, { gone: AbortController; done: Promise<void> }>()
  let lock: Lock | undefined
  const look = () => {
    const kept = new Map(keptWebhooks(setup.dataDir).map((webhook) => [webhook.id, webhook]))
    // Of several servers one sends; another goes on when that is gone.
    if (kept.size > 0) lock ??= takeLock(setup.dataDir, join(webhookFolder(setup.dataDir), 'sending.lock'))
    if (!lock) return
    for (const [id, { gone }] of running) if (!kept.has(id)) gone.abort()
    for (const webhook of kept.values()) {
      if (running.has(webhook.id)) continue
      const gone = new AbortController()
      const done = tell(setup, webhook, gone.signal)
        .catch((error: unknown) => setup.log(`webhook ${webhook.id}: ${reasonOf(error)}`))
        .finally(() => running.delete(webhook.id))
      running.set(webhook.id, { gone, done })
    }
  }
  look()
  const timer = setInterval(look, LOOK_EVERY_MS).unref()
  return {
    async close() {
      clearInterval(timer)
      const ending = [...running.values()]
      for (const { gone } of ending) gone.abort()
      await Promise.all(ending.map(({ done }) => done))
      lock?.release()
      lock = undefined
    },
  }
}

async function tell(setup: SenderSetup, webhook: KeptWebhook, signal: AbortSignal): Promise<void> {
  const { dataDir, feed, now } = setup
  const start = webhookState(dataDir, webhook.id)
  if (!start) return
  for await (const told of feed.follow(start.position, { kinds: new Set(webhook.kinds) }, signal)) {
    for (;;) {
      const state = webhookState(dataDir, webhook.id)
      if (!state || signal.aborted) return
      if (!isDue(state, now())) {
        await pause(signal)
        continue
      }
      const wrong = await post(webhook, told, now(), signal)
      // Interrupted is neither taken nor failed.
      if (signal.aborted) return
      if (wrong === undefined) {
        keepWebhookState(dataDir, webhook.id, taken(state, positionOf(told), now()))
        break
      }
      keepWebhookState(dataDir, webhook.id, failed(state, wrong.reason, wrong.isGone, now()))
    }
  }
}

function isDue({ stoppedAt, nextAttemptAt }: WebhookState, nowMs: number): boolean {
  return stoppedAt === null && (nextAttemptAt === null || Date.parse(nextAttemptAt) <= nowMs)
}

/** @returns why it was not taken; undefined when it was */
async function post(
  { id, url, secret, addedAt }: KeptWebhook,
  told: Told,
  nowMs: number,
  signal: AbortSignal,
): Promise<{ reason: string; isGone: boolean } | undefined> {
  const event = told.type === 'event' ? told.event : undefined
  const timestamp = event?.at ?? new Date(nowMs).toISOString()
  const body = JSON.stringify({
    type: event?.kind ?? 'reset',
    timestamp,
    data: event ?? { position: positionOf(told) },
  })
  // A number may be given again once its webhook was removed.
  const message = `${id}_${Date.parse(addedAt).toString(36)}_${positionOf(told)}`
  const seconds = Math.floor(nowMs / 1000)
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'daybook',
    'webhook-id': message,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatureOf(secret, message, seconds, body),
  }
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWERED_WITHIN_MS)])
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: within })
    await answer.body?.cancel()
    if (answer.ok) return undefined
    const redirects = answer.status >= 300 && answer.status < 400 ? '; redirects are not followed' : ''
    return { reason: `answered ${answer.status}${redirects}`, isGone: answer.status === GONE }
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    const reason = isLate ? `no answer within ${ANSWERED_WITHIN_MS / 1000} seconds` : reasonOf(error)
    return { reason, isGone: false }
  }
}

/** As Standard Webhooks 1.0 has it: HMAC-SHA256 over id, time and body. @see https://www.standardwebhooks.com */
export function signatureOf(secret: string, id: string, seconds: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`
}

function positionOf(told: Told): number {
  return told.type === 'event' ? told.event.position : told.position
}

/** What the system said, not where: an address may hold a secret. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = (cause as { code?: unknown } | undefined)?.code ?? (error as { code?: unknown }).code
  return typeof code === 'string' ? `not reached (${code})` : 'not reached'
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, LOOK_EVERY_MS)
    signal.addEventListener('abort', done)
  })
}
