import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FORK, PLAN, operationsWorld } from '../../test/operations-world.ts'
import { parseInput } from './input.ts'
import { searchEverything, searchMessages } from './search.ts'
import { sessionMessages } from './session-messages.ts'
import { showSession } from './session-show.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
beforeAll(async () => {
  world = await operationsWorld()
})
afterAll(() => world.close())

const messages = (words: Record<string, unknown>) =>
  sessionMessages.handle(world.context, parseInput(sessionMessages, words))
const search = (words: Record<string, unknown>) =>
  searchEverything.handle(world.context, parseInput(searchEverything, words))

describe('session show', () => {
  it('has what the session was, what it took and what it changed', async () => {
    const shown = await showSession.handle(world.context, { session: PLAN })
    expect(shown).toMatchObject({
      ref: 'cc-1a11a1',
      parent: null,
      firstPrompt: 'Cache the tide tables on disk',
      resumeCommand: ['claude', '--resume', PLAN],
      usage: { responses: 2, costMicrodollars: 11_640 },
      files: { total: 1, items: [{ path: '/code/tidewatch/cache.ts' }] },
      commits: { total: 0 },
    })
    expect(shown.transcripts.map(({ kind, externalId }) => [kind, externalId])).toEqual([['main', PLAN]])
    expect(new Map(shown.tools.map(({ tool, calls, failed }) => [tool, [calls, failed]]))).toEqual(
      new Map([
        ['Edit', [1, 0]],
        ['Bash', [1, 1]],
      ]),
    )
  })
})

describe('session messages', () => {
  const said = async (words: Record<string, unknown>) =>
    (await messages(words)).items.map(({ role, type, flags }) => [role, type, ...flags])

  it('reads a session in the order of its file, with the text', async () => {
    const { session, items, total } = await messages({ session: PLAN })
    expect(session.ref).toBe('cc-1a11a1')
    expect(total).toBe(7)
    expect(items.map(({ role, type }) => [role, type])).toEqual([
      ['user', 'message'],
      ['assistant', 'message'],
      ['assistant', 'tool_call'],
      ['assistant', 'tool_call'],
      ['tool', 'tool_result'],
      ['tool', 'tool_result'],
      ['assistant', 'message'],
    ])
    expect(items[0]?.content).toEqual({ type: 'message', text: 'Cache the tide tables on disk' })
    expect(items[3]?.content).toMatchObject({ type: 'tool_call', tool: 'Bash', input: { command: 'npm test' } })
  })

  it('shows in a fork what it inherited, marked, or leaves it out', async () => {
    const all = await said({ session: FORK })
    expect(all).toHaveLength(9)
    expect(all.slice(0, 7).every((entry) => entry.includes('inherited'))).toBe(true)
    expect(await said({ session: FORK, own: true })).toEqual([
      ['user', 'message'],
      ['assistant', 'message'],
    ])
  })

  it('is narrowed by speaker, kind, tool and failure', async () => {
    expect(await said({ session: PLAN, role: ['user'] })).toEqual([['user', 'message']])
    expect(await said({ session: PLAN, type: ['tool_call'], tool: 'Edit' })).toHaveLength(1)
    const failed = await messages({ session: PLAN, failed: true })
    expect(failed.items.length).toBeGreaterThan(0)
    expect(failed.items.every(({ flags }) => flags.includes('failed'))).toBe(true)
  })

  it('goes on from a cursor, from either end', async () => {
    const first = await messages({ session: PLAN, limit: 5 })
    const rest = await messages({ session: PLAN, limit: 5, cursor: first.nextCursor })
    expect([...first.items, ...rest.items].map(({ record }) => record)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(rest.nextCursor).toBeNull()
    const newest = await messages({ session: PLAN, newest: true, limit: 1 })
    expect(newest.items[0]?.content).toEqual({ type: 'message', text: 'The test fails on a stale table.' })
  })
})

describe('search', () => {
  it('finds everything with the word, newest first, and cites it', async () => {
    const { items, total, totalReason, nextCursor } = await search({ query: 'stale' })
    expect({ total, totalReason, nextCursor }).toEqual({ total: 3, totalReason: null, nextCursor: null })
    expect(items.map(({ session, entry }) => [session.ref, entry.type])).toEqual([
      ['cc-2b22b2', 'message'],
      ['cc-1a11a1', 'message'],
      ['cc-1a11a1', 'tool_result'],
    ])
    expect(items[0]?.citation).toBe(`cc-2b22b2#${items[0]?.entry.id}`)
    const [start, end] = items[0]!.marks[0]!
    expect(items[0]?.snippet.slice(start, end)).toBe('stale')
  })

  it('tells of a hit where it is and what is around the match, and all that it says when asked', async () => {
    const [hit] = (await search({ query: 'stale', limit: 1 })).items
    expect(hit?.entry).not.toHaveProperty('content')
    const [whole] = (await search({ query: 'stale', limit: 1, whole: true })).items
    expect(whole?.entry.content).toMatchObject({ type: 'message', text: expect.stringContaining('stale') as string })
    expect({ ...whole, entry: hit?.entry }).toEqual(hit)
  })

  it('is narrowed by phrase, session, role, tool, failure, agent, project and day', async () => {
    const count = async (words: Record<string, unknown>) => (await search({ query: 'stale', ...words })).items.length
    expect(await count({ query: '"stale table"' })).toBe(2)
    // What it inherited is found in it too.
    expect(await count({ session: FORK })).toBe(3)
    expect(await count({ role: ['tool'] })).toBe(1)
    expect(await count({ failed: true })).toBe(1)
    expect(await count({ project: 'harbour' })).toBe(0)
    expect(await count({ project: 'tidewatch', agent: 'claude-code' })).toBe(3)
    expect(await count({ since: '2026-11-20' })).toBe(1)
    expect(await count({ until: '2026-11-19' })).toBe(2)
    expect(await count({ branch: 'release' })).toBe(0)
  })

  it('says that it does not know how many there are where a page stopped short', async () => {
    const first = await search({ query: 'stale', limit: 2 })
    expect([first.total, first.items.length]).toEqual([null, 2])
    expect(first.totalReason).toMatch(/^a search stops at its page/)
    const rest = await search({ query: 'stale', limit: 2, cursor: first.nextCursor })
    expect(rest.items.map(({ entry }) => entry.type)).toEqual(['tool_result'])
  })

  it('looks in what was said alone when asked to', async () => {
    const said = async (words: Record<string, unknown>) => {
      const answer = await searchMessages.handle(
        world.context,
        parseInput(searchMessages, { query: 'stale', ...words }),
      )
      return answer.items.map(({ entry }) => entry.role)
    }
    expect(await said({})).toEqual(['user', 'assistant'])
    expect(await said({ role: 'assistant' })).toEqual(['assistant'])
  })

  it('refuses a blank query and a limit below 1', () => {
    expect(() => parseInput(searchEverything, { query: '  ' })).toThrow('query "  " is blank')
    expect(() => parseInput(searchEverything, { query: 'tide', limit: 0 })).toThrow('limit "0" is not a whole number')
  })
})
