import { describe, expect, it } from 'vitest'
import type { ArchivedRecord } from '../source.ts'
import { copilot } from './index.ts'

const ref = { agent: 'copilot', path: '/s/events.jsonl', kind: 'main' as const, externalId: 's' }
const context = { redact: (lines: Buffer) => lines, now: () => Date.UTC(2026, 10, 21) }

type Sums = Record<string, { in: number; out: number; requests?: number }>

/** `message`, a request's own record (`{ request: [in, out] }`), or a shutdown with sums by model. */
type Said = 'message' | { request: [number, number] } | { shutdown: Sums }

function event(said: Said): object {
  if (said === 'message') return { type: 'assistant.message', data: { content: 'x' } }
  if ('request' in said) {
    const [inputTokens, outputTokens] = said.request
    return { type: 'session.usage_record', data: { usage: { model: 'a', inputTokens, outputTokens } } }
  }
  const modelMetrics = Object.fromEntries(
    Object.entries(said.shutdown).map(([model, { in: inputTokens, out: outputTokens, requests: count }]) => [
      model,
      { requests: { count }, usage: { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 } },
    ]),
  )
  return { type: 'session.shutdown', data: { modelMetrics } }
}

async function* records(session: Said[]): AsyncGenerator<ArchivedRecord> {
  for (const [record, said] of session.entries())
    yield { record, bytes: Buffer.from(JSON.stringify({ ...event(said), id: `00000000-0000-4000-8000-${record}` })) }
}

/** Rows of the ledger: `a 5+2`, model, input and output. */
async function counted(...session: Said[]): Promise<string[]> {
  const rows: string[] = []
  for await (const batch of copilot.replay(ref, records(session), context))
    rows.push(...batch.usage.map((row) => `${row.model} ${row.inputTokens}+${row.outputTokens}`))
  return rows
}

describe('sums at a shutdown', () => {
  it('that go on through a resume count as differences', async () => {
    expect(
      await counted('message', { shutdown: { a: { in: 10, out: 2, requests: 1 } } }, 'message', 'message', {
        shutdown: { a: { in: 30, out: 5, requests: 2 }, b: { in: 7, out: 1, requests: 1 } },
      }),
    ).toEqual(['a 10+2', 'a 20+3', 'b 7+1'])
  })

  it('that begin anew with a resume count whole, also where each is larger than before', async () => {
    expect(
      await counted('message', { shutdown: { a: { in: 10, out: 2, requests: 1 } } }, 'message', 'message', {
        shutdown: { a: { in: 30, out: 5, requests: 2 } },
      }),
    ).toEqual(['a 10+2', 'a 30+5'])
  })

  it('that fell have begun anew, whatever else is not told', async () => {
    expect(await counted({ shutdown: { a: { in: 10, out: 2 } } }, { shutdown: { a: { in: 4, out: 3 } } })).toEqual([
      'a 10+2',
      'a 4+3',
    ])
    expect(await counted({ shutdown: { a: { in: 10, out: 2 } } }, { shutdown: { b: { in: 40, out: 3 } } })).toEqual([
      'a 10+2',
      'b 40+3',
    ])
  })

  it('that are not told apart are never counted twice', async () => {
    const sums = { shutdown: { a: { in: 10, out: 2 } } }
    expect(await counted(sums, { shutdown: {} }, sums, { shutdown: { a: { in: 12, out: 2 } } })).toEqual([
      'a 10+2',
      'a 2+0',
    ])
  })

  it('do not count where requests have records of their own, and are what later sums go on from', async () => {
    expect(
      await counted(
        'message',
        { shutdown: { a: { in: 10, out: 2, requests: 1 } } },
        { request: [5, 1] },
        'message',
        { shutdown: { a: { in: 15, out: 3, requests: 2 } } },
        'message',
        { shutdown: { a: { in: 18, out: 4, requests: 3 } } },
      ),
    ).toEqual(['a 10+2', 'a 5+1', 'a 3+1'])
  })
})
