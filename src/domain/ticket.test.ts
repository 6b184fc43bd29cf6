import { describe, expect, it } from 'vitest'
import { TICKET_STATUSES, checkRef, checkTransition, mayHold, nextStatuses, prefixOf, sprintRef } from './ticket.ts'

describe('a ticket’s status', () => {
  it('moves freely while it is open, but only begun work is tested', () => {
    expect(nextStatuses('open')).toEqual(['in_progress', 'ready', 'waiting', 'blocked', 'done', 'closed', 'cancelled'])
    expect(nextStatuses('in_progress')).toContain('tested')
  })

  it('once closed opens again on purpose only; what is done may be closed', () => {
    expect(nextStatuses('done')).toEqual(['closed'])
    expect(nextStatuses('cancelled')).toEqual([])
    expect(nextStatuses('closed', { reopen: true })).toEqual(['open', 'in_progress'])
  })

  it('that may not follow is refused with what may, and the same one is no change', () => {
    for (const status of TICKET_STATUSES) expect(() => checkTransition({ ref: 'T-1', status }, status)).not.toThrow()
    expect(() => checkTransition({ ref: 'T-1', status: 'done' }, 'open')).toThrow(
      'T-1 is done and cannot become open; next may be closed',
    )
    expect(() => checkTransition({ ref: 'T-1', status: 'closed' }, 'open')).toThrow('it has to be reopened first')
  })
})

it('F66 a kind may hold deeper ones, and an unknown one any', () => {
  expect(mayHold('sprint', 'task')).toBe(true)
  expect([mayHold('task', 'task'), mayHold('task', 'sprint')]).toEqual([false, false])
  expect([mayHold('ticket', 'project'), mayHold('subtask', 'ticket')]).toEqual([true, true])
})

describe('a ref', () => {
  it('is any text on one line, without the spaces around it', () => {
    expect(checkRef('  #88 ')).toBe('#88')
    for (const text of ['', '  ', 'a\nb', 'x'.repeat(201)]) expect(() => checkRef(text)).toThrow('is not a ref')
  })

  it('of a sprint may be its number', () => {
    expect([sprintRef('1'), sprintRef('007'), sprintRef('Q3')]).toEqual(['SPRINT-1', 'SPRINT-7', 'Q3'])
  })

  it('is made with the prefix that is configured, wider kinds with their own', () => {
    expect([prefixOf('task'), prefixOf('ticket', 'TIDE'), prefixOf('epic', 'TIDE')]).toEqual(['T', 'TIDE', 'EPIC'])
  })
})
