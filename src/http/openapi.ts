import { toJSONSchema } from 'zod/v4/core'
import { FEED_KINDS } from '../domain/feed.ts'
import { inputFields } from '../operations/input.ts'
import type { CatalogueEntry } from '../operations/index.ts'
import type { Operation } from '../operations/operation.ts'
import { routeOf } from '../operations/route.ts'
import { toolShapes } from '../operations/tool.ts'
import { OLDER_PATHS } from './older-paths.ts'
import { STATUS } from './problem.ts'

/** The description of every route as OpenAPI 3.1, made from the schemas that check what is sent. */
export async function openApi({ catalogue, version }: { catalogue: readonly CatalogueEntry[]; version: string }) {
  const operations = await Promise.all(catalogue.map((entry) => entry.load()))
  return {
    openapi: '3.1.0',
    info: { title: 'Daybook', version, summary: 'The record of work done with coding agents.' },
    security: [{ token: [] }, { cookie: [] }],
    paths: {
      ...Object.fromEntries(operations.map((operation) => [routeOf(operation.name), pathItem(operation)])),
      ...otherItems(),
      ...(await olderItems(operations)),
    },
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'daybook-<port>' },
      },
      parameters: {
        session: {
          name: 'X-Session-Key',
          in: 'header',
          schema: { type: 'string' },
          description: 'the session that the call belongs to, by key, ref or id',
        },
      },
      headers: {
        'X-Session-Key': { schema: { type: 'string' } },
        'X-Session-Status': { schema: { type: 'string' } },
      },
      schemas: { Problem: PROBLEM },
    },
  }
}

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'what was wrong, with the value' },
    code: { enum: Object.keys(STATUS) },
    details: { type: 'array', items: { type: 'string' } },
    try: { type: 'string', description: 'what to do' },
  },
}

function pathItem(operation: Operation): object {
  const { $schema: _, ...schema } = toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' })
  const said = { summary: operation.summary, tags: [operation.name.split('.')[0]], responses: responsesOf(operation) }
  const session = { $ref: '#/components/parameters/session' }
  const post = {
    ...said,
    operationId: operation.name,
    parameters: [session],
    requestBody: { content: { 'application/json': { schema } } },
  }
  if (operation.effect !== 'read') return { post }
  return {
    get: { ...said, operationId: `${operation.name}.get`, parameters: [session, ...queryOf(operation.input, schema)] },
    post,
  }
}

/** What is no operation. A hook is answered 200 and an object whatever happens, where it may tell anything. */
const otherItems = (): object => ({
  '/health': {
    get: {
      summary: 'Whether anybody is there. Asks for no token.',
      tags: ['server'],
      operationId: 'health',
      security: [],
      parameters: [],
      responses: { 200: { description: 'ok', content: JSON_OBJECT } },
    },
  },
  '/v1/events': {
    get: {
      summary: 'What happens, as server-sent events.',
      tags: ['server'],
      operationId: 'events',
      parameters: [
        { name: 'Last-Event-ID', in: 'header', schema: TEXT, description: 'resume behind this position' },
        { name: 'after', in: 'query', schema: TEXT, description: 'the same, where no header can be sent' },
        {
          name: 'kind',
          in: 'query',
          schema: { type: 'array', items: { enum: FEED_KINDS } },
          description: 'these alone',
        },
        { name: 'session', in: 'query', schema: TEXT, description: 'of this session alone, by key, ref or id' },
      ],
      responses: {
        200: { description: 'the stream', content: { 'text/event-stream': { schema: TEXT } } },
        ...failures(['invalid', 'unauthenticated', 'forbidden', 'not_found', 'unavailable']),
      },
    },
  },
  '/v1/sign-out': {
    post: {
      summary: 'Take the cookie back from this browser.',
      tags: ['server'],
      operationId: 'sign-out',
      parameters: [],
      responses: {
        200: { description: 'signedOut', content: JSON_OBJECT },
        ...failures(['unauthenticated', 'forbidden']),
      },
    },
  },
  '/v1/hooks/{agent}': {
    post: {
      summary: 'Take what a hook of an agent says, as daybook hook does, and answer in the agent’s own form.',
      tags: ['hook'],
      operationId: 'hook',
      parameters: [
        { name: 'agent', in: 'path', required: true, schema: { type: 'string' }, description: 'as in claude-code' },
        {
          name: 'event',
          in: 'query',
          required: false,
          schema: { type: 'string' },
          description: 'where hook_event_name does not tell it',
        },
      ],
      requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
      responses: {
        200: { description: 'what the agent is to know; mostly nothing', content: JSON_OBJECT },
        ...failures(['unauthenticated', 'forbidden']),
      },
    },
  },
  '/hooks/execute': {
    post: {
      summary: 'Take what a hook says in the older form.',
      tags: ['older addresses'],
      deprecated: true,
      operationId: 'POST /hooks/execute',
      parameters: [],
      requestBody: bodyOf({ hook_type: TEXT, source: TEXT, input_data: { type: 'object' } }, ['hook_type', 'source']),
      responses: {
        200: { description: 'what the agent is to know; mostly nothing', content: JSON_OBJECT },
        ...failures(['unauthenticated', 'forbidden']),
      },
    },
  },
  '/sessions/find_current': {
    post: {
      summary: 'Find the session that an agent calls by this id.',
      tags: ['older addresses'],
      deprecated: true,
      operationId: 'POST /sessions/find_current',
      parameters: [],
      requestBody: bodyOf({ external_id: TEXT, machine_id: TEXT, source: TEXT }, [
        'external_id',
        'machine_id',
        'source',
      ]),
      responses: {
        200: { description: 'session, null where there is none', content: JSON_OBJECT },
        ...failures(['invalid', 'unauthenticated']),
      },
    },
  },
})

