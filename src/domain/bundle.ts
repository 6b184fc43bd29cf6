import { AppError } from './errors.ts'

/**
 * A bundle: sessions with all that was recorded of them, to be brought into another record. One JSON object a line; the JSON
 * form is the same lines as one document. What can be worked out of these (entries, usage, time) is not in it.
 */
export const BUNDLE_FORMAT = 'daybook-bundle'
/** 2: with handoffs in their state, the log, and the time of people. What 1 says is read as well. */
export const BUNDLE_VERSION = 2

/** First line of the JSON form; the last is `]}`. */
export const BUNDLE_OPEN = `{"format":"${BUNDLE_FORMAT}","version":${BUNDLE_VERSION},"items":[`
const ANY_OPEN = new RegExp(`^\\{"format":"${BUNDLE_FORMAT}","version":\\d{1,9},"items":\\[$`)
export const BUNDLE_CLOSE = ']}'

/** Any line: `type` says which of those below. */
export interface BundleItem {
  type: string
  [field: string]: unknown
}

/** Types in the order in which they come; what belongs to a session follows it. */
export const BUNDLE_TYPES = [
  'bundle',
  'ticket',
  'session',
  'transcript',
  'blob',
  'frame',
  'attachment',
  'interval',
  'link',
  'note',
  'data',
  'handoff',
  'time',
  'activity',
  'end',
] as const

/** Of a session, as it is recorded. */
export const SESSION_FIELDS = [
  'id',
  'key',
  'agent',
  'externalId',
  'kind',
  'channel',
  'title',
  'titleSource',
  'purpose',
  'tags',
  'status',
  'archivedAt',
  'starredAt',
  'relation',
  'gitBranch',
  'cwd',
  'agentVersion',
  'userId',
  'agentName',
  'clientName',
  'customMetadata',
  'implicit',
  'optedOut',
  'pausedAt',
  'resumedAt',
  'summaryMarkdown',
  'compactMarkdown',
  'openedAt',
  'calledAt',
  'startedAt',
  'lastActivityAt',
  'endedAt',
] as const

/** Of a ticket, as it is recorded. */
export const TICKET_FIELDS = [
  'tracker',
  'ref',
  'kind',
  'parentRef',
  'title',
  'description',
  'status',
  'priority',
  'estimateMinutes',
  'summary',
  'tags',
  'assignee',
  'delegation',
  'url',
  'createdBy',
  'closedAt',
  'closedBy',
] as const

/** Whether a file that begins so is a bundle, of whatever version. */
export function isBundle(head: string): boolean {
  return head.startsWith('{"type":"bundle"') || ANY_OPEN.test(head.split('\n', 1)[0]?.trimEnd() ?? '')
}

/**
 * The item on one line of a bundle, of either form; undefined for the lines around the items of the JSON form.
 *
 * @throws AppError `invalid` naming the line
 */
export function readBundleLine(text: string, line: number): BundleItem | undefined {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed === BUNDLE_CLOSE || ANY_OPEN.test(trimmed)) return undefined
  const json = trimmed.endsWith(',') ? trimmed.slice(0, -1) : trimmed
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new AppError('invalid', `line ${line} of the bundle is not JSON; nothing was imported`, {
      hint: 'daybook export --format json --to bundle.json',
    })
  }
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
  if (BUNDLE_TYPES.some((known) => known === type)) return value as BundleItem
  throw new AppError('invalid', `line ${line} of the bundle is of no type that this version knows`, {
    details: [`${String(type).slice(0, 80)} is not one of ${BUNDLE_TYPES.join(', ')}`],
    hint: 'npm i -g daybook',
  })
}
