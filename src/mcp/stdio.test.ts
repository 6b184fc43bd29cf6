import { serveStdio } from '@modelcontextprotocol/server/stdio'
import * as z from 'zod/mini'
import { describe, expect, it } from 'vitest'
import { type Operation, type OperationContext, defineOperation } from '../operations/operation.ts'
import { serverFactory } from './server.ts'
import { StdioTransport } from './stdio.ts'

/** Answers after so many milliseconds; never, for 0. */
const wait = defineOperation({
  name: 'wait',
  summary: 'Wait.',
  input: z.object({ ms: z.int().check(z.describe('how long')) }),
  errors: [],
  effect: 'read',
  mcp: { name: 'wait', toolset: 'core' },
  handle: async (_context: OperationContext, { ms }) =>
    new Promise<object>((resolve) => {
      if (ms > 0) setTimeout(() => resolve({ waited: ms }), ms)
    }),
})

/** Changes something, which takes so many milliseconds. */
const changed: number[] = []
const change = defineOperation({
  name: 'change',
  summary: 'Change.',
  input: z.object({ ms: z.int().check(z.describe('how long')) }),
  errors: [],
  effect: 'write',
  mcp: { name: 'change', toolset: 'core' },
  async handle(_context: OperationContext, { ms }) {
    await new Promise((resolve) => setTimeout(resolve, ms))
    changed.push(ms)
    return { changed: [...changed] }
  },
})

/** What a server answers to lines, until the connection is over. */
async function answers(...lines: (string | object)[]): Promise<Record<string, unknown>[]> {
  const written: string[] = []
  const input = (async function* () {
    for (const line of lines) yield typeof line === 'string' ? line : `${JSON.stringify(line)}\n`
  })()
  const transport = new StdioTransport(input, { write: (text: string) => written.push(text) })
  const factory = serverFactory({
    version: '0.1.0',
    catalogue: [wait, change].map((one) => ({ ...one, path: [], load: async () => one as object as Operation })),
    toolsets: ['core'],
    open: async () => ({}) as OperationContext,
    caller: { cwd: '/nowhere', session: null, agentSession: null, processIds: [] },
    log: () => undefined,
  })
  const served = serveStdio((context) => factory(context), { transport })
  await transport.ended
  await served.close()
  return written.map((line) => JSON.parse(line) as Record<string, unknown>)
}

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
}
const call = (id: number, ms: number, name = 'wait') => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: { ms } },
})

describe('messages on standard input', () => {
  it('are answered although the client has closed its end', async () => {
    expect((await answers(initialize, call(2, 60), call(3, 20))).map(({ id }) => id)).toEqual([1, 3, 2])
  })

  it('do not keep a server whose client has gone for longer than a few seconds', async () => {
    expect((await answers(initialize, call(2, 0), call(3, 20))).map(({ id }) => id)).toEqual([1, 3])
  }, 5_000)

  it('that change something take effect in the order in which they were sent, for later reads too', async () => {
    const said = await answers(initialize, call(2, 40, 'change'), call(3, 1, 'change'), call(4, 1))
    expect(said.map(({ id }) => id)).toEqual([1, 2, 3, 4])
    expect(changed).toEqual([40, 1])
  })

  it('need not be answered once they are cancelled', async () => {
    const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } }
    expect((await answers(initialize, call(2, 0), cancelled)).map(({ id }) => id)).toEqual([1])
  }, 2_500)

  it('are read however they are cut, the last one without its line end too', async () => {
    const text = `${JSON.stringify(initialize)}\r\n\n  \n${JSON.stringify(call(2, 1))}`
    expect((await answers(...text.match(/[^]{1,7}/g)!)).map(({ id }) => id)).toEqual([1, 2])
  })
})
