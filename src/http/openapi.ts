import { toJSONSchema } from 'zod/v4/core'
import { inputFields } from '../operations/input.ts'
import type { CatalogueEntry } from '../operations/index.ts'
import type { Operation } from '../operations/operation.ts'
import { routeOf } from '../operations/route.ts'
import { STATUS } from './problem.ts'

/** The description of every route as OpenAPI 3.1, made from the schemas that check what is sent. */
export async function openApi({ catalogue, version }: { catalogue: readonly CatalogueEntry[]; version: string }) {
  const operations = await Promise.all(catalogue.map((entry) => entry.load()))
  return {
    openapi: '3.1.0',
    info: { title: 'Daybook', version, summary: 'The record of work done with coding agents.' },
    security: [{ token: [] }, { cookie: [] }],
    paths: Object.fromEntries(operations.map((operation) => [routeOf(operation.name), pathItem(operation)])),
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
  const properties = (schema.properties ?? {}) as Record<string, object>
  const query = inputFields(operation.input).map(({ name, required, describe }) => ({
    name,
    in: 'query',
    required,
    ...(describe === '' ? {} : { description: describe }),
    schema: properties[name] ?? {},
  }))
  return { get: { ...said, operationId: `${operation.name}.get`, parameters: [session, ...query] }, post }
}

function responsesOf({ errors }: Operation): object {
  const codes = [...new Set(['invalid', 'unauthenticated', 'forbidden', ...errors, 'internal'] as const)]
  const failures = codes.map((code) => [
    String(STATUS[code]),
    {
      description: code,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ])
  const headers = {
    'X-Session-Key': { $ref: '#/components/headers/X-Session-Key' },
    'X-Session-Status': { $ref: '#/components/headers/X-Session-Status' },
  }
  const content = { 'application/json': { schema: { type: 'object' } } }
  return {
    200: { description: 'the reply', headers, content },
    422: { description: 'a validation ran and failed; the reply says why', headers, content },
    ...Object.fromEntries(failures),
  }
}
