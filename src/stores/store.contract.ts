import { afterEach, describe } from 'vitest'
import { activityContract } from './activities.contract.ts'
import { archiveContract } from './archive.contract.ts'
import { driftContract } from './drift.contract.ts'
import { callerContract } from './callers.contract.ts'
import { contextContract } from './contexts.contract.ts'
import { handoffContract } from './handoffs.contract.ts'
import { ingestContract } from './ingest.contract.ts'
import { feedContract } from './feed.contract.ts'
import { organisingContract } from './organising.contract.ts'
import { outlineContract } from './outline.contract.ts'
import { pruningContract } from './pruning.contract.ts'
import { readingAgainContract } from './reading-again.contract.ts'
import { sessionContract } from './sessions.contract.ts'
import { sharedHistoryContract } from './shared-history.contract.ts'
import { startedSessionContract } from './started-sessions.contract.ts'
import type { Store } from './store.ts'
import { templateContract } from './templates.contract.ts'
import { ticketContract } from './tickets.contract.ts'
import { togetherContract } from './together.contract.ts'
import { usageContract } from './usage.contract.ts'
import { workContract } from './work.contract.ts'
import { workDaysContract } from './work-days.contract.ts'
import { workSumsContract } from './work-sums.contract.ts'
import { worldOf } from './world.contract.ts'
import type { World } from './world.contract.ts'

/** A place where stores are opened: one database, empty at first, of an engine under test. */
export interface StorePlace {
  /** Opens a store on the place; again for a second view of it. */
  open(workspaceId?: string): Promise<Store>
  close(): Promise<void>
}

export interface StoreSuite {
  name: string
  /** Makes an empty place. */
  place(): Promise<StorePlace>
  /** Why a second store cannot look at the same place; absent where it can. */
  alone?: string
}

/** The definition of done for a store: everything the contract promises, through the contract alone. */
export function testStore(suite: StoreSuite): void {
  describe(`a store: ${suite.name}`, () => {
    let place: StorePlace | undefined
    const opened: Store[] = []

    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close()
      await place?.close()
      place = undefined
    })

    /** Called at the beginning of every case. */
    const begin = async (): Promise<World> => {
      place = await suite.place()
      const here = place
      const open = async (workspaceId?: string): Promise<Store> => {
        const store = await here.open(workspaceId)
        opened.push(store)
        return store
      }
      const store = await open()
      return worldOf(store, open)
    }

    ingestContract(begin)
    sharedHistoryContract(begin)
    readingAgainContract(begin)
    sessionContract(begin)
    organisingContract(begin)
    feedContract(begin)
    outlineContract(begin)
    templateContract(begin)
    usageContract(begin)
    archiveContract(begin)
    activityContract(begin)
    driftContract(begin)
    startedSessionContract(begin)
    ticketContract(begin)
    contextContract(begin)
    workContract(begin)
    workSumsContract(begin)
    workDaysContract(begin)
    handoffContract(begin)
    pruningContract(begin, suite.alone)
    callerContract(begin)
    togetherContract(begin, suite.alone)
  })
}
