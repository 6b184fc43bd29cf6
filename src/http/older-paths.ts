import type { Context, Hono } from 'hono'
import { AppError } from '../domain/errors.ts'
import { sessionFields } from '../operations/compat/session-fields.ts'
import { agentOf } from '../operations/filter.ts'
import { parseInput } from '../operations/input.ts'
import { sessionView } from '../operations/session-view.ts'
import { toolShapes } from '../operations/tool.ts'
import type { HttpEnv } from './access.ts'
import { readObject } from './body.ts'
import type { HttpHost } from './host.ts'
import { saidByOlder, takeHook } from './hooks.ts'
import { carryOut, checkScope, readQuery } from './operation-routes.ts'

/** A path of an older design and the tool that takes and answers what it did. */
export interface OlderPath {
  method: 'GET' | 'POST'
  path: string
  operation: string
  tool: string
  /** What a call was answered that made something: 201. */
  status?: 201
  /** How long it took is told too. */
  timed?: true
  /** Where the call says nothing else. */
  usual?: Record<string, unknown>
  /** What the path says; a call does not say otherwise. */
  names?(params: Record<string, string>): Record<string, unknown>
}

const byKey = ({ key }: Record<string, string>) => ({ session_key: key })
const byId = ({ id }: Record<string, string>) => ({ session_id: id })

/** Sessions of work, by key, as the one design had them below `/api/sessions` and its page below `/api/orchestration/sessions`. */
const OF_WORK: readonly OlderPath[] = ['/api/sessions', '/api/orchestration/sessions'].flatMap((base): OlderPath[] => [
  { method: 'POST', path: base, operation: 'session.start', tool: 'session_start', status: 201 },
  { method: 'GET', path: base, operation: 'session.list', tool: 'list_sessions', usual: { limit: 50 } },
  { method: 'GET', path: `${base}/:key/status`, operation: 'session.status', tool: 'session_status', names: byKey },
  { method: 'POST', path: `${base}/:key/end`, operation: 'session.end', tool: 'session_end', names: byKey },
  { method: 'POST', path: `${base}/:key/pause`, operation: 'session.pause', tool: 'session_pause', names: byKey },
  { method: 'POST', path: `${base}/:key/resume`, operation: 'session.resume', tool: 'session_resume', names: byKey },
])

/** Recorded sessions, by id, as the other had them. The page has the same addresses: who asks for HTML is shown that. */
const RECORDED: readonly OlderPath[] = [
  {
    method: 'GET',
    path: '/sessions',
    operation: 'session.list',
    tool: 'list_sessions',
    usual: { limit: 100 },
    timed: true,
  },
  { method: 'GET', path: '/sessions/:id', operation: 'session.show', tool: 'get_session', names: byId },
  {
    method: 'GET',
    path: '/sessions/:id/messages',
    operation: 'session.messages',
    tool: 'get_session_messages',
    usual: { limit: 100 },
    names: byId,
  },
]

export const OLDER_PATHS: readonly OlderPath[] = [...OF_WORK, ...RECORDED]

/** The older designs' addresses, answered by the operations of today in the older words. */
export function olderPaths(app: Hono<HttpEnv>, host: HttpHost): void {
  for (const older of OLDER_PATHS) {
    app.on(older.method, older.path, async (c, next) => {
      const isPage = older.method === 'GET' && /\btext\/html\b/.test(c.req.header('accept') ?? '')
      if (isPage) await next()
      else c.res = await answerOlder(c, host, older)
      c.res.headers.append('vary', 'accept')
    })
  }
  app.post('/sessions/find_current', async (c) => findCurrent(c, host))
  app.post('/hooks/execute', async (c) => takeHook(c, host, saidByOlder))
}

async function answerOlder(c: Context<HttpEnv>, host: HttpHost, older: OlderPath): Promise<Response> {
  const entry = host.catalogue.find(({ name }) => name === older.operation)
  if (!entry) throw new Error(`no operation ${older.operation}`)
  checkScope(c, entry)
  const operation = await entry.load()
  const shape = (await toolShapes(operation)).find(({ name }) => name === older.tool)
  if (!shape?.input || !shape.reply)
    throw new Error(`${older.operation} has no tool ${older.tool} with words of its own`)
  const { input, reply } = shape
  const typed = older.method === 'GET' ? readQuery(c, { input: input.schema }) : await readObject(c.req.raw)
  const given = { ...older.usual, ...typed, ...older.names?.(c.req.param()) }
  const asked = parseInput({ ...operation, name: older.tool, input: input.schema }, given)
  const mapped = Object.entries(input.map(asked as never)).filter(
    ([field, value]) => value !== undefined && !(field === 'project' && value === 'all'),
  )
  const startedMs = performance.now()
  const done = await carryOut(c, host, operation, Object.fromEntries(mapped))
  const told = { ...reply(done.reply as never, asked as never) }
  if (older.timed) Object.assign(told, { response_time_ms: Math.round(performance.now() - startedMs) })
  return c.json(told, done.isRefusal ? 422 : (older.status ?? 200))
}

/** By all three of what names a session in its agent; of one machine is what is recorded here. */
async function findCurrent(c: Context<HttpEnv>, host: HttpHost): Promise<Response> {
  const given = await readObject(c.req.raw)
  const missing = ['external_id', 'machine_id', 'source'].find((field) => typeof given[field] !== 'string')
  if (missing !== undefined) throw new AppError('invalid', `${missing} is missing`)
  const { store } = await host.open(c.get('access'))
  const agent = agentOf(String(given['source']))
  const found = (await store.sessions.resolve(String(given['external_id']))).find((session) => session.agent === agent)
  return c.json({ session: found ? sessionFields(sessionView(found)) : null })
}
