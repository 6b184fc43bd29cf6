import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileIdentity } from '../source-file.ts'
import type { TranscriptRef } from '../source.ts'
import type { Batch, UsageDraft } from '../batch.ts'
import { discoverTranscripts } from './discover.ts'
import { gemini } from './index.ts'

/** Needs `DAYBOOK_CORPUS`, a folder of published and generated transcripts; without it these are skipped. */
const corpus = join(process.env.DAYBOOK_CORPUS ?? 'none', 'gemini')

describe.skipIf(!existsSync(corpus))('the corpus of Gemini CLI conversations (set DAYBOOK_CORPUS)', () => {
  it('is read without a problem and without an unexpected shape', async () => {
    const paths = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter(isConversation)
    let entries = 0
    for (const path of paths) {
      const batches = await read(refOf(join(corpus, path)))
      expect(
        batches.flatMap((batch) => batch.problems),
        path,
      ).toEqual([])
      entries += batches.reduce((sum, batch) => sum + batch.entries.length, 0)
    }
    expect(paths).toHaveLength(28)
    expect(entries).toBeGreaterThan(400)
  })

  it('gives the exact figures of the scripted runs of 0.61.0', async () => {
    const rows = await responses(await generated())
    // A scripted scenario spends 100 + i input, 1,000 + 10 i cached and 20 + i output tokens in its step i; thinking comes on top.
    for (const row of rows) {
      const step = row.inputTokens - 100
      expect([row.cacheReadTokens, row.outputTokens - row.reasoningTokens]).toEqual([1000 + 10 * step, 20 + step])
    }
    expect(rows).toHaveLength(20)
    expect(sum(rows, 'outputTokens') - sum(rows, 'reasoningTokens')).toBe(441)
    expect(sum(rows, 'reasoningTokens')).toBe(5 + 13 + 5)
  })

  it('gives 216 output and 936 input tokens for the basic run, whatever its lines repeat', async () => {
    const basic = (await generated()).find(({ externalId }) => externalId.endsWith('c43d4649'))!
    const rows = (await responses([basic])).slice(0, 9)
    expect(sum(rows, 'outputTokens') - sum(rows, 'reasoningTokens')).toBe(216)
    expect(sum(rows, 'inputTokens')).toBe(936)
    const batches = await read(basic)
    const prompts = batches.flatMap((batch) => batch.entries).filter((entry) => entry.opens === 'prompt')
    expect(prompts).toHaveLength(2)
    const changes = batches.flatMap((batch) => batch.fileChanges)
    expect(changes.map((change) => [change.kind, basename(change.path), change.linesAdded])).toEqual([
      ['create', 'greet.js', 3],
      ['edit', 'README.md', 1],
    ])
    expect(batches.flatMap((batch) => batch.commits.map(({ hash }) => hash.slice(0, 7)))).toEqual(['a9f8458'])
    const results = batches.flatMap((batch) => batch.results)
    expect(results.filter(({ failed }) => failed).map(({ exitCode }) => exitCode)).toEqual([3])
    const plan = batches.flatMap((batch) => batch.entries).findLast((entry) => entry.plan)?.plan
    expect(plan?.map((item) => item.status)).toEqual(['completed', 'completed', 'completed'])
    const tools = batches.flatMap((batch) => batch.invocations).filter((call) => call.kind === 'mcp')
    expect(tools.map(({ server, tool }) => [server, tool])).toEqual([['probe', 'probe_note']])
    expect(batches.flatMap((batch) => batch.withdrawn ?? [])).toEqual([])
  })

  it('proves the project of published conversations by the hash of its path', async () => {
    const folder = join(corpus, 'entireio__cli')
    const roots = new Set<string | undefined>()
    for (const name of readdirSync(folder)) {
      const batches = await read(refOf(join(folder, name)))
      roots.add(batches.at(-1)?.facts.cwd?.split('/').slice(-3).join('/'))
    }
    expect([...roots]).toEqual(['devenv/entireio/cli'])
  })
})

function isConversation(path: string): boolean {
  return !/projects\.json$|settings\.json$|probe|stream-basic/.test(path) && /\.jsonl?$/.test(path)
}

const generated = (): Promise<TranscriptRef[]> => {
  const home = join(corpus, 'generated', '0.61.0', 'home')
  return discoverTranscripts({ home, platform: 'linux', variables: {} })
}

function refOf(path: string): TranscriptRef {
  const externalId = basename(path).replace(/\.jsonl?$/, '')
  return { agent: 'gemini', path, kind: 'main', externalId, file: fileIdentity(statSync(path)) }
}

async function read(ref: TranscriptRef): Promise<Batch[]> {
  const batches: Batch[] = []
  const context = { redact: (lines: Buffer) => lines, now: () => Date.UTC(2026, 11, 31) }
  for await (const batch of gemini.read(ref, undefined, context)) batches.push({ ...batch, records: { chunks: [] } })
  return batches
}

/** One row a response, as a store keeps them, in file order. */
async function responses(refs: TranscriptRef[]): Promise<UsageDraft[]> {
  const rows = new Map<string, UsageDraft>()
  for (const ref of refs) {
    for (const row of (await read(ref)).flatMap((batch) => batch.usage))
      if (row.outputTokens >= (rows.get(row.responseId)?.outputTokens ?? 0)) rows.set(row.responseId, row)
  }
  return [...rows.values()]
}

function sum(rows: UsageDraft[], field: 'inputTokens' | 'outputTokens' | 'reasoningTokens'): number {
  return rows.reduce((total, row) => total + row[field], 0)
}
