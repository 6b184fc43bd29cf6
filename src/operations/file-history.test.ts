import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { operationsWorld } from '../../test/operations-world.ts'
import { fileHistory } from './file-history.ts'
import { parseInput } from './input.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
beforeEach(async () => {
  world = await operationsWorld()
})
afterEach(() => world.close())

const blame = (path: string, cwd = '/elsewhere', more: Record<string, unknown> = {}) =>
  fileHistory.handle(
    { ...world.context, caller: { ...world.context.caller, cwd } },
    parseInput(fileHistory, { path, ...more }),
  )

const CACHE = '/code/tidewatch/cache.ts'

describe('blame', () => {
  it('names session, entry, kind and time of each change, once where a fork inherited it', async () => {
    const { items, total, nextCursor } = await blame(CACHE)
    expect({ total, nextCursor }).toEqual({ total: 1, nextCursor: null })
    expect(items[0]).toMatchObject({
      path: CACHE,
      kind: 'edit',
      at: '2026-11-19T09:00:08.000Z',
      session: { ref: 'cc-1a11a1', agent: 'claude-code', title: 'Cache the tide tables on disk' },
      commit: null,
    })
    const [entry] = await world.store.entries.find(items[0]!.entryId)
    expect(entry).toMatchObject({ type: 'tool_call', tool: 'Edit' })
    expect(items[0]!.citation).toBe(`cc-1a11a1#${entry!.id}`)
  })

  it.each([
    ['from where the caller stands', 'cache.ts', '/code/tidewatch'],
    ['from a folder beside it', '../cache.ts', '/code/tidewatch/docs'],
    ['from the root of its project', 'cache.ts', '/elsewhere'],
    ['as a directory with all below it', '.', '/code/tidewatch'],
    ['as a directory with a slash behind', '/code/tidewatch/', '/'],
  ])('finds a file named %s', async (_, path, cwd) => {
    expect((await blame(path, cwd)).items.map((item) => item.path)).toEqual([CACHE])
  })

  it('finds what was changed in another work tree of the project', async () => {
    const { store } = world
    const [tidewatch] = await store.projects.resolve('tidewatch')
    const { identityKind, identity, name } = tidewatch!
    await store.projects.ensure({ identityKind, identity, name, root: '/code/tidewatch-2' })
    const { items, places } = await blame('cache.ts', '/code/tidewatch-2')
    expect(items.map((item) => item.path)).toEqual([CACHE])
    expect(places).toEqual(['/code/tidewatch-2/cache.ts', CACHE, 'cache.ts'])
  })

  it('does not take a path for another that begins with it', async () => {
    await expect(blame('/code/tidewatch/cache')).rejects.toMatchObject({
      code: 'not_found',
      message: 'no session changed "/code/tidewatch/cache", and there is no such file here',
      hint: 'daybook files',
    })
    await expect(blame('che.ts')).rejects.toMatchObject({ code: 'not_found' })
  })

  it('has no rows for a file that is there and was never changed', async () => {
    world.home.write('notes.md', 'mine')
    expect(await blame('notes.md', world.home.path)).toMatchObject({ items: [], total: 0 })
  })

  it('leaves out what other sessions and projects changed', async () => {
    expect((await blame(CACHE, '/', { session: 'cc-3c33c3' })).total).toBe(0)
    expect((await blame('cache.ts', '/', { project: 'tidewatch' })).total).toBe(1)
    await expect(blame('cache.ts', '/', { project: 'harbour' })).rejects.toMatchObject({ code: 'not_found' })
  })
})
