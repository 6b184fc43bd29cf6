import type { Session } from '../domain/session.ts'
import { makeBatch } from './batch-maker.ts'
import type { BatchWords } from './batch-maker.ts'
import type { Ingested, TranscriptRegistration } from './ingest-batch.ts'
import type { Store } from './store.ts'

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

/** The world of one case. */
export function worldOf(store: Store, another: (workspaceId?: string) => Promise<Store>): World {
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
export async function register(
  store: Store,
  name: string,
  more: Partial<TranscriptRegistration> = {},
): Promise<number> {
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
    bornAtMs: null,
    ...more,
  })
  if (!registered) throw new Error(`${name} was refused`)
  return registered.id
}
