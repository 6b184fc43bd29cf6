import { describe, expect, it } from 'vitest'
import type { Context, ContextChange, Frame } from './context.ts'
import {
  UNDECIDED,
  associationOf,
  attachContext,
  clearContext,
  currentFrame,
  leaveTicket,
  optOut,
  popContext,
  pushContext,
} from './context.ts'
import type { TicketKind } from './ticket.ts'

/** Each ticket's known ancestors. */
const ABOVE: Record<string, string[]> = {
  'SPRINT-1': ['EPIC-1'],
  'T-4': ['SPRINT-1', 'EPIC-1'],
  'T-6': ['T-4', 'SPRINT-1', 'EPIC-1'],
}
const above = (id: string): string[] => ABOVE[id] ?? []
const KINDS: Record<string, TicketKind> = { P: 'project', E: 'epic', S: 'sprint', T: 'task', U: 'subtask', X: 'ticket' }

const frame = (ref: string): Frame => ({
  ticketId: ref,
  trackerId: 'local',
  ref,
  kind: ref === 'T-6' ? 'subtask' : (KINDS[ref.charAt(0)] as TicketKind),
})
const on = (...refs: string[]): Context => ({ stack: refs.map(frame), optedOut: false })
const push = (context: Context, ref: string): ContextChange =>
  pushContext(context, [...above(ref).toReversed(), ref].map(frame), above)
const refs = (frames: readonly Frame[]): string[] => frames.map((one) => one.ref)
const told = ({ kind, context, popped }: ContextChange) => [kind, refs(context.stack), refs(popped)]

describe('pushing a frame', () => {
  it('brings its known ancestors along, F63 and keeps what holds it', () => {
    expect(told(push(UNDECIDED, 'T-4'))).toEqual(['push', ['EPIC-1', 'SPRINT-1', 'T-4'], []])
    expect(told(push(on('SPRINT-9'), 'T-9'))).toEqual(['push', ['SPRINT-9', 'T-9'], []])
  })

  it('pops frames of the same or a deeper level that do not belong under it', () => {
    expect(told(push(on('EPIC-1', 'SPRINT-1', 'T-4', 'T-6'), 'T-9'))).toEqual([
      'switch',
      ['EPIC-1', 'SPRINT-1', 'T-9'],
      ['T-4', 'T-6'],
    ])
    expect(told(push(on('SPRINT-2', 'T-9'), 'T-4'))).toEqual([
      'switch',
      ['EPIC-1', 'SPRINT-1', 'T-4'],
      ['SPRINT-2', 'T-9'],
    ])
  })

  it('keeps those that do', () => {
    expect(told(push(on('T-4', 'T-6'), 'SPRINT-1'))).toEqual(['push', ['EPIC-1', 'SPRINT-1', 'T-4', 'T-6'], []])
  })

  it('that is there already changes nothing', () => {
    expect(told(push(on('EPIC-1', 'SPRINT-1', 'T-4', 'T-6'), 'T-4'))).toEqual([
      null,
      ['EPIC-1', 'SPRINT-1', 'T-4', 'T-6'],
      [],
    ])
  })

  it('leaves a frame of unknown kind, which may hold any; another unknown one takes its place', () => {
    expect(told(push(on('X-1'), 'SPRINT-9'))).toEqual(['push', ['X-1', 'SPRINT-9'], []])
    expect(told(push(on('X-1', 'T-9'), 'U-2'))).toEqual(['push', ['X-1', 'T-9', 'U-2'], []])
    expect(told(push(on('SPRINT-9', 'X-1'), 'X-2'))).toEqual(['switch', ['SPRINT-9', 'X-2'], ['X-1']])
    expect(told(push(on('SPRINT-9', 'T-9'), 'X-2'))).toEqual(['switch', ['SPRINT-9', 'X-2'], ['T-9']])
  })

  it('ends an opt-out and says so', () => {
    const change = push({ stack: [], optedOut: true }, 'T-9')
    expect([change.optOutEnded, associationOf(change.context)]).toEqual([true, 'attached'])
    expect(push(UNDECIDED, 'T-9').optOutEnded).toBe(false)
  })
})

it('attaching makes the ticket the deepest, also where one below it stood', () => {
  const change = attachContext(on('EPIC-1', 'SPRINT-1', 'T-4', 'T-6'), ['EPIC-1', 'SPRINT-1', 'T-4'].map(frame), above)
  expect(told(change)).toEqual(['pop', ['EPIC-1', 'SPRINT-1', 'T-4'], ['T-6']])
  expect(told(attachContext(on('T-4'), [frame('T-4')], above))).toEqual([null, ['T-4'], []])
})

describe('leaving', () => {
  it('pops the deepest, or a kind with everything deeper', () => {
    const stack = on('SPRINT-1', 'T-4', 'T-6')
    expect(told(popContext(stack))).toEqual(['pop', ['SPRINT-1', 'T-4'], ['T-6']])
    expect(told(popContext(stack, 'task'))).toEqual(['pop', ['SPRINT-1'], ['T-4', 'T-6']])
    expect(told(popContext(stack, 'epic'))).toEqual([null, ['SPRINT-1', 'T-4', 'T-6'], []])
    expect(told(popContext(UNDECIDED))).toEqual([null, [], []])
    expect(told(leaveTicket(stack, 'T-4'))).toEqual(['pop', ['SPRINT-1'], ['T-4', 'T-6']])
  })

  it('clears to undecided, opts out of all, and does neither twice', () => {
    const cleared = clearContext(on('T-4'))
    expect([...told(cleared), associationOf(cleared.context)]).toEqual(['clear', [], ['T-4'], 'undecided'])
    expect(clearContext(UNDECIDED).kind).toBeNull()
    const out = optOut(on('T-4'))
    expect([...told(out), associationOf(out.context)]).toEqual(['opt_out', [], ['T-4'], 'opted_out'])
    expect(optOut(out.context).kind).toBeNull()
    expect(clearContext(out.context).kind).toBe('clear')
  })
})

it('F11 F15 the current frame is the deepest, or the deepest of a kind', () => {
  const stack = on('SPRINT-1', 'T-4', 'T-6')
  expect(currentFrame(stack)?.ref).toBe('T-6')
  expect(currentFrame(stack, 'sprint')?.ref).toBe('SPRINT-1')
  expect(currentFrame(stack, 'project')).toBeUndefined()
})
