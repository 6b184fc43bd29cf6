import * as z from 'zod/mini'
import type { Instructions } from '../../domain/instructions.ts'
import { text } from '../fields.ts'
import type { Changed, Standing } from '../standing.ts'

export const tracker = z.optional(text('its tracker, where several have that ref'))
/** The session a call is about, where that is not the caller's own. */
export const sessionKey = z.optional(text('the session, by key or id; yours when left out'))

export function instructionFields({
  nextActions,
  suggestedCommands,
  contextReminder,
  progress,
  suggestions,
  requirements,
}: Instructions) {
  return {
    next_actions: nextActions,
    suggested_commands: suggestedCommands,
    context_reminder: contextReminder,
    ...(progress === undefined
      ? {}
      : {
          progress: {
            time_elapsed_ms: progress.ticketMs,
            estimate_minutes: progress.estimateMinutes,
            estimated_remaining_minutes: progress.remainingMinutes,
          },
        }),
    ...(suggestions === undefined ? {} : { suggestions }),
    ...(requirements === undefined ? {} : { requirements }),
  }
}

/** What every reply of these tools says of where the session stands. */
export function standingFields({ session, why, association, stack, current, ticketMs }: Standing) {
  return {
    session_id: session.id,
    session_key: session.key,
    status: session.status,
    session_from: why,
    association,
    current_ticket: current?.ref ?? null,
    opted_out: association === 'opted_out',
    context_stack: stack.map(({ ref, kind, title, status }) => ({ ref, kind, title, status })),
    ticket_time_ms: ticketMs,
  }
}

export function changedFields(reply: Changed) {
  return {
    success: true,
    message: reply.message,
    ...standingFields(reply),
    ...(reply.warnings.length > 0 ? { warnings: reply.warnings } : {}),
    instructions: instructionFields(reply.instructions),
  }
}
