import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { describe, expect, it } from 'vitest'
import type { OperationContext } from '../operations/operation.ts'
import { answerFirst } from './first-reply.ts'
import { serverFactory } from './server.ts'
import { StdioTransport } from './stdio.ts'

interface Exchange {
  /** What had been written before the server was loaded. */
  early: object[]
  all: object[]
}

/** What is written to a client that says these lines at once; without `answered` by the server alone. */
async function exchange(lines: readonly string[], answered = true): Promise<Exchange> {
  const written: string[] = []
  const input = (async function* () {
    yield `${lines.join('\n')}\n`
  })()
  const streams = { input, output: { write: (text: string) => written.push(text) } }
  const given = answered ? await answerFirst(streams, '0.1.0', 1000) : streams
  const early = written.map((line) => JSON.parse(line) as object)
  const transport = new StdioTransport(given.input, given.output)
  const factory = serverFactory({
    version: '0.1.0',
    catalogue: [],
    toolsets: ['core'],
    open: async () => ({}) as OperationContext,
    caller: { cwd: '/nowhere', session: null, agentSession: null, processIds: [] },
    log: () => undefined,
  })
  const served = serveStdio((context) => factory(context), { transport })
  await transport.ended
  await served.close()
  return { early, all: written.map((line) => JSON.parse(line) as object) }
}

const usual = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
const hello = (more: object = {}, id: unknown = 1) =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'initialize', params: { ...usual, ...more } })
const ping = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' })

describe('a client’s first message', () => {
  it.each([
    ['2024-11-05', {}, 1],
    ['2025-03-26', { roots: { listChanged: true } }, 'a'],
    ['2025-06-18', { elicitation: {}, sampling: {} }, 0],
    ['2025-11-25', { elicitation: { form: {}, url: {} }, tasks: { list: {}, requests: {} } }, 'id'],
  ])('of %s is answered before the server is there, in its words, once', async (protocolVersion, capabilities, id) => {
    const lines = [hello({ protocolVersion, capabilities }, id), ping]
    const { early, all } = await exchange(lines)
    expect(early).toHaveLength(1)
    expect(early).toMatchObject([
      { id, result: { protocolVersion, serverInfo: { name: 'daybook', version: '0.1.0' } } },
    ])
    expect(all).toEqual((await exchange(lines, false)).all)
    expect(all).toMatchObject([{ id }, { id: 2, result: {} }])
  })

  it.each([
    ['a revision that is not known', hello({ protocolVersion: '2031-01-01' })],
    ['fields that are not usual', hello({ _meta: { a: 1 } })],
    ['capabilities of another kind', hello({ capabilities: { roots: 5 } })],
    ['no client', JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} })],
    ['another method', ping],
    ['no JSON', '{'],
  ])('with %s is left to the server', async (_, line) => {
    const { early, all } = await exchange([line, ping])
    expect(early).toEqual([])
    expect(all).toEqual((await exchange([line, ping], false)).all)
  })

  it('is not waited for', async () => {
    const silent = new Promise<never>(() => undefined)
    const input = { [Symbol.asyncIterator]: () => ({ next: () => silent }) }
    const { output } = await answerFirst({ input, output: { write: () => true } }, '0.1.0', 1)
    expect(output.write('{"id":1}\n')).toBe(true)
  })
})