const TEXT = { type: 'string' }

function bodyOf(properties: object, required: readonly string[]): object {
  return { content: { 'application/json': { schema: { type: 'object', properties, required } } } }
}

/** Addresses of older designs, with the input of the tool that each is. */
async function olderItems(operations: readonly Operation[]): Promise<Record<string, object>> {
  const items: Record<string, Record<string, object>> = {}
  for (const { method, path, operation: name, tool, status = 200, names } of OLDER_PATHS) {
    const operation = operations.find((one) => one.name === name)
    const shape = operation && (await toolShapes(operation)).find((one) => one.name === tool)
    if (!operation || !shape?.input) continue
    const inPath = [...path.matchAll(/:(\w+)/g)].map(([, word]) => String(word))
    const said = new Set(Object.keys(names?.(Object.fromEntries(inPath.map((word) => [word, word]))) ?? {}))
    const { $schema: _, ...schema } = toJSONSchema(shape.input.schema, { io: 'input', unrepresentable: 'any' })
    const { 200: reply, ...others } = responsesOf(operation) as Record<number, object>
    const parameters = [
      ...inPath.map((word) => ({ name: word, in: 'path', required: true, schema: { type: 'string' } })),
      ...(method === 'GET' ? queryOf(shape.input.schema, schema).filter((one) => !said.has(one.name)) : []),
    ]
    const item = (items[path.replaceAll(/:(\w+)/g, '{$1}')] ??= {})
    item[method.toLowerCase()] = {
      summary: operation.summary,
      tags: ['older addresses'],
      deprecated: true,
      operationId: `${method} ${path}`,
      parameters,
      ...(method === 'POST' ? { requestBody: { content: { 'application/json': { schema } } } } : {}),
      responses: { [status]: reply, ...others },
    }
  }
  return items
}

function queryOf(input: Operation['input'], { properties = {} }: { properties?: object }) {
  const schemas = properties as Record<string, object>
  return inputFields(input).map(({ name, required, describe }) => ({
    name,
    in: 'query',
    required,
    ...(describe === '' ? {} : { description: describe }),
    schema: schemas[name] ?? {},
  }))
}

const JSON_OBJECT = { 'application/json': { schema: { type: 'object' } } }

function failures(codes: readonly (keyof typeof STATUS)[]): Record<string, object> {
  return Object.fromEntries(
    codes.map((code) => [
      String(STATUS[code]),
      {
        description: code,
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

function responsesOf({ errors }: Operation): object {
  const codes = [...new Set(['invalid', 'unauthenticated', 'forbidden', ...errors, 'internal'] as const)]
  const headers = {
    'X-Session-Key': { $ref: '#/components/headers/X-Session-Key' },
    'X-Session-Status': { $ref: '#/components/headers/X-Session-Status' },
  }
  return {
    200: { description: 'the reply', headers, content: JSON_OBJECT },
    422: { description: 'a validation ran and failed; the reply says why', headers, content: JSON_OBJECT },
    ...failures(codes),
  }
}
