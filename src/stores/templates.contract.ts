import { describe, expect, it } from 'vitest'
import type { Template } from '../domain/template.ts'
import { T0 } from './world.contract.ts'
import type { World } from './world.contract.ts'

const RELEASE: Template = {
  name: 'release',
  purpose: 'Cut a release',
  kind: 'work',
  tags: ['release', 'low water'],
  stack: ['SPRINT-1', 'T-4'],
  checklist: ['run the tests', 'write "the notes"'],
  savedAt: new Date(T0).toISOString(),
  savedBy: 'ada',
}
const BARE: Template = { ...RELEASE, name: 'bare', purpose: null, kind: null, tags: [], stack: [], checklist: [] }

export function templateContract(begin: () => Promise<World>): void {
  describe('templates', () => {
    it('U46 are kept by name, each name once, until they are removed', async () => {
      const { store } = await begin()
      await store.templates.create(RELEASE)
      await store.templates.create(BARE)
      expect(await store.templates.list()).toEqual([BARE, RELEASE])
      await expect(store.templates.create({ ...BARE, name: 'release' })).rejects.toMatchObject({ code: 'conflict' })
      expect(await store.templates.list()).toEqual([BARE, RELEASE])
      await store.templates.remove('bare')
      await store.templates.remove('bare')
      expect(await store.templates.list()).toEqual([RELEASE])
    })

    it('U46 are another workspace’s own', async () => {
      const world = await begin()
      await world.store.templates.create(RELEASE)
      const other = await world.another('elsewhere').catch(() => undefined)
      if (!other) return
      expect(await other.templates.list()).toEqual([])
      await other.templates.create(RELEASE)
      await other.templates.remove('release')
      expect(await world.store.templates.list()).toEqual([RELEASE])
    })
  })
}
