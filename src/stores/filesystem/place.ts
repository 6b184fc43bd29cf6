import type { Connection } from '../sql/connection.ts'
import type { Store } from '../store.ts'
import type { KeptRecords } from './kept-files.ts'
import type { Tree } from './tree.ts'

/** A tree and the workspace in it, and what tests hand in. */
export interface Place {
  tree: Tree
  workspaceUid: string
  machineId: string
  /** Unix milliseconds. */
  now(): number
  /** The store as a transaction of its index sees it; what is written through it reaches no file. */
  view(connection: Connection): Promise<Store>
  kept: KeptRecords
}
