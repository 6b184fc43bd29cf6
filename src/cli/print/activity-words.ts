import { formatDuration, plural } from '../../domain/format.ts'
import type { Activity } from '../../domain/activity.ts'
import { oneLine } from '../sanitize.ts'
import { quote } from '../view.ts'

type Payload = Record<string, unknown>

/** What a line of the log says, as a person would put it; the line's own words where no sentence is known for it. */
export function activityWords({ action, payload }: Pick<Activity, 'action' | 'payload'>): string {
  const sentence = sentences()[action]
  if (payload === null) return `${named(action)}; what it said is erased`
  return oneLine(sentence === undefined ? withWords(action, payload) : sentence(payload))
}

function sentences(): Record<string, (said: Payload) => string> {
  return {
    'session.started': ({ channel, implicit, continues }) =>
      `started${implicit === true ? ' by a first call' : ''}${channel === 'mcp' ? ' over MCP' : ''}${typeof continues === 'string' ? ', after one put away' : ''}`,
    'session.forked': ({ from, at }) => `branched off from ${said(from)}${said(at) && `, at #${said(at)}`}`,
    'session.paused': ({ reason }) => `paused${after(reason)}`,
    'session.resumed': ({ pausedMs }) => `taken up again${lasted(pausedMs, 'after')}`,
    'session.reopened': () => 'reopened after its end',
    'session.switched': () => 'switched to',
    'session.ended': ({ status, summary }) =>
      `ended${status === 'completed' || !said(status) ? '' : ` as ${said(status)}`}${after(summary)}`,
    'session.expired': () => 'put away: nothing came for its idle time',
    'session.noted': () => 'a note was written',
    'session.unnoted': () => 'a note was deleted',
    'session.starred': () => 'got a star',
    'session.unstarred': () => 'lost its star',
    'session.archived': () => 'archived',
    'session.unarchived': () => 'brought back from the archive',
    'session.tagged': ({ tags }) => `tagged ${list(tags)}`,
    'session.untagged': ({ tags }) => `no longer tagged ${list(tags)}`,
    'session.renamed': ({ from, to }) => `renamed to ${quoted(to)}${said(from) ? `, before ${quoted(from)}` : ''}`,
    'session.deleted': ({ reason }) => `deleted for good${after(reason)}`,
    'session.updated': ({ fields }) => `changed: ${list(fields).replace('customMetadata', 'metadata')}`,
    'message.added': ({ role }) => `a message of ${said(role)}`,
    'invocation.linked': ({ invocation, tool }) => `linked a call of ${said(tool)}: ${said(invocation)}`,
    'checklist.ticked': ({ done, undo }) =>
      [
        Array.isArray(done) && done.length > 0 && `step ${done.join(', ')} done`,
        Array.isArray(undo) && undo.length > 0 && `step ${undo.join(', ')} open again`,
      ]
        .filter((part) => part !== false)
        .join(', '),
    'template.created': ({ name }) => `kept template ${said(name)}`,
    'template.deleted': ({ name }) => `deleted template ${said(name)}`,
    'data.set': ({ name }) => `kept a value under ${quoted(name)}`,
    'data.removed': ({ name, removed }) =>
      said(name) === '' ? `dropped ${plural(count(removed), 'value')}` : `dropped the value under ${quoted(name)}`,
    'transcript.ingested': ({ entries, responses }) =>
      `read ${plural(count(entries), 'entry', 'entries')}, ${plural(count(responses), 'response')}`,
    'context.push': ({ pushed, stack }) => `on ${list(pushed) || list(stack)}`,
    'context.switch': ({ popped, pushed, stack, lastedMs }) =>
      `from ${list(popped)} to ${list(pushed) || list(stack)}${lasted(lastedMs, 'after')}`,
    'context.pop': ({ popped, lastedMs }) => `off ${list(popped)}${lasted(lastedMs, 'after')}`,
    'context.clear': ({ popped, lastedMs }) => `no ticket, undecided; was on ${list(popped)}${lasted(lastedMs, 'for')}`,
    'context.opt_out': () => 'no ticket, on purpose',
    'ticket.begun': ({ ticket, from }) => `${said(ticket)} ${status(from)} -> in progress`,
    'ticket.reopened': ({ ticket, from }) => `${said(ticket)} reopened, was ${status(from)}`,
    'ticket.noted': ({ ticket, note }) => `note on ${said(ticket)}${after(note)}`,
    'ticket.updated_on': ({ ticket }) => `update on ${said(ticket)}`,
    'ticket.logged': ({ ticket }) => `logged on ${said(ticket)}`,
    'ticket.done': ({ ticket, forced }) =>
      `${said(ticket)} is done${said(forced) === '' ? '' : `, forced: ${said(forced)}`}`,
    'ticket.created': ({ ticket, parent }) => `created ${said(ticket)}${said(parent) ? ` below ${said(parent)}` : ''}`,
    'ticket.updated': ({ ticket, fields, from, to }) =>
      Array.isArray(fields) && fields.includes('status')
        ? `${said(ticket)} ${status(fieldOf(from, 'status'))} -> ${status(fieldOf(to, 'status'))}`
        : `${said(ticket)} changed: ${list(fields).replace('Minutes', '')}`,
    'ticket.deleted': ({ ticket }) => `${said(ticket)} deleted`,
    'filter.saved': () => 'filter saved',
    'filter.deleted': () => 'filter deleted',
    'project.ignored': ({ name }) => `project ${said(name)} is not read any more`,
    'project.read_again': ({ name }) => `project ${said(name)} is read again`,
  }
}

/** For an action without a sentence: its own words and the short texts it carries. */
function withWords(action: string, payload: Payload): string {
  const texts = Object.values(payload).filter((value) => typeof value === 'string' && value.length <= 200)
  return texts.length === 0 ? named(action) : `${named(action)}: ${texts.join(' · ')}`
}

/** `ticket linked` for `ticket.linked`. */
function named(action: string): string {
  return action.replace(/[._]/g, ' ')
}

function said(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function after(value: unknown): string {
  return said(value) === '' ? '' : `: ${said(value)}`
}

function quoted(value: unknown): string {
  return said(value) === '' ? 'no title' : quote(said(value))
}

function status(value: unknown): string {
  return said(value).replaceAll('_', ' ')
}

function list(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(', ') : ''
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Payload)[name] : undefined
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0
}

function lasted(value: unknown, how: string): string {
  return typeof value === 'number' && value >= 1000 ? ` ${how} ${formatDuration(value)}` : ''
}
