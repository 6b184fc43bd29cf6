import type { Connection, Database, Durability } from './connection.ts'
import type { Seen } from './ingest/seen.ts'

/** Where a store works: an engine, one workspace in it, this machine, and what tests hand in. */
export interface Scope {
  database: Database
  workspaceId: number
  workspaceUid: string
  machineId: number
  machineUid: string
  /** What names of the activity chains that are written from now on begin with: the machine's id, or of it a branch. */
  chains(): string
  /** See `Store.idleMs`. */
  idleMs: number
  /** Unix milliseconds. */
  now(): number
  /** That many random bytes. */
  random(count: number): Uint8Array
  /** Row ids of committed names, and how often names had been swept out then: see `checkNames`. */
  names: { byText: Map<string, number>; sweeps: number }
  /** What the transcripts hold that were read last, by row id. */
  seen: Map<number, Seen>
  /** The open transaction that everything happens in, where there is one. */
  inside?: Connection
}

/** The same scope with every read and write inside one open transaction; one within another is the same one. */
export function within(scope: Scope, connection: Connection, onErase: () => Promise<void>): Scope {
  if (scope.inside === connection) return scope
  return {
    ...scope,
    inside: connection,
    names: { byText: new Map(), sweeps: 0 },
    seen: new Map(),
    database: {
      dialect: connection.dialect,
      read: (work) => work(connection),
      write: async (work, durability: Durability) => {
        if (durability === 'erase') await onErase()
        return work(connection)
      },
    },
  }
}

/** Taken before anything that changes whose records are whose, so that two never decide over one another. */
export async function lockHistory(connection: Connection, { workspaceId }: Scope): Promise<void> {
  await connection.lock(`daybook history ${workspaceId}`)
}

export function nowIso(scope: Scope): string {
  return new Date(scope.now()).toISOString()
}

export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

export function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms)
}
