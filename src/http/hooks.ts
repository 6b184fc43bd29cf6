import type { Context } from 'hono'
import { shownValue } from '../domain/errors.ts'
import { objectIn } from '../domain/plain-object.ts'
import { agentOf } from '../operations/filter.ts'
import { eventName, spoolEvent } from '../spool/spool.ts'
import { type Access, type HttpEnv, allows } from './access.ts'
import type { HttpHost } from './host.ts'
import { refused } from './problem.ts'

/** So much is kept of what an agent says; the rest is read and dropped, so that the agent can finish. */
const KEPT_BYTES = 1024 * 1024
/** An agent that does not finish is not waited for. */
const SAID_WITHIN_MS = 500
/** Agents are told to wait for a second: an answer that is not there by then is left out. */
const ANSWERED_WITHIN_MS = 900

/** What a hook told. Empty words where it named none. */
interface SaidByHook {
  agent: string
  event: string
  /** JSON, as the agent said it. */
  bytes: Buffer
}

/** To agents, an object without fields says nothing and stops nothing. */
const NOTHING = {}

/**
 * `POST /v1/hooks/{agent}`, for agents whose hooks ask an address: what `daybook hook AGENT EVENT` does. The event is told by
 * `hook_event_name` in the body, or by `?event=`. Whoever may tell at all is answered 200 and JSON, whatever happens: what is
 * wrong is for the person who runs the server.
 */
export async function takeHook(c: Context<HttpEnv>, host: HttpHost, said = saidByAddress): Promise<Response> {
  const access = c.get('access')
  if (!allows(access, 'write')) {
    const message = `the token ${access.name} may ${access.scope}, and hooks need write`
    return refused({ status: 403, code: 'forbidden', message, hint: 'daybook token create NAME --scope write' })
  }
  const startedMs = performance.now()
  try {
    const hook = said(c, await readBytes(c.req.raw))
    if (![hook.agent, hook.event].every((word) => /^[A-Za-z-]{1,40}$/.test(word))) {
      host.log(`a hook of ${shownValue(hook.agent)} named no event: send hook_event_name, or ?event=`)
      return c.json(NOTHING)
    }
    const name = `${eventName(hook.event, 0)}-${++told}`
    spoolEvent(host.spoolFolder, { ...hook, name, processId: 0, said: hook.bytes })
    const answered = answerTo(host, access, hook)
    const late = new Promise<undefined>((resolve) =>
      setTimeout(() => resolve(undefined), ANSWERED_WITHIN_MS - (performance.now() - startedMs)).unref(),
    )
    return c.json((await Promise.race([answered, late])) ?? NOTHING)
  } catch (error) {
    host.log(`a hook was not kept: ${error instanceof Error ? error.message : String(error)}`)
    return c.json(NOTHING)
  }
}

/** Events in this process, so that no two have one name. */
let told = 0

/** Takes the event in; @returns what the agent is to know of a session that starts, and nothing of all else */
async function answerTo(
  host: HttpHost,
  access: Access,
  { agent, event, bytes }: SaidByHook,
): Promise<object | undefined> {
  const takenIn = host.open(access)
  void takenIn.then(() => host.feed.nudge()).catch(() => {})
  const payload = objectIn(bytes.toString('utf8'))
  if (!/^sessionstart$/i.test(event) || payload === undefined) return undefined
  const context = await takenIn
  const source = context.sources.find(({ id }) => id === agent)
  const heard = source?.hooks?.read(event, payload)
  if (!source || !heard) return undefined
  const { answerStart } = await import('../operations/start-context.ts')
  return answerStart(context, source, heard)
}

function saidByAddress(c: Context, bytes: Buffer): SaidByHook {
  const event = c.req.query('event') ?? objectIn(bytes.toString('utf8'))?.['hook_event_name']
  return { agent: c.req.param('agent') ?? '', event: typeof event === 'string' ? event : '', bytes }
}

/** As an older design's dispatcher sent it: `{hook_type: 'session-start', input_data, source: 'claude'}`. */
export function saidByOlder(_: Context, bytes: Buffer): SaidByHook {
  const { hook_type: type, input_data: data, source } = objectIn(bytes.toString('utf8')) ?? {}
  if (typeof type !== 'string' || typeof source !== 'string') return { agent: '', event: '', bytes }
  const event = type.replace(/(?:^|[-_])([a-z])/g, (_word, letter: string) => letter.toUpperCase())
  return { agent: agentOf(source), event, bytes: Buffer.from(JSON.stringify(data ?? {})) }
}

async function readBytes({ body }: Request): Promise<Buffer> {
  const kept: Buffer[] = []
  let size = 0
  const reader = body?.getReader()
  const timer = setTimeout(() => void reader?.cancel(), SAID_WITHIN_MS)
  try {
    for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
      if (size < KEPT_BYTES) kept.push(Buffer.from(next.value.subarray(0, KEPT_BYTES - size)))
      size += next.value.length
    }
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(kept)
}
