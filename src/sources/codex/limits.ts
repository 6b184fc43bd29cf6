import type { PlanLimits, PlanWindow } from '../../domain/plan-limits.ts'
import { asObject, asText } from '../record.ts'
import { unwrap } from './envelope.ts'

/** Limits of other models stand under names of their own; the plan's are `codex`, or have none. */
const PLAN = 'codex'

/**
 * `token_count` events carry how far the plan's windows were used: `rate_limits.primary` and `secondary`, each with
 * `used_percent`, `window_minutes` and `resets_at` in Unix seconds, before autumn 2025 `resets_in_seconds` from the event on. With
 * a key in the place of a plan they are null, or zero throughout. @see README.md
 */
export function planLimits(record: unknown): PlanLimits | undefined {
  const line = asObject(record) && unwrap(record as Record<string, unknown>)
  if (line?.payload.type !== 'token_count') return undefined
  const told = asObject(line.payload.rate_limits)
  if (!told || (told.limit_id !== undefined && told.limit_id !== PLAN)) return undefined
  const atMs = Date.parse(String(line.timestamp))
  const windows = [told.primary, told.secondary].flatMap((window) => readWindow(window, atMs) ?? [])
  if (windows.length === 0) return undefined
  windows.sort((a, b) => a.durationMs - b.durationMs)
  return { plan: asText(told.plan_type) ?? null, windows }
}

const LATEST_MS = Date.parse('2200-01-01')

function readWindow(value: unknown, atMs: number): PlanWindow | undefined {
  const window = asObject(value)
  if (!window) return undefined
  const { used_percent: usedPercent, window_minutes: minutes, resets_at: at, resets_in_seconds: inSeconds } = window
  const resetsMs = isFigure(at) ? at * 1000 : isFigure(inSeconds) ? atMs + inSeconds * 1000 : Number.NaN
  if (!isFigure(usedPercent) || !isFigure(minutes) || minutes === 0 || !(resetsMs <= LATEST_MS)) return undefined
  return { durationMs: minutes * 60_000, usedPercent, resetsAt: new Date(resetsMs).toISOString() }
}

function isFigure(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
