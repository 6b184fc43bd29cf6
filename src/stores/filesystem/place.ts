import type { Connection } from '../sql/connection.ts'
import type { Store } from '../store.ts'
import type { KeptRecords } from './kept-files.ts'
import type { Tree } from './tree.ts'

/** A tree and the workspace in it, and what tests hand in. */
export interface Place {
  tree: Tree
  workspaceUid: string
  machineId: string
  /** What names of the chains begin with that are written now: see `beginChains`. */
  chains: string
  /** Unix milliseconds. */
  now(): number
  /** That many random bytes. */
  random(count: number): Uint8Array
  /** The store as a transaction of its index sees it; what is written through it reaches no file. */
  view(connection: Connection): Promise<Store>
  kept: KeptRecords
}
