import { afterAll, describe, expect, it } from 'vitest'
import { startPostgres } from '../../../test/postgres.ts'
import { testStore } from '../store.contract.ts'
import { CONTRACT_NOW } from '../world.contract.ts'
import { openPostgres } from './open.ts'

const postgres = await startPostgres()

if (typeof postgres === 'string') {
  describe('a store: PostgreSQL', () => {
    it.skip(postgres, () => undefined)
  })
} else {
  afterAll(() => postgres.stop())

  it('tells of a change that began early and was committed late where a listener has not been yet', async () => {
    const url = await postgres.create()
    const open = () => openPostgres({ url, workspaceId: 'local', machineId: 'machine-1', now: () => CONTRACT_NOW })
    const [slow, quick] = [await open(), await open()]
    const act = (action: string, store: Pick<typeof slow, 'activities'>) =>
      store.activities.append({
        sessionId: action,
        at: '2026-11-20T11:00:00.000Z',
        actor: 'ada',
        action,
        target: 'x',
        payload: {},
      })
    const actions = async (after: number) =>
      (await quick.feed.list(after, 9)).map(({ position, payload }) => [position, payload['action']])
    const numbered = Promise.withResolvers<void>()
    const mayCommit = Promise.withResolvers<void>()
    const late = slow.transaction(async (tx) => {
      await act('early', tx)
      numbered.resolve()
      await mayCommit.promise
    })
    await numbered.promise
    await act('quick', quick)
    expect(await quick.feed.publish()).toBe(1)
    expect(await actions(0)).toEqual([[1, 'quick']])
    mayCommit.resolve()
    await late
    expect(await quick.feed.publish()).toBe(1)
    expect(await actions(1)).toEqual([[2, 'early']])
    await slow.close()
    await quick.close()
  })

  describe('U43 a database is behind it:', () => {
    testStore({
      name: 'PostgreSQL',
      place: async () => {
        const url = await postgres.create()
        return {
          open: (workspaceId = 'local') =>
            openPostgres({ url, workspaceId, machineId: 'machine-1', now: () => CONTRACT_NOW }),
          close: async () => undefined,
        }
      },
    })
  })
}
