import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, shownValue } from '../domain/errors.ts'
import type { Webhook, WebhookState } from '../domain/webhook.ts'
import { reasonOf } from './places.ts'
import { writePrivateFile } from './private-file.ts'

/**
 * Webhooks lie in files of their owner alone, two each: what was asked for with its secret, and how far it was told. Not in the
 * store: that may be shared, and a secret is nobody else's.
 */
export interface KeptWebhook extends Webhook {
  /** What is sent is signed with it: `whsec_` and 32 bytes in base64. */
  secret: string
}

export function webhookFolder(dataDir: string): string {
  return join(dataDir, 'webhooks')
}

/** @throws AppError `unavailable` when it cannot be kept */
export function keepWebhook(
  dataDir: string,
  asked: Pick<Webhook, 'url' | 'kinds' | 'addedAt' | 'addedBy'>,
  position: number,
): KeptWebhook {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  const unsent = { attempts: 0, nextAttemptAt: null, lastError: null, deliveredAt: null, stoppedAt: null }
  try {
    mkdirSync(webhookFolder(dataDir), { recursive: true, mode: 0o700 })
    for (let number = 1; ; number++) {
      const kept = { id: `wh-${number}`, ...asked, secret }
      if (!takeName(fileOf(dataDir, kept.id))) continue
      keepWebhookState(dataDir, kept.id, { position, ...unsent })
      writePrivateFile(fileOf(dataDir, kept.id), `${JSON.stringify(kept)}\n`)
      return kept
    }
  } catch (error) {
    throw new AppError('unavailable', `the webhook cannot be kept: ${reasonOf(error)}`, { cause: error })
  }
}

/** All there are, the oldest first. A file that says nothing is none. */
export function keptWebhooks(dataDir: string): KeptWebhook[] {
  let names: string[]
  try {
    names = readdirSync(webhookFolder(dataDir))
  } catch {
    return []
  }
  return names
    .filter((name) => ID.test(name.replace(/\.json$/, '')) && name.endsWith('.json'))
    .map((name) => readObject(join(webhookFolder(dataDir), name)) as KeptWebhook | undefined)
    .filter((kept) => typeof kept?.url === 'string' && Array.isArray(kept.kinds))
    .map((kept) => kept as KeptWebhook)
    .toSorted((a, b) => (a.addedAt < b.addedAt ? -1 : 1))
}

/** @throws AppError `not_found` */
export function keptWebhook(dataDir: string, id: string): KeptWebhook {
  const kept = keptWebhooks(dataDir).find((one) => one.id === id)
  if (kept) return kept
  throw new AppError('not_found', `no webhook ${shownValue(id)}`, { hint: 'daybook webhook list' })
}

export function forgetWebhook(dataDir: string, { id }: Webhook): void {
  rmSync(fileOf(dataDir, id), { force: true })
  rmSync(stateFileOf(dataDir, id), { force: true })
}

/** @returns undefined where it was removed */
export function webhookState(dataDir: string, id: string): WebhookState | undefined {
  return readObject(stateFileOf(dataDir, id)) as WebhookState | undefined
}

export function keepWebhookState(dataDir: string, id: string, state: WebhookState): void {
  writePrivateFile(stateFileOf(dataDir, id), `${JSON.stringify(state)}\n`)
}

const ID = /^wh-\d{1,9}$/

function fileOf(dataDir: string, id: string): string {
  return join(webhookFolder(dataDir), `${id}.json`)
}

function stateFileOf(dataDir: string, id: string): string {
  return join(webhookFolder(dataDir), `${id}.state`)
}

/** Makes the file, still empty: of two that ask at once one gets the name. */
function takeName(path: string): boolean {
  try {
    writeFileSync(path, '', { mode: 0o600, flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function readObject(path: string): object | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
