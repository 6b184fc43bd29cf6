import type { Context, Hono } from 'hono'
import { AppError } from '../domain/errors.ts'
import { name as sessionName, oneSession } from '../operations/filter.ts'
import type { CatalogueEntry } from '../operations/index.ts'
import { inputFields, parseInput } from '../operations/input.ts'
import type { Operation, OperationContext } from '../operations/operation.ts'
import { routeOf } from '../operations/route.ts'
import { type HttpEnv, allows } from './access.ts'
import { readObject } from './body.ts'
import { callerOf } from './caller.ts'
import type { HttpHost } from './host.ts'

/** A route for each operation: `POST` with the input as JSON; reads answer `GET` with a query string too. */
export function operationRoutes(app: Hono<HttpEnv>, host: HttpHost): void {
  for (const entry of host.catalogue) {
    const path = routeOf(entry.name)
    app.post(path, async (c) => answer(c, host, entry, () => readObject(c.req.raw)))
    if (entry.effect === 'read')
      app.get(path, async (c) => answer(c, host, entry, (operation) => readQuery(c, operation)))
  }
}

type Read = (operation: Operation) => Record<string, unknown> | Promise<Record<string, unknown>>

async function answer(c: Context<HttpEnv>, host: HttpHost, entry: CatalogueEntry, read: Read): Promise<Response> {
  checkScope(c, entry)
  const operation = await entry.load()
  const { reply, isRefusal } = await carryOut(c, host, operation, await read(operation))
  return c.json(reply as object, isRefusal ? 422 : 200)
}

/** @throws AppError `forbidden` where the token does not reach so far */
export function checkScope(c: Context<HttpEnv>, { name, effect }: Pick<CatalogueEntry, 'name' | 'effect'>): void {
  const access = c.get('access')
  if (allows(access, effect)) return
  const message = `the token ${access.name} may ${access.scope}, and ${name} needs ${effect}`
  throw new AppError('forbidden', message, { hint: `daybook token create NAME --scope ${effect}` })
}

/**
 * Does what is asked, and says in the headers which session it belonged to.
 *
 * @returns the reply, and whether it is that of a validation that ran and failed
 */
export async function carryOut(
  c: Context<HttpEnv>,
  host: HttpHost,
  operation: Operation,
  given: Record<string, unknown>,
): Promise<{ reply: unknown; isRefusal: boolean }> {
  const access = c.get('access')
  const input = parseInput(operation, given)
  const context = await host.open(access)
  const asked: OperationContext = { ...context, caller: callerOf(c.req.raw.headers, access), signal: c.req.raw.signal }
  const named = asked.caller.session === null ? undefined : await oneSession(asked, asked.caller.session)
  const reply = await operation.handle(asked, input)
  if (operation.effect !== 'read') host.feed.nudge()
  const session = named ? await asked.store.sessions.find(named.id) : sessionIn(reply)
  if (session) {
    c.header('X-Session-Key', sessionName(session))
    c.header('X-Session-Status', session.status)
  }
  return { reply, isRefusal: (reply as { valid?: unknown } | null)?.valid === false }
}

/** The session a reply speaks of, so that a client that has just begun one knows its key. */
function sessionIn(reply: unknown): { key: string | null; ref: string; status: string } | undefined {
  const session = (reply as { session?: { key?: unknown; ref?: unknown; status?: unknown } } | null)?.session
  const isWhole = typeof session?.ref === 'string' && typeof session.status === 'string'
  return isWhole ? (session as { key: string | null; ref: string; status: string }) : undefined
}

/** A query string as the input's fields have it; a repeated name is a list. */
export function readQuery(c: Context, operation: Pick<Operation, 'input'>): Record<string, unknown> {
  const fields = new Map(inputFields(operation.input).map((field) => [field.name, field]))
  const read: Record<string, unknown> = {}
  for (const [name, texts] of Object.entries(c.req.queries())) {
    const field = fields.get(name)
    const values = texts.map((text) => {
      if (field?.kind === 'number' && /^-?\d{1,15}$/.test(text)) return Number(text)
      return field?.kind === 'boolean' && /^(true|false)$/.test(text) ? text === 'true' : text
    })
    read[name] = field?.list === true ? values : values[0]
  }
  return read
}
