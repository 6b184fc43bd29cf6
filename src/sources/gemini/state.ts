import { hash48 } from '../../domain/ids.ts'

/** What the parser remembers between records. JSON: it lies in the reading cursor, so every list in it is bounded. */
export interface State {
  kind: 'main' | 'subagent'
  /** The session's own id, from the header; empty until known. */
  session: string
  /** SHA-256 (hex) of the project's root; empty where the file has none. */
  projectHash: string
  /** The project's root; empty until it is known. */
  cwd: string
  /** How many paths were compared with `projectHash`. */
  rootsTried: number
  /** Time of the last record that had a good one; 0 before. */
  lastAtMs: number
  /** A prompt is waiting for its answer. */
  prompted: boolean
  /** Strength of the title so far, see `titles.ts`. */
  titleRank: number
  /** The title as a summary gave it last. */
  summary: string
  /** The conversation as the format's own list stands, oldest first; the oldest go when there are too many. */
  messages: Listed[]
  /** Hashes of the ids of messages that were read, in the list or not, oldest first: what states them again tells nothing new. */
  told: number[]
  /**
   * A resume or a compression is under way: what the list loses now is left out of what the model is given, and was said
   * all the same. Nobody has said anything since.
   */
  restating: boolean
}

/** A message of the list, and the records that hold it. */
export interface Listed {
  id: string
  records: number[]
  /** What the client itself said: it is never in the history that the model is given. */
  notice?: true
}

export function initialState(ref: { kind: 'main' | 'subagent'; sessionExternalId?: string }): State {
  return {
    kind: ref.kind,
    session: ref.kind === 'subagent' ? (ref.sessionExternalId ?? '') : '',
    projectHash: '',
    cwd: '',
    rootsTried: 0,
    lastAtMs: 0,
    prompted: false,
    titleRank: 0,
    summary: '',
    messages: [],
    told: [],
    restating: false,
  }
}

/** Further back than this a rewind is followed no more. */
export const MESSAGES = 2000
/** A message is written again twice or three times. */
const RECORDS = 8

/**
 * Puts a message at the end of the list, or notes one more record of one that stands there.
 *
 * @returns true when it stood there: it is written again
 */
export function rememberMessage(state: State, id: string, record: number, isNotice: boolean): boolean {
  // What is written again was written shortly before: looking from the end is short.
  const known = state.messages.findLast((listed) => listed.id === id)
  if (known === undefined) {
    state.messages.push(isNotice ? { id, records: [record], notice: true } : { id, records: [record] })
    if (state.messages.length > MESSAGES) state.messages.shift()
    noteTold(state, id)
  } else if (known.records.at(-1) !== record) {
    known.records.push(record)
    if (known.records.length > RECORDS) known.records.shift()
  }
  return known !== undefined
}

export function noteTold(state: State, id: string): void {
  state.told.push(hash48(id))
  if (state.told.length > MESSAGES) state.told.shift()
}
