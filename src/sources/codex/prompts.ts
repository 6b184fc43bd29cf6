import { asObject, asText, isOurs } from '../record.ts'
import type { Json } from '../record.ts'

/**
 * How user messages begin that nobody typed: context, instructions, notices. Seen in rollouts of 0.77 to 0.169; told of
 * others by readers of these files.
 */
const WRAPPERS = [
  '<environment_context',
  '<environments_context',
  '<user_instructions',
  '<user_shell_command',
  '<user_action',
  '<turn_aborted',
  '<skill',
  '<permissions',
  '<collaboration_mode',
  '<apps_instructions',
  '<personality_spec',
  '<model_switch',
  '<subagent_notification',
  '<goal_context',
  '<hook_prompt',
  '# AGENTS.md instructions',
]

/** True for a user message that a person typed. From 0.16x on Codex itself says of what kind a message's parts are. */
export function isTyped(payload: Json, text: string): boolean {
  if (isOurs(text)) return false
  const kinds = asObject(payload.internal_chat_message_metadata_passthrough)?.content_item_kinds
  if (Array.isArray(kinds) && kinds.length > 0 && !kinds.every((kind) => kind === 'unknown')) {
    return kinds.some((kind) => typeof kind === 'string' && kind.startsWith('user.'))
  }
  const start = text.slice(0, 200).trimStart()
  return !WRAPPERS.some((wrapper) => start.startsWith(wrapper))
}

/** True for the note that tells the model of an interruption. */
export function tellsAbort(text: string): boolean {
  return text.slice(0, 200).trimStart().startsWith('<turn_aborted')
}

/** What a `turn_aborted` event says. */
export function abortText(payload: Json): string {
  return `Turn aborted: ${asText(payload.reason) ?? 'no reason given'}`
}
