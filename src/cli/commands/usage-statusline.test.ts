import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FORK, NOW, operationsWorld } from '../../../test/operations-world.ts'
import { AppError } from '../../domain/errors.ts'
import { type } from '../testing.ts'
import type { Setup } from '../testing.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
beforeEach(async () => {
  world = await operationsWorld()
})
afterEach(() => world.close())

const line = async (told: unknown, setup: Setup = {}) => {
  const { context } = world
  const types = typeof told === 'string' ? told : JSON.stringify(told)
  const ran = await type('usage statusline', { opened: { context }, terminal: false, now: () => NOW, types, ...setup })
  expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' })
  return ran.stdout
}

/** As Claude Code 2.1 hands it over. */
const TOLD = {
  session_id: FORK,
  transcript_path: '/home/ana/x.jsonl',
  cwd: '/code/tidewatch',
  model: { id: 'claude-sonnet-4-5', display_name: 'Sonnet 4.5' },
  workspace: { current_dir: '/code/tidewatch', project_dir: '/code/tidewatch' },
  cost: { total_cost_usd: 1.234 },
}

describe('usage statusline', () => {
  it('U49 has session, today and window at list prices', async () => {
    expect(await line(TOLD)).toBe(
      'Sonnet 4.5 · session <$0.01 · today <$0.01 · 5h window <$0.01, 4h left · list prices\n',
    )
  })

  it('has the plan’s own word on its limits, where the agent tells it', async () => {
    const resets_at = Date.parse('2026-11-20T13:30:00Z') / 1000
    const told = { ...TOLD, rate_limits: { five_hour: { used_percentage: 41.6, resets_at } } }
    expect(await line(told)).toContain(' · 5h window <$0.01, 42% used, 2h 30m left · ')
  })

  it('tells the agent’s own figure of a session that was not read', async () => {
    expect(await line({ ...TOLD, session_id: 'unknown' })).toContain('Sonnet 4.5 · session $1.23 reported · today ')
  })

  it('says up to when a session was read, once its transcript has grown', async () => {
    appendFileSync(join(world.home.path, `.claude/projects/-code-tidewatch/${FORK}.jsonl`), '{"type":"user"}\n')
    expect(await line(TOLD)).toContain('session <$0.01 (read to 11:00) · ')
  })

  it.each([
    ['nothing', ''],
    ['no JSON', 'session?'],
    ['half of it', '{"session_id":'],
    ['another shape', '[1, {"model": null}]'],
    [
      'wrong kinds',
      '{"session_id": 7, "model": [], "cost": "much", "rate_limits": {"five_hour": {"resets_at": 1e300}}}',
    ],
  ])('has today and the window where it is told %s', async (_, told) => {
    expect(await line(told)).toBe('today <$0.01 · 5h window <$0.01, 4h left · list prices\n')
  })

  it('does not wait for an input that stays open', async () => {
    const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) }
    const ran = await type('usage statusline', {
      opened: { context: world.context },
      terminal: false,
      now: () => NOW,
      stdin: never,
    } as Setup)
    expect(ran.stdout).toBe('today <$0.01 · 5h window <$0.01, 4h left · list prices\n')
  })

  it('drives no terminal with what an agent tells it', async () => {
    expect(await line({ model: { display_name: '\u001b[31mRed\nline' } })).toMatch(
      /^\^\[\[31mRed line · today [^\n]*\n$/,
    )
  })

  it('ends well, with the reason on the line, where the record cannot be opened', async () => {
    const openContext = () => Promise.reject(new AppError('conflict', 'the store is from a newer Daybook'))
    expect(await line(TOLD, { openContext })).toBe('daybook: the store is from a newer Daybook\n')
    expect(await line(TOLD, { openContext: () => Promise.reject(new Error('secret')) })).toBe('daybook: no figures\n')
  })
})
