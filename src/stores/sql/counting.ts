import { ENTRY_FLAG, ENTRY_TYPES, ROLES } from '../../domain/entry.ts'
import { TRANSCRIPT_KINDS } from '../../domain/transcript.ts'

const MESSAGE = ENTRY_TYPES.indexOf('message')
/** A tool speaks where a program keeps what it said as a message; agents' transcripts hold results instead. */
const SPOKEN = [ROLES.indexOf('user'), ROLES.indexOf('assistant'), ROLES.indexOf('tool')]
const MAIN = TRANSCRIPT_KINDS.indexOf('main')

/** Entries with one of these count nowhere. */
export const UNCOUNTED_FLAGS = ENTRY_FLAG.inherited | ENTRY_FLAG.withdrawn

/** Messages with one of these were not said by a person or an agent in this conversation. */
const UNSPOKEN_FLAGS =
  UNCOUNTED_FLAGS | ENTRY_FLAG.injected | ENTRY_FLAG.meta | ENTRY_FLAG.summary | ENTRY_FLAG.sidechain

/** Whether an entry counts toward its session's messages. */
export function isCountedMessage(transcriptKind: number, type: number, role: number, flags: number): boolean {
  return transcriptKind === MAIN && type === MESSAGE && SPOKEN.includes(role) && (flags & UNSPOKEN_FLAGS) === 0
}

/** The same as an SQL condition on entry `e` and transcript `t`. */
export const COUNTED_MESSAGE = `t.kind = ${MAIN} AND e.type = ${MESSAGE} AND e.role IN (${SPOKEN.join(', ')})
  AND e.flags & ${UNSPOKEN_FLAGS} = 0`
