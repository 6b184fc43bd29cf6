import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FORK, HARBOUR, PLAN, operationsWorld } from '../../test/operations-world.ts'
import { about } from './about.ts'
import { cut } from './call-view.ts'
import { parseInput } from './input.ts'
import { sessionOutline } from './session-outline.ts'
import { sessionEntry, sessionTranscript } from './session-transcript.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
beforeAll(async () => {
  world = await operationsWorld()
})
afterAll(() => world.close())

const outline = (session: string) => sessionOutline.handle(world.context, { session })
const transcript = (words: Record<string, unknown>) =>
  sessionTranscript.handle(world.context, parseInput(sessionTranscript, words))

async function mainOf(session: string): Promise<number> {
  return (await outline(session)).transcripts[0]!.id
}

describe('session outline', () => {
  it('has a turn for each prompt, with its calls, failures, edits and cost', async () => {
    const { turns, failures, edits, commits, subagents } = await outline(PLAN)
    expect(turns).toMatchObject([
      {
        text: 'Cache the tide tables on disk',
        calls: 2,
        failed: 1,
        edits: 1,
        costMicrodollars: 11_640,
        subagentMicrodollars: 0,
        unpricedTokens: 0,
        outputTokens: 300,
        models: ['claude-sonnet-4-5-20250929'],
      },
    ])
    expect(failures).toMatchObject([{ tool: 'Bash', subject: 'npm test' }])
    expect(edits).toHaveLength(1)
    expect([commits, subagents]).toEqual([[], []])
  })

  it('adds up to what the session cost; what a fork inherited counts where it was made', async () => {
    const { turns } = await outline(FORK)
    expect(turns.map(({ calls, costMicrodollars }) => [calls, costMicrodollars])).toEqual([
      [0, null],
      [0, 2715],
    ])
  })

  it('says what has no price, and does not make it nothing', async () => {
    const { turns } = await outline(HARBOUR)
    const sum = turns.reduce((all, { unpricedTokens }) => all + unpricedTokens, 0)
    expect(sum).toBe(1500)
    expect(turns.reduce((all, { costMicrodollars }) => all + (costMicrodollars ?? 0), 0)).toBe(450)
  })

  it('tells when work went on, and that nobody said for what', async () => {
    const { slices, contexts } = await outline(PLAN)
    expect(slices.map(({ ticket, attribution }) => [ticket, attribution])).toEqual([[null, 'unattributed']])
    expect(contexts).toEqual([])
  })
})

describe('a stretch of a transcript', () => {
  it('puts each result beside its call', async () => {
    const { items } = await transcript({ session: PLAN, transcript: await mainOf(PLAN) })
    expect(items.map(({ type, tool, call }) => [type, tool, call?.result?.head])).toEqual([
      ['message', null, undefined],
      ['message', null, undefined],
      ['tool_call', 'Edit', expect.any(String)],
      ['tool_call', 'Bash', expect.any(String)],
      ['message', null, undefined],
    ])
    expect(items[3]?.call).toMatchObject({
      invocation: { outcome: 'error', subject: 'npm test' },
      result: { failed: true },
    })
  })

  it('is of the first main transcript where none is named, and of none where there is none', async () => {
    const named = await transcript({ session: PLAN, transcript: await mainOf(PLAN) })
    expect(await transcript({ session: PLAN })).toEqual(named)
    const { id } = await world.context.store.sessions.create({
      agent: 'person',
      externalId: null,
      refPrefix: 'pe',
      channel: 'cli',
    })
    expect(await transcript({ session: id })).toMatchObject({ transcriptId: null, items: [] })
  })

  it('cut anywhere, holds each entry once: results stay with calls of another stretch', async () => {
    const id = await mainOf(PLAN)
    const whole = await transcript({ session: PLAN, transcript: id })
    const pieces = []
    for (let from = 0; from < 20; from++) {
      pieces.push(...(await transcript({ session: PLAN, transcript: id, from, count: 1 })).items)
    }
    expect(pieces).toEqual(whole.items)
  })

  it('shows what a fork inherited, with results, without numbers that are not its own', async () => {
    const { items } = await transcript({ session: FORK, transcript: await mainOf(FORK) })
    const call = items.find(({ tool }) => tool === 'Bash')
    expect(call?.flags).toContain('inherited')
    expect(call?.call).toMatchObject({ invocation: null, result: { failed: true } })
  })

  it('refuses a transcript of another session', async () => {
    const foreign = transcript({ session: PLAN, transcript: await mainOf(HARBOUR) })
    await expect(foreign).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('one entry of a session', () => {
  it('says where it is; of a result it shows the call', async () => {
    const id = await mainOf(PLAN)
    const { items } = await transcript({ session: PLAN, transcript: id })
    const call = items[3]!
    const entry = (word: string) => sessionEntry.handle(world.context, { session: PLAN, entry: word })
    expect(await entry(call.id)).toMatchObject({ transcriptId: id, record: call.record, item: { id: call.id } })
    expect(await entry(call.call!.result!.entryId)).toMatchObject({ record: call.record, item: { id: call.id } })
    await expect(entry('e0mi4x0v5kq0j1a')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a long output', () => {
  it('keeps its first 3 and last 8 lines, and says how many are left out', () => {
    const lines = Array.from({ length: 50 }, (_, i) => `line ${i + 1}`)
    expect(cut(lines.join('\n'))).toEqual({
      head: 'line 1\nline 2\nline 3',
      tail: lines.slice(-8).join('\n'),
      lines: 50,
      leftOut: 39,
    })
    expect(cut(lines.slice(0, 40).join('\n'))).toMatchObject({ leftOut: 0, lines: 40, tail: '' })
  })

  it('of few lines is cut where a line is too long', () => {
    const { head, leftOut } = cut('x'.repeat(9000))
    expect([head.length, leftOut]).toEqual([2001, 0])
  })
})

describe('about', () => {
  it('tells what a page needs: zone, agents, projects, and that it is no demo', async () => {
    const told = await about.handle(world.context, {})
    expect(told).toMatchObject({ timezone: 'Europe/Berlin', demo: false })
    expect(told.agents).toContainEqual({ agent: 'claude-code', name: 'Claude Code', mark: 'CC' })
    expect(told.projects.map(({ name }) => name).toSorted()).toEqual(['harbour', 'tidewatch'])
    expect(told.projects.map(({ label }) => label).toSorted()).toEqual(['harbour', 'tidewatch'])
  })

  it('tells prices of your own and the age that prune takes, and of a price file that is none that it cannot be read', async () => {
    const own = [{ model: 'tern-large-9', from: '2026-06-01' }]
    const told = await about.handle({ ...world.context, ownPrices: async () => own, retentionDays: 90 }, {})
    expect(told).toMatchObject({ ownPrices: own, retentionDays: 90 })
    expect(await about.handle(world.context, {})).toMatchObject({ ownPrices: [], retentionDays: null })
    const broken = async (): Promise<never> => Promise.reject(new Error('prices.toml is no TOML'))
    expect(await about.handle({ ...world.context, ownPrices: broken }, {})).toMatchObject({ ownPrices: null })
  })
})
