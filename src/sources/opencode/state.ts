import { dirname } from 'node:path'
import { databaseOf } from '../../domain/transcript.ts'

/** What the parser remembers between rows. JSON: it lies in the reading cursor. */
export interface State {
  /** In a subagent's session, whose entries are `sidechain`. */
  subagent: boolean
  /** Time of the last row that had a good one; 0 before. */
  lastAtMs: number
  /** When the session was made: stands in where no row has shown a time yet. */
  createdAtMs: number
  /** A prompt is waiting for its answer. */
  prompted: boolean
  /** The session's directory: 2.x names files from there. */
  cwd: string
  /** Where spilled output lies: `tool-output/` in OpenCode's data folder. */
  dataFolder: string
}

export function initialState(ref: { kind: 'main' | 'subagent'; path: string }): State {
  const place = databaseOf(ref.path)
  return {
    subagent: ref.kind === 'subagent',
    lastAtMs: 0,
    createdAtMs: 0,
    prompted: false,
    cwd: '',
    dataFolder: dirname(place ? place.database : dirname(dirname(dirname(ref.path)))),
  }
}
