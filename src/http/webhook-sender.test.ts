import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { type IncomingHttpHeaders, type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { operationsWorld } from '../../test/operations-world.ts'
import type { OperationContext } from '../operations/operation.ts'
import { addWebhook, listWebhooks, removeWebhook, retryWebhook } from '../operations/webhooks.ts'
import { openFeed } from './feed.ts'
import { sendWebhooks, signatureOf } from './webhook-sender.ts'

interface Received {
  headers: IncomingHttpHeaders
  text: string
  body: { type: string; data: { payload?: { action?: string } } }
}

let world: Awaited<ReturnType<typeof operationsWorld>>
let context: OperationContext
let folder: string
let receiver: Server
let url: string
let got: Received[]
/** What the receiver answers, one after the other, the last for good. */
let answers: number[]
let waiting: () => void = () => {}
let nowMs = Date.parse('2026-11-20T12:00:00Z')
let sender: ReturnType<typeof sendWebhooks> | undefined

beforeEach(async () => {
  world = await operationsWorld()
  folder = mkdtempSync(join(tmpdir(), 'daybook-webhooks-'))
  context = { ...world.context, dataDir: folder, clock: { now: () => nowMs } }
  got = []
  answers = [204]
  receiver = createServer((asked, answer) => {
    let text = ''
    asked.setEncoding('utf8').on('data', (part: string) => (text += part))
    asked.on('end', () => {
      got.push({ headers: asked.headers, text, body: JSON.parse(text) as Received['body'] })
      const status = answers.length > 1 ? answers.shift()! : answers[0]!
      answer.writeHead(status, status === 302 ? { location: `${url}/elsewhere` } : {}).end()
      waiting()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
})
afterEach(async () => {
  await sender?.close()
  receiver.closeAllConnections()
  receiver.close()
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

function serve(): void {
  const log = () => {}
  sender = sendWebhooks({ dataDir: folder, feed: openFeed(context.store, log), now: () => nowMs, log })
}

const act = (action: string) =>
  world.store.activities.append({
    sessionId: null,
    at: '2026-11-20T11:00:00.000Z',
    actor: 'ada',
    action,
    target: 'x',
    payload: {},
  })

/** Waits for that many calls in all. */
async function received(count: number): Promise<(string | undefined)[]> {
  while (got.length < count) await new Promise<void>((resolve) => (waiting = resolve))
  return got.map(({ body }) => body.data.payload?.action)
}

/** Waits until the list says so. */
async function listed(wanted: (one: Awaited<ReturnType<typeof list>>) => boolean) {
  for (;;) {
    const one = await list()
    if (wanted(one)) return one
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
const list = async () => (await listWebhooks.handle(context, { limit: 50 })).items[0]!
const add = async (kind?: ['activity']) => addWebhook.handle(context, { url: `${url}/hook?key=hidden`, kind })

describe('webhooks', () => {
  it('are told what happens from then on, in its order, signed so that the receiver can tell', async () => {
    await act('before')
    const { secret, id } = await add(['activity'])
    serve()
    await act('one')
    await act('two')
    // The adding itself is in the log too.
    expect(await received(3)).toEqual(['webhook.added', 'one', 'two'])
    const [, { headers, text }] = got as [Received, Received]
    expect(headers['webhook-id']).toMatch(new RegExp(`^${id}_\\w+_\\d+$`))
    expect(headers['content-type']).toBe('application/json')
    const at = Number(headers['webhook-timestamp'])
    expect(at).toBe(nowMs / 1000)
    expect(headers['webhook-signature']).toBe(signatureOf(secret, String(headers['webhook-id']), at, text))
    expect(headers['webhook-signature']).not.toBe(signatureOf(secret, String(headers['webhook-id']), at, `${text} `))
    expect(await listed(({ behind }) => behind === 0)).toMatchObject({ attempts: 0, lastError: null, stoppedAt: null })
  })

  it('sign as Standard Webhooks does', () => {
    // Worked by hand with openssl: printf 'msg_1.1700000000.{}' | openssl dgst -sha256 -hmac 0123456789abcdef -binary | base64
    const secret = `whsec_${Buffer.from('0123456789abcdef').toString('base64')}`
    expect(signatureOf(secret, 'msg_1', 1_700_000_000, '{}')).toBe('v1,3uojc/2kvL+KpJkw4ZNrA/5YjEs9cdfKdc3lXIvRjkk=')
  })

  it('lose nothing and go on where they stood after a restart; what was interrupted comes again under its id', async () => {
    await add(['activity'])
    answers = [204, 500]
    serve()
    await act('one')
    await received(2)
    await listed(({ attempts }) => attempts === 1)
    await sender?.close()
    await act('while nobody served')
    answers = [204]
    nowMs += 5_000
    serve()
    expect(await received(4)).toEqual(['webhook.added', 'one', 'one', 'while nobody served'])
    expect(got[1]!.headers['webhook-id']).toBe(got[2]!.headers['webhook-id'])
  })

  it('are sent by one of two servers on the same data, and by the other when that ends', async () => {
    await add(['activity'])
    serve()
    await received(1)
    const log = () => {}
    const second = sendWebhooks({ dataDir: folder, feed: openFeed(context.store, log), now: () => nowMs, log })
    await act('one')
    await received(2)
    // As long as the second would need to look and send.
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(got).toHaveLength(2)
    await sender?.close()
    await act('two')
    expect(await received(3)).toEqual(['webhook.added', 'one', 'two'])
    await second.close()
  })

  it('wait longer after each failure, say why, and are given up at last; retry begins anew', async () => {
    const { id } = await add(['activity'])
    answers = [500]
    serve()
    const waits: number[] = []
    for (let attempt = 1; attempt <= 9; attempt++) {
      const { nextAttemptAt, lastError } = await listed(({ attempts }) => attempts === attempt)
      expect(lastError).toBe('answered 500')
      waits.push((Date.parse(nextAttemptAt!) - nowMs) / 1000)
      nowMs = Date.parse(nextAttemptAt!)
    }
    expect(waits).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400])
    expect(await listed(({ attempts }) => attempts === 10)).toMatchObject({ nextAttemptAt: null, behind: 1 })
    expect((await list()).stoppedAt).toBe(new Date(nowMs).toISOString())
    answers = [204]
    await retryWebhook.handle(context, { id })
    expect(await listed(({ behind }) => behind === 0)).toMatchObject({ attempts: 0, stoppedAt: null, lastError: null })
  }, 40_000)

  it('follow no redirect, and stop where the receiver is gone', async () => {
    await add(['activity'])
    answers = [302, 410]
    serve()
    expect((await listed(({ attempts }) => attempts === 1)).lastError).toBe('answered 302; redirects are not followed')
    expect(got.every(({ headers }) => headers['webhook-id'] === got[0]!.headers['webhook-id'])).toBe(true)
    nowMs += 5_000
    expect(await listed(({ stoppedAt }) => stoppedAt !== null)).toMatchObject({ lastError: 'answered 410' })
    expect(got).toHaveLength(2)
  })

  it('say that nobody is there, without the address', async () => {
    receiver.closeAllConnections()
    await new Promise((resolve) => receiver.close(resolve))
    await add()
    serve()
    expect((await listed(({ attempts }) => attempts === 1)).lastError).toMatch(/^not reached \(\w+\)$/)
  })

  it('keep their secret to files of their owner, and are told nothing once they are removed', async () => {
    const { secret, id } = await add()
    expect(JSON.stringify(await listWebhooks.handle(context, { limit: 50 }))).not.toContain(secret)
    const { url: shown, ...beside } = await list()
    expect(shown).toBe(url)
    expect(JSON.stringify(beside)).not.toMatch(/hook\b|hidden/)
    const files = readdirSync(join(folder, 'webhooks'))
    for (const name of files) expect(statSync(join(folder, 'webhooks', name)).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder, 'webhooks', `${id}.json`), 'utf8')).toContain(secret)
    await removeWebhook.handle(context, { id })
    expect(readdirSync(join(folder, 'webhooks')).filter((name) => name !== 'sending.lock')).toEqual([])
    serve()
    await act('nobody')
    await expect(removeWebhook.handle(context, { id })).rejects.toMatchObject({ code: 'not_found' })
    expect(got).toEqual([])
  })

  it.each(['ftp://example.com', 'file:///etc/passwd', 'javascript:alert(1)', 'example.com', ''])(
    'take http and https alone: "%s"',
    async (address) => {
      await expect(addWebhook.handle(context, { url: address })).rejects.toMatchObject({ code: 'invalid' })
    },
  )

  it('take no address with a password in it', async () => {
    const asked = addWebhook.handle(context, { url: 'https://ana:secret@example.com/' })
    await expect(asked).rejects.toMatchObject({
      code: 'invalid',
      message: expect.not.stringContaining('secret') as string,
    })
  })
})
