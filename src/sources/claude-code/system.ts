import { ENTRY_FLAG } from '../../domain/entry.ts'
import type { RecordPlace } from '../line-parser.ts'
import type { Batch } from '../batch.ts'
import { messageBlocks, messageText, saysSomething } from './blocks.ts'
import { asObject, asText, FENCE } from '../record.ts'
import type { Json } from '../record.ts'

const BOUNDARIES = new Set(['compact_boundary', 'microcompact_boundary'])

/**
 * A `system` record: a compaction, or a notice with text (`local_command`, `informational`, `api_error`), which is a
 * meta message. Records without text (`turn_duration`, `stop_hook_summary`) bring nothing.
 */
export function parseSystem(
  record: Json,
  recordId: string,
  place: RecordPlace,
  atMs: number,
  sidechain: boolean,
  batch: Batch,
): void {
  const compaction = isCompaction(record)
  if (!compaction && !saysSomething(systemText(record))) return
  const failed = record.subtype === 'api_error' ? ENTRY_FLAG.failed : 0
  const side = sidechain ? ENTRY_FLAG.sidechain : 0
  batch.entries.push({
    record: place.record,
    block: 0,
    recordId,
    atMs,
    type: compaction ? 'compaction' : 'message',
    role: 'system',
    flags: side | (compaction ? 0 : ENTRY_FLAG.meta | failed),
  })
}

export function isCompaction(record: Json): boolean {
  return BOUNDARIES.has(String(record.subtype))
}

/** What a system record says: its content, an error's message, or, in some copies, a message of its own. */
export function systemText(record: Json): string {
  const content = asText(record.content)
  if (content !== undefined) return content
  const error = asObject(record.error)
  if (error !== undefined) return asText(error.formatted) ?? asText(error.message) ?? ''
  const blocks = messageBlocks(asObject(record.message)?.content)
  return blocks === undefined ? '' : messageText(blocks).text
}

/**
 * An `attachment` record: context that the client gave the model beside the conversation. Only text that Daybook itself
 * handed over through a hook becomes an entry, so that it is known as ours; the rest stays in the archive.
 */
export function parseAttachment(
  record: Json,
  recordId: string,
  place: RecordPlace,
  atMs: number,
  sidechain: boolean,
  batch: Batch,
): void {
  if (!attachmentText(record).includes(FENCE)) return
  batch.entries.push({
    record: place.record,
    block: 0,
    recordId,
    atMs,
    type: 'message',
    role: 'system',
    flags: ENTRY_FLAG.meta | ENTRY_FLAG.injected | (sidechain ? ENTRY_FLAG.sidechain : 0),
  })
}

/** The text of a `hook_additional_context` attachment; empty for every other. */
export function attachmentText(record: Json): string {
  const attachment = asObject(record.attachment)
  if (attachment?.type !== 'hook_additional_context') return ''
  const content = attachment.content
  if (typeof content === 'string') return content
  return Array.isArray(content) ? content.filter((text) => typeof text === 'string').join('\n\n') : ''
}
