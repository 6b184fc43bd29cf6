import { describe, expect, it } from 'vitest'
import { validateSession } from './session-validation.ts'
import { validateTicket } from './validation.ts'
import type { TicketFacts } from './validation.ts'

const HOUR = 3_600_000

/** A task of which nothing is missing. */
function task(change: Partial<TicketFacts> = {}): TicketFacts {
  return {
    ticket: { ref: 'T-4', kind: 'task', estimateMinutes: 120 },
    summary: 'Tables are cached for 7 days',
    updates: 2,
    children: [],
    activeMs: 2 * HOUR,
    evidence: [],
    requireTests: false,
    unread: null,
    ...change,
  }
}
const found = (facts: Partial<TicketFacts>) => {
  const { valid, errors, warnings } = validateTicket(task(facts))
  const said = ({ field, message }: { field: string; message: string }) => `${field}: ${message}`
  return { valid, errors: errors.map(said), warnings: warnings.map(said) }
}

describe('a task', () => {
  it('of which nothing is missing is valid without a word', () => {
    expect(found({})).toEqual({ valid: true, errors: [], warnings: [] })
  })

  it('says what of the record could not be read', () => {
    const unread = 'what codex wrote last is not all read: the disk is full'
    expect(found({ unread })).toEqual({ valid: true, errors: [], warnings: [`transcript: ${unread}`] })
  })

  it('F28 needs a summary; a short one is a warning', () => {
    expect(found({ summary: null })).toEqual({ valid: false, errors: ['summary: T-4 has no summary'], warnings: [] })
    expect(found({ summary: 'cache works' }).warnings).toEqual([
      'summary: 11 characters; from 20 on the next reader understands it',
    ])
    expect(found({ summary: 'x'.repeat(19) }).warnings).toHaveLength(1)
    expect(found({ summary: 'x'.repeat(20) }).warnings).toEqual([])
  })

  it('F29 is expected to have 2 updates or notes', () => {
    expect(found({ updates: 0 }).warnings).toEqual(['context: 0 updates or notes; 2 are expected'])
    expect(found({ updates: 1 })).toMatchObject({
      valid: true,
      warnings: ['context: 1 update or note; 2 are expected'],
    })
  })

  it('F30 needs what lies below it closed; what is cancelled does not count', () => {
    const child = (ref: string, status: TicketFacts['children'][number]['status']) => ({ ref, title: 'Evict', status })
    expect(found({ children: [child('T-6', 'open'), child('T-7', 'cancelled'), child('T-8', 'done')] })).toEqual({
      valid: false,
      errors: ['children: T-6 Evict is open'],
      warnings: [],
    })
    const { errors, requirements } = validateTicket(
      task({ children: [child('T-6', 'open'), child('T-7', 'waiting'), child('T-8', 'done')] }),
    )
    expect(errors).toEqual([
      { field: 'children', message: '2 of 3 below it are open: T-6, T-7', refs: ['T-6', 'T-7'], claim: null },
    ])
    expect(requirements).toEqual([
      { field: 'children', message: 'Close or cancel what lies below it: T-6, T-7', refs: ['T-6', 'T-7'] },
    ])
  })

  it.each([
    [0, 'time: no time on it is recorded'],
    [2.1, 'estimate: 2h 06m of 2h, 5% over'],
    [2.6, 'estimate: 2h 36m of 2h, 30% significantly over: adjust the estimate'],
    [3.5, 'estimate: 3h 30m of 2h, 75% significantly over: review scope'],
    [1, 'estimate: 1h of 2h, 50% under: lower the estimate'],
    [1.7, undefined],
  ])('F31 F42 F43 of 2h that took %d hours', (hours, said) => {
    expect(found({ activeMs: hours * HOUR })).toEqual({
      valid: true,
      errors: [],
      warnings: said === undefined ? [] : [said],
    })
  })

  it('F32 has a checklist of what is required and what is recommended', () => {
    const { checklist } = validateTicket(task({ summary: 'short', updates: 1 }))
    expect(checklist).toEqual([
      { type: 'required', label: 'A summary', completed: true },
      { type: 'recommended', label: 'A summary of 20 characters or more', completed: false },
      { type: 'required', label: 'Everything below it is closed', completed: true },
      { type: 'recommended', label: '2 updates or notes', completed: false },
      { type: 'recommended', label: 'Time on it', completed: true },
      { type: 'recommended', label: 'Within its estimate', completed: true },
    ])
  })

  it('F64 says all that is missing at once', () => {
    const open = ['T-6', 'T-7'].map((ref) => ({ ref, title: null, status: 'open' as const }))
    expect(found({ summary: null, updates: 1, children: open })).toEqual({
      valid: false,
      errors: ['summary: T-4 has no summary', 'children: 2 of 2 below it are open: T-6, T-7'],
      warnings: ['context: 1 update or note; 2 are expected'],
    })
  })

  it('whose tests failed or did not run is warned of, and blocked where tests are required', () => {
    const tests = (ok: boolean | null) =>
      ({ name: 'tests', claim: 'verified', ok, says: 'npm test failed', at: null, entryId: null }) as const
    for (const ok of [false, null]) {
      expect(found({ evidence: [tests(ok)] })).toEqual({
        valid: true,
        errors: [],
        warnings: ['tests: npm test failed'],
      })
      expect(found({ evidence: [tests(ok)], requireTests: true })).toEqual({
        valid: false,
        errors: ['tests: npm test failed'],
        warnings: [],
      })
    }
    expect(found({ evidence: [tests(true)], requireTests: true })).toMatchObject({ valid: true, warnings: [] })
    expect(found({ evidence: [], requireTests: true })).toMatchObject({ valid: true })
  })
})

describe('a sprint', () => {
  const sprint = (more: Partial<TicketFacts>) =>
    found({ ticket: { ref: 'SPRINT-1', kind: 'sprint', estimateMinutes: null }, summary: null, ...more })

  it('F34 needs its tasks closed, cancelled ones too', () => {
    expect(sprint({ children: [{ ref: 'T-6', title: null, status: 'in_progress' }] })).toEqual({
      valid: false,
      errors: ['children: T-6 is in progress'],
      warnings: [],
    })
    expect(sprint({ children: [{ ref: 'T-6', title: null, status: 'cancelled' }] })).toMatchObject({ valid: true })
  })

  it('F35 F36 is expected to have notes, and has a checklist', () => {
    expect(sprint({ updates: 0 })).toEqual({ valid: true, errors: [], warnings: ['notes: SPRINT-1 has no notes'] })
    const facts = task({
      ticket: { ref: 'SPRINT-1', kind: 'sprint', estimateMinutes: null },
      updates: 0,
      summary: null,
    })
    expect(validateTicket(facts).checklist).toEqual([
      { type: 'required', label: 'Everything below it is closed', completed: true },
      { type: 'recommended', label: 'A note', completed: false },
    ])
  })
})

describe('a session', () => {
  it('F13 FB1 is never blocked, an active one neither; what is missing is advice', () => {
    const { valid, errors, warnings } = validateSession({
      session: 'SESSION-001',
      association: 'undecided',
      activities: 1,
      openTickets: ['T-4'],
    })
    expect({ valid, errors }).toEqual({ valid: true, errors: [] })
    expect(warnings.map(({ message }) => message)).toEqual([
      'SESSION-001 says not what it is for',
      '1 activity logged',
      'T-4 is still open',
    ])
  })
})
