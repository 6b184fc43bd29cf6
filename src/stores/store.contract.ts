import { afterEach, describe } from 'vitest'
import { activityContract } from './activities.contract.ts'
import { archiveContract } from './archive.contract.ts'
import type { Session } from '../domain/session.ts'
import type { BatchWords } from './batch-maker.ts'
import { makeBatch } from './batch-maker.ts'
import { ingestContract } from './ingest.contract.ts'
import type { Ingested, TranscriptRegistration } from './ingest-batch.ts'
import { readingAgainContract } from './reading-again.contract.ts'
import { sessionContract } from './sessions.contract.ts'
import { sharedHistoryContract } from './shared-history.contract.ts'
import type { Store } from './store.ts'
import { togetherContract } from './together.contract.ts'
import { usageContract } from './usage.contract.ts'

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

/** The clock of every store under test. */
export const CONTRACT_NOW = Date.parse('2026-11-20T12:00:00Z')
/** A moment two hours before, which transcripts begin at. */
export const T0 = Date.parse('2026-11-20T10:00:00Z')

/** What a case is given: an empty store and short ways to say what a scan would do. */
export interface World {
  store: Store
  /** A second store on the same place. */
  another(workspaceId?: string): Promise<Store>
  register(name: string, more?: Partial<TranscriptRegistration>): Promise<number>
  read(transcriptId: number, words: BatchWords): Promise<Ingested>
  session(externalId: string): Promise<Session>
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
    usageContract(begin)
    archiveContract(begin)
    activityContract(begin)
    togetherContract(begin, suite.alone)
  })
}

function worldOf(store: Store, another: (workspaceId?: string) => Promise<Store>): World {
  return {
    store,
    another,
    register: (name, more) => register(store, name, more),
    read: (transcriptId, words) => store.ingest(makeBatch(transcriptId, words)),
    session: async (externalId) => {
      const [session] = await store.sessions.resolve(externalId)
      if (!session) throw new Error(`no session ${externalId}`)
      return session
    },
  }
}

/** Registers a transcript whose path and external id are made from a name. */
export async function register(store: Store, name: string, more: Partial<TranscriptRegistration> = {}): Promise<number> {
  const registered = await store.transcripts.register({
    agent: 'claude-code',
    refPrefix: 'cc',
    path: `/home/ada/.claude/projects/-work/${name}.jsonl`,
    kind: 'main',
    externalId: name,
    sessionExternalId: null,
    parentCallId: null,
    title: null,
    device: 1,
    inode: 0,
    sizeBytes: 0,
    modifiedAtMs: T0,
    ...more,
  })
  if (!registered) throw new Error(`${name} was refused`)
  return registered.id
}
