import * as z from 'zod/mini'
import type { Finding, Requirement, Validation } from '../../domain/validation.ts'
import type { Checked } from '../check-done.ts'
import type { Done } from '../done.ts'
import { text } from '../fields.ts'
import type { Noted } from '../ticket-notes.ts'
import { type ToolShape, toolInput } from '../tool.ts'
import { ticketFields } from './ticket-fields.ts'
import { changedFields, instructionFields } from './standing-fields.ts'

const sessionKey = z.optional(text('yours when left out'))

export const taskUpdate: ToolShape = {
  name: 'task_update',
  toolset: 'core',
  description: 'Says how the current ticket goes.',
  input: toolInput(z.object({ update: text('how it goes'), session_key: sessionKey }), (asked) => ({
    text: asked.update,
    session: asked.session_key,
  })),
  reply: notedFields,
}

export const taskNote: ToolShape = {
  name: 'task_note',
  toolset: 'core',
  description: 'Keeps a decision, or what to remember, on the current ticket.',
  input: toolInput(z.object({ note: text('what to keep'), session_key: sessionKey }), (asked) => ({
    text: asked.note,
    session: asked.session_key,
  })),
  reply: notedFields,
}

function notedFields(reply: Noted) {
  return {
    ...changedFields(reply),
    task: reply.current?.ref ?? null,
    note_id: reply.note.id,
    context_updates: reply.updates,
  }
}

export const taskComplete: ToolShape = {
  name: 'task_complete',
  toolset: 'core',
  description:
    'Closes the current ticket, or those named, after its evidence is checked; force_reason closes it all the same.',
  input: toolInput(
    z.object({
      summary: z.optional(text('what was done, 20 characters or more')),
      tasks: z.optional(text('refs with commas')),
      force_reason: z.optional(text('why, though checks fail')),
      session_key: sessionKey,
    }),
    ({ summary, tasks, force_reason, session_key }) => ({
      summary,
      refs: tasks?.split(','),
      force: force_reason,
      session: session_key,
    }),
  ),
  reply: (done: Done) => ({
    success: done.valid,
    message: done.message,
    tasks: done.items.map(({ ticket, validation }) => ({ ...ticketFields(ticket), ...validationFields(validation) })),
    ...(done.items.length === 1 && done.items[0] ? validationFields(done.items[0].validation) : {}),
    valid: done.valid,
    forced: done.forced,
    session_id: done.session?.id ?? null,
    session_key: done.session?.key ?? null,
    ...(done.warnings.length > 0 ? { notices: done.warnings } : {}),
    instructions: instructionFields(done.instructions),
  }),
}

export const validateCompletion: ToolShape = {
  name: 'validate_completion',
  toolset: 'core',
  description: 'May a ticket be called done? Errors block, warnings advise; with the evidence found.',
  input: toolInput(
    z.object({
      ref: z.optional(text('a ticket, or a session key')),
      of: z.optional(z.enum(['task', 'sprint', 'session'])),
      summary: z.optional(text('the summary it would have')),
      session_key: sessionKey,
    }),
    ({ ref, session_key, ...rest }) => ({ ...rest, target: ref, session: session_key }),
  ),
  reply: ({ subject, message, ...validation }: Checked) => ({
    entity_type: subject.kind,
    entity: subject.ref,
    message,
    ...validationFields(validation),
  }),
}

function validationFields({ valid, errors, warnings, requirements, details, checklist }: Validation) {
  return {
    valid,
    errors: errors.map(findingFields),
    warnings: warnings.map(findingFields),
    requirements: requirements.map(({ field, message, refs }: Requirement) => ({ type: field, field, message, refs })),
    details: {
      summary_length: details.summaryLength,
      context_updates: details.updates,
      incomplete_count: details.children.open.length,
      incomplete: details.children.open,
      active_ms: details.activeMs,
      estimate_minutes: details.estimateMinutes,
      variance_percent: details.variancePercent,
      require_tests: details.requireTests,
      evidence: details.evidence.map(({ name, claim, ok, says, at, entryId }) => ({
        name,
        claim,
        ok,
        says,
        at,
        entry_id: entryId,
      })),
    },
    checklist,
  }
}

function findingFields({ field, message, refs, claim }: Finding) {
  return { field, message, ...(refs.length > 0 ? { refs } : {}), ...(claim === null ? {} : { claim }) }
}
