import { describe, expect, it } from 'vitest'
import { planLimits } from './limits.ts'

const event = (rate_limits: unknown, timestamp = '2025-10-31T20:00:00.000Z') => ({
  timestamp,
  type: 'event_msg',
  payload: { type: 'token_count', info: null, rate_limits },
})
const FIVE_HOURS = { used_percent: 1, window_minutes: 300, resets_at: 1_761_950_223 }
const WEEK = { used_percent: 7.5, window_minutes: 10_080, resets_at: 1_762_458_353 }

describe('limits of a plan in Codex’s transcripts', () => {
  it('are told by token counts, the shorter window first', () => {
    expect(planLimits(event({ limit_id: 'codex', primary: WEEK, secondary: FIVE_HOURS, plan_type: 'plus' }))).toEqual({
      plan: 'plus',
      windows: [
        { durationMs: 18_000_000, usedPercent: 1, resetsAt: '2025-10-31T22:37:03.000Z' },
        { durationMs: 604_800_000, usedPercent: 7.5, resetsAt: '2025-11-06T19:45:53.000Z' },
      ],
    })
  })

  it('of earlier versions count seconds from the event on', () => {
    const primary = { used_percent: 40, window_minutes: 299, resets_in_seconds: 3600 }
    expect(planLimits(event({ primary, secondary: null }))).toEqual({
      plan: null,
      windows: [{ durationMs: 17_940_000, usedPercent: 40, resetsAt: '2025-10-31T21:00:00.000Z' }],
    })
  })

  it.each([
    ['null where there is no plan', { primary: null, secondary: null, plan_type: null }],
    ['zero throughout', { primary: { used_percent: 0, window_minutes: 0, resets_in_seconds: 0 }, secondary: null }],
    ['another model’s', { limit_id: 'codex_other', primary: FIVE_HOURS }],
    ['half told', { primary: { used_percent: 3 } }],
    ['beyond any date', { primary: { ...FIVE_HOURS, resets_at: 1e300 } }],
    ['of another shape', [FIVE_HOURS]],
  ])('are none where they are %s', (_, limits) => {
    expect(planLimits(event(limits))).toBeUndefined()
  })

  it('are in no other record', () => {
    expect(planLimits({ ...event({ primary: FIVE_HOURS }), payload: { type: 'agent_message' } })).toBeUndefined()
    expect(planLimits('line')).toBeUndefined()
    expect(planLimits(null)).toBeUndefined()
  })
})
