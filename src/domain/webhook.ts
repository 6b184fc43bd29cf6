import { FEED_KINDS, type FeedKind } from './feed.ts'

/** An address that is told what happens. */
export interface Webhook {
  /** `wh-1` */
  id: string
  url: string
  /** What it is told of. */
  kinds: FeedKind[]
  addedAt: string
  addedBy: string
}

/** How far a webhook has been told, and what stands in the way. */
export interface WebhookState {
  /** Of the last event that its receiver took. */
  position: number
  /** How often the event after that was tried in vain. */
  attempts: number
  /** Null: at once, or not at all where it was given up. */
  nextAttemptAt: string | null
  /** Why the last attempt failed; null after one that did not. */
  lastError: string | null
  /** When its receiver last took something. */
  deliveredAt: string | null
  /** Tried too often, or its receiver is gone: nothing is sent until it is tried again by hand. */
  stoppedAt: string | null
}

export const ALL_KINDS: FeedKind[] = [...FEED_KINDS]

/** So long is waited after an attempt: the schedule that Standard Webhooks recommends, about three days in all. */
const WAITS_MS = [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000]

/** A receiver was told: the next event is due at once. */
export function taken(state: WebhookState, position: number, nowMs: number): WebhookState {
  const deliveredAt = new Date(nowMs).toISOString()
  return { ...state, position, attempts: 0, nextAttemptAt: null, lastError: null, deliveredAt, stoppedAt: null }
}

/** It did not work: later again, or, after the last attempt or for a receiver that says it is gone, not again. */
export function failed(state: WebhookState, reason: string, isGone: boolean, nowMs: number): WebhookState {
  const attempts = state.attempts + 1
  const waitMs = isGone ? undefined : WAITS_MS[attempts - 1]
  return {
    ...state,
    attempts,
    lastError: reason,
    nextAttemptAt: waitMs === undefined ? null : new Date(nowMs + waitMs).toISOString(),
    stoppedAt: waitMs === undefined ? new Date(nowMs).toISOString() : null,
  }
}

/** As if nothing had been tried yet; the last error stays until something is taken. */
export function triedAgain(state: WebhookState): WebhookState {
  return { ...state, attempts: 0, nextAttemptAt: null, stoppedAt: null }
}
