import * as z from 'zod/mini'
import type { Accepted } from '../handoff-accept.ts'
import type { HandedOff } from '../handoff-create.ts'
import type { HandoffShown } from '../handoffs.ts'
import { text } from '../fields.ts'
import { type ToolShape, toolInput } from '../tool.ts'
import { instructionFields } from './standing-fields.ts'
import { sessionId } from './tool-fields.ts'

const texts = (describe: string) => z.optional(z.array(text(describe)))

export const createHandoffTool: ToolShape = {
  name: 'create_handoff',
  toolset: 'core',
  description:
    'Write down and offer what the next agent needs. The record adds ticket, plan, files, commits, git status and failures.',
  input: toolInput(
    z.object({
      session_id: z.optional(sessionId),
      notes: z.optional(text('anything else')),
      current_state: z.optional(text('where it stands')),
      next_steps: texts('needed with anything but notes'),
      accomplished: texts('done'),
      decisions: texts('and why'),
      problems: texts('met'),
      what_did_not_work: texts('tried in vain'),
      blockers: texts('waited for'),
    }),
    ({ session_id, current_state, next_steps, what_did_not_work, ...rest }) => ({
      ...rest,
      sessionId: session_id,
      currentState: current_state,
      nextSteps: next_steps,
      whatDidNotWork: what_did_not_work,
    }),
  ),
  reply: ({ session, handoff, record, tokens, leftOut, instructions }: HandedOff) => ({
    success: true,
    session_id: session.id,
    session_key: session.key,
    handoff_id: handoff?.id ?? null,
    markdown_length: handoff?.markdown.length ?? 0,
    tokens,
    sha256: handoff?.sha256 ?? null,
    context: {
      active_task: record.ticket,
      todo_state: record.plan.map(({ text: content, status }) => ({ content, status })),
      files_modified: record.files.map(({ path }) => path),
      git_commits: record.commits.map(({ hash, subject, at }) => ({ hash, message: subject, timestamp: at })),
      git_status: record.uncommitted.join('\n'),
      initial_goal: record.goal,
      recent_activity: record.activity,
      unresolved_failures: record.failures.map(({ command, exitCode, times }) => {
        return { command, exit_code: exitCode, times }
      }),
      key_decisions: record.decisions,
      git_problem: record.gitProblem,
    },
    left_out: leftOut,
    instructions: instructionFields(instructions),
  }),
}

export const getHandoffContext: ToolShape = {
  name: 'get_handoff_context',
  toolset: 'core',
  description: 'What a session left for whoever carries on. Reading is not accepting.',
  input: toolInput(z.object({ session_id: sessionId }), ({ session_id }) => ({ handoff: session_id })),
  reply: ({ session, handoff, markdown }: HandoffShown) => ({
    session_id: session.id,
    compact_markdown: markdown,
    has_context: markdown !== null,
    session_key: session.key,
    source_session: session.key ?? session.ref,
    handoff_id: handoff?.id ?? null,
    state: handoff?.state ?? null,
    offered_at: handoff?.offeredAt ?? null,
    offered_by: handoff?.offeredBy ?? null,
  }),
}

export const acceptHandoffTool: ToolShape = {
  name: 'accept_handoff',
  toolset: 'core',
  description: 'Take a handoff over, once: your session goes on from it.',
  input: toolInput(
    z.object({ handoff: z.optional(text('its id, or the session that offers it; the only one here when left out')) }),
    ({ handoff }) => ({ handoff }),
  ),
  reply: ({ session, from, handoff, quotation, instructions }: Accepted) => ({
    success: true,
    session_id: session.id,
    session_key: session.key,
    handoff_id: handoff.id,
    from_session: from.key ?? from.ref,
    parent_session_id: from.id,
    accepted_at: handoff.acceptedAt,
    recorded_context: quotation,
    instructions: instructionFields(instructions),
  }),
}
