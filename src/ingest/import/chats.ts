import { createHash } from 'node:crypto'
import { uuidOfHash } from '../../domain/ids.ts'
import type { KeptMessage } from '../../domain/kept-record.ts'
import { type Fields, isObject } from '../../domain/plain-object.ts'
import type { AdoptedSession, Adoption } from '../../stores/import-store.ts'
import type { ReadLines } from '../../sources/kept-lines.ts'
import { keep } from '../keep.ts'
import type { ReindexSetup } from '../reindex.ts'

const AT_ONCE = 500

/** What bringing something in works with. */
export interface ImportSetup extends ReindexSetup {
  readKept: ReadLines
}

/** A conversation of a chat service, as its export has it. */
export interface Chat {
  agent: 'chatgpt' | 'claude-ai'
  externalId: string
  title: string | null
  messages: KeptMessage[]
}

/** The conversation in an element of an export; undefined for anything else, and for one without messages. */
export function readChat(value: unknown): Chat | undefined {
  if (!isObject(value)) return undefined
  const chat = isObject(value['mapping']) ? readChatGpt(value, value['mapping']) : readClaude(value)
  return chat && chat.messages.length > 0 && chat.externalId !== '' ? chat : undefined
}

/** The way from the message that was shown last up to the first: other branches are drafts that were taken back. */
function readChatGpt(value: Fields, nodes: Fields): Chat {
  const externalId = textIn(value, 'conversation_id') || textIn(value, 'id')
  const messages: KeptMessage[] = []
  const seen = new Set<string>()
  let at = textIn(value, 'current_node') || leafOf(nodes)
  while (at !== '' && !seen.has(at)) {
    seen.add(at)
    const node = Object.hasOwn(nodes, at) ? nodes[at] : undefined
    if (!isObject(node)) break
    const message = isObject(node['message']) ? toMessage(externalId, at, node['message'], value) : undefined
    if (message) messages.unshift(message)
    at = textIn(node, 'parent')
  }
  return { agent: 'chatgpt', externalId, title: textIn(value, 'title') || null, messages }
}

function leafOf(nodes: Fields): string {
  const [last] = Object.entries(nodes)
    .filter(([, node]) => isObject(node) && Array.isArray(node['children']) && node['children'].length === 0)
    .slice(-1)
  return last?.[0] ?? ''
}

function toMessage(chat: string, id: string, message: Fields, conversation: Fields): KeptMessage | undefined {
  const author = isObject(message['author']) ? textIn(message['author'], 'role') : ''
  const content = isObject(message['content']) ? message['content'] : {}
  const parts = Array.isArray(content['parts']) ? content['parts'] : [content['text']]
  const text = parts.filter((part) => typeof part === 'string').join('\n')
  const role = roleOf(author)
  if (role === undefined || text.trim() === '') return undefined
  const seconds = Number(message['create_time'] ?? conversation['create_time'])
  return said(chat, id, role, text, Number.isFinite(seconds) ? seconds * 1000 : 0)
}

function readClaude(value: Fields): Chat | undefined {
  const list = value['chat_messages']
  if (!Array.isArray(list)) return undefined
  const externalId = textIn(value, 'uuid')
  const messages = list.flatMap((message: unknown, place): KeptMessage[] => {
    if (!isObject(message)) return []
    const blocks = Array.isArray(message['content']) ? message['content'] : []
    const spoken = blocks.flatMap((block: unknown) => (isObject(block) ? [textIn(block, 'text')] : []))
    const text = spoken.join('\n').trim() || textIn(message, 'text')
    const role = roleOf(textIn(message, 'sender'))
    if (role === undefined || text.trim() === '') return []
    const atMs = Date.parse(textIn(message, 'created_at') || textIn(value, 'created_at'))
    return [said(externalId, textIn(message, 'uuid') || String(place), role, text, atMs)]
  })
  return { agent: 'claude-ai', externalId, title: textIn(value, 'name') || null, messages }
}

function roleOf(word: string): KeptMessage['role'] | undefined {
  if (word === 'user' || word === 'human') return 'user'
  return word === 'assistant' || word === 'tool' ? word : undefined
}

function said(chat: string, id: string, role: KeptMessage['role'], content: string, atMs: number): KeptMessage {
  const safe = Number.isFinite(atMs) && atMs > 0 && atMs < 4e12 ? atMs : 0
  return { type: 'message', id: uuidOf(`${chat}\0${id}`), at: new Date(safe).toISOString(), role, content }
}

/** The same for the same message, whatever the service calls it. */
function uuidOf(name: string): string {
  return uuidOfHash(createHash('sha256').update(name).digest('hex'))
}

/** Brings one conversation in, whole or not at all. */
export async function importChat(setup: ImportSetup, importId: string, chat: Chat): Promise<Adoption> {
  const clean = (text: string): string => setup.context.redact(Buffer.from(text, 'utf8')).toString('utf8')
  const nowMs = setup.context.now()
  const times = chat.messages.map(({ at }) => at).toSorted()
  const session: AdoptedSession = {
    id: uuidOf(`${chat.agent}\0${chat.externalId}`),
    agent: chat.agent,
    externalId: chat.externalId,
    refPrefix: chat.agent === 'chatgpt' ? 'gp' : 'ca',
    title: chat.title === null ? null : clean(chat.title).slice(0, 300),
    titleSource: chat.title === null ? null : 'agent',
    status: 'completed',
    startedAt: times[0] ?? new Date(nowMs).toISOString(),
    lastActivityAt: times.at(-1) ?? new Date(nowMs).toISOString(),
    endedAt: times.at(-1) ?? null,
    ...NOTHING,
  }
  return setup.store.transaction(async (tx) => {
    const adoption = await tx.imports.adopt(importId, session)
    if (adoption !== 'adopted') return adoption
    for (let from = 0; from < chat.messages.length; from += AT_ONCE) {
      const records = chat.messages.slice(from, from + AT_ONCE)
      await keep(
        tx,
        setup.readKept,
        session.id,
        records.map((record) => ({ ...record, content: clean(record.content) })),
        nowMs,
        setup.price,
      )
    }
    await tx.imports.settle(session)
    return adoption
  })
}

/** Of a session that came from elsewhere, where nothing is said of it. */
export const NOTHING = {
  key: null,
  kind: 'work',
  channel: 'import',
  purpose: null,
  tags: [],
  projectId: null,
  parent: null,
  archivedAt: null,
  starredAt: null,
  relation: null,
  gitBranch: null,
  cwd: null,
  agentVersion: null,
  userId: null,
  agentName: null,
  clientName: null,
  customMetadata: {},
  implicit: false,
  optedOut: false,
  pausedAt: null,
  resumedAt: null,
  summaryMarkdown: null,
  compactMarkdown: null,
  openedAt: null,
  calledAt: null,
} satisfies Partial<AdoptedSession>

function textIn(value: Fields, field: string): string {
  const text = Object.hasOwn(value, field) ? value[field] : undefined
  return typeof text === 'string' ? text : ''
}
