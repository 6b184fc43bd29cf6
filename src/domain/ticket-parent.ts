import { currentFrame } from './context.ts'
import type { Context, Frame } from './context.ts'
import { levelOf, mayHold } from './ticket.ts'
import type { TicketKind } from './ticket.ts'

/** Where a new ticket's parent comes from. `undecided`: nobody said, so it is not made yet. */
export type ParentChoice =
  | { from: 'explicit' | 'default'; ref: string }
  | { from: 'frame'; frame: Frame }
  | { from: 'explicit_none' | 'opted_out' | 'top' | 'undecided' }

export interface ParentRequest {
  /** As the caller gave it: null is "none", undefined is "not given". */
  parent: string | null | undefined
  /** Undefined where it follows from the parent. */
  kind: TicketKind | undefined
  context: Context
  /** Of the new ticket; undefined where that tracker has no tickets yet. */
  trackerId: string | undefined
  defaultParent: string | null
}

/**
 * Decides what a new ticket goes below: what was said, else nothing where the session is opted out, else the deepest
 * frame of its tracker that may hold it, else the configured parent. Projects, epics and sprints may stand alone.
 */
export function chooseParent({ parent, kind, context, trackerId, defaultParent }: ParentRequest): ParentChoice {
  if (parent === null) return { from: 'explicit_none' }
  if (parent !== undefined) return { from: 'explicit', ref: parent }
  if (context.optedOut) return { from: 'opted_out' }
  const frame = context.stack.findLast((one) => one.trackerId === trackerId && holdsNew(one.kind, kind))
  if (frame) return { from: 'frame', frame }
  if (defaultParent !== null && kind !== 'project') return { from: 'default', ref: defaultParent }
  const standsAlone = kind !== undefined && (levelOf(kind) ?? 3) < 3
  // Work on something that can hold nothing is decided: what is made beside it is a ticket of its own.
  return { from: standsAlone || currentFrame(context) !== undefined ? 'top' : 'undecided' }
}

/** A kind that follows from its parent fits below all but a subtask. */
function holdsNew(parent: TicketKind, kind: TicketKind | undefined): boolean {
  return kind === undefined ? parent !== 'subtask' : mayHold(parent, kind)
}

/** What a ticket is when nobody said, by what it lies below: a task, and below a task a subtask. */
export function kindBelow(parent: TicketKind | undefined): TicketKind {
  return parent === 'task' ? 'subtask' : 'task'
}
