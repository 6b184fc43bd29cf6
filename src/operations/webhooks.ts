import * as z from 'zod/mini'
import {
  forgetWebhook,
  keepWebhook,
  keepWebhookState,
  keptWebhook,
  keptWebhooks,
  webhookState,
} from '../config/webhooks.ts'
import { AppError, shownValue } from '../domain/errors.ts'
import { FEED_KINDS } from '../domain/feed.ts'
import { ALL_KINDS, type Webhook, type WebhookState, triedAgain } from '../domain/webhook.ts'
import type { Page } from '../stores/page.ts'
import { choice, pageFields, text } from './fields.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { pageOf } from './page.ts'
import { recordApart } from './record.ts'

const webhookId = text('its id, as in wh-1')
const LONGEST_URL = 2_000

/** A webhook as it is shown: without its secret, and of its address the origin alone, because the rest may hold one. */
export interface WebhookView extends Webhook, Omit<WebhookState, 'position'> {
  /** Events that it has not been told, those of other kinds among them. */
  behind: number
}

export interface AddedWebhook extends WebhookView {
  /** What is sent is signed with it. Told this once. */
  secret: string
}

export const addWebhook = defineOperation({
  name: 'webhook.add',
  summary: 'Tell an address what happens from now on, signed; daybook serve sends it.',
  input: z.object({
    url: text('an http or https address; it is told what happened, never what was said'),
    kind: z.optional(z.array(choice(FEED_KINDS, 'only this; all three where it is left out'))),
  }),
  errors: ['too_large', 'unavailable', 'unsupported'],
  effect: 'write',
  cli: {
    args: ['url'],
    examples: [
      { command: 'daybook webhook add http://127.0.0.1:9000/daybook --kind activity', says: 'starts, ends, tickets' },
    ],
    seeAlso: ['webhook list', 'webhook remove'],
  },
  async handle(context, { url, kind }): Promise<AddedWebhook> {
    const dataDir = folderOf(context)
    const address = checkedUrl(url)
    const { feed } = context.store
    while ((await feed.publish()) > 0);
    const { newest } = await feed.bounds()
    const addedAt = new Date(context.clock.now()).toISOString()
    const kinds = kind === undefined || kind.length === 0 ? ALL_KINDS : [...new Set(kind)]
    const kept = keepWebhook(dataDir, { url: address, kinds, addedAt, addedBy: context.actor }, newest)
    await recordApart(context, 'webhook.added', kept.id)
    return { ...viewOf(dataDir, kept, newest), secret: kept.secret }
  },
})

export const listWebhooks = defineOperation({
  name: 'webhook.list',
  summary: 'List webhooks: how far each has been told, and what stands in the way.',
  input: z.object(pageFields(50)),
  errors: [],
  effect: 'read',
  cli: {
    examples: [{ command: 'daybook webhook list', says: 'each with what waits and the last error' }],
    seeAlso: ['webhook add', 'webhook retry'],
  },
  async handle(context, page): Promise<Page<WebhookView>> {
    if (context.dataDir === undefined) return pageOf([], page)
    const { dataDir } = context
    const { newest } = await context.store.feed.bounds()
    return pageOf(
      keptWebhooks(dataDir).map((kept) => viewOf(dataDir, kept, newest)),
      page,
    )
  },
})

export const removeWebhook = defineOperation({
  name: 'webhook.remove',
  summary: 'Remove a webhook: it is told nothing more.',
  input: z.object({ id: webhookId }),
  errors: ['not_found', 'unsupported'],
  effect: 'write',
  cli: {
    args: ['id'],
    examples: [{ command: 'daybook webhook remove wh-1', says: 'it is told nothing more' }],
    seeAlso: ['webhook list'],
  },
  async handle(context, { id }): Promise<WebhookView> {
    const dataDir = folderOf(context)
    const kept = keptWebhook(dataDir, id)
    const view = viewOf(dataDir, kept, (await context.store.feed.bounds()).newest)
    forgetWebhook(dataDir, kept)
    await recordApart(context, 'webhook.removed', id)
    return view
  },
})

export const retryWebhook = defineOperation({
  name: 'webhook.retry',
  summary: 'Try a webhook again at once, also one that was given up.',
  input: z.object({ id: webhookId }),
  errors: ['not_found', 'unsupported'],
  effect: 'write',
  cli: {
    args: ['id'],
    examples: [{ command: 'daybook webhook retry wh-1', says: 'at once, also what was given up' }],
    seeAlso: ['webhook list'],
  },
  async handle(context, { id }): Promise<WebhookView> {
    const dataDir = folderOf(context)
    const kept = keptWebhook(dataDir, id)
    const state = webhookState(dataDir, id)
    if (state) keepWebhookState(dataDir, id, triedAgain(state))
    return viewOf(dataDir, kept, (await context.store.feed.bounds()).newest)
  },
})

function viewOf(
  dataDir: string,
  { secret: _, ...webhook }: ReturnType<typeof keptWebhook>,
  newest: number,
): WebhookView {
  const { position, ...state } = webhookState(dataDir, webhook.id) ?? UNKNOWN
  return { ...webhook, url: new URL(webhook.url).origin, ...state, behind: Math.max(0, newest - position) }
}

const UNKNOWN: WebhookState = {
  position: 0,
  attempts: 0,
  nextAttemptAt: null,
  lastError: null,
  deliveredAt: null,
  stoppedAt: null,
}

/** @throws AppError `unsupported` where nothing is kept in files */
function folderOf({ dataDir }: OperationContext): string {
  if (dataDir !== undefined) return dataDir
  throw new AppError('unsupported', 'webhooks are kept beside the data, and there is no folder of data here')
}

function checkedUrl(word: string): string {
  if (word.length > LONGEST_URL)
    throw new AppError('too_large', `the address has ${word.length} characters, and ${LONGEST_URL} is the most`)
  const hint = 'daybook webhook add http://127.0.0.1:9000/daybook'
  const url = URL.parse(word)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new AppError('invalid', `${shownValue(word)} is no http or https address`, { hint })
  if (url.username !== '' || url.password !== '') {
    throw new AppError('invalid', 'the address holds a name or a password: what is sent is signed in their place', {
      hint,
    })
  }
  url.hash = ''
  return url.href
}
