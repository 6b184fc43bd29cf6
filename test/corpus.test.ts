import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import { incomparable, layOut, listClaudeCorpus, type CorpusTranscript } from './corpus-files.ts'
import { testHome } from './home.ts'
import { countTree, type TreeCounts } from './oracle/claude-totals.mjs'
import { comparable, productTotals } from './oracle/product-totals.ts'
import { scanHome } from './reading.ts'

/**
 * Real, published and client-made transcripts, read by the product and by an independent program. They are not part of
 * this repository: without `DAYBOOK_CORPUS` (a folder with `INDEX.tsv`) there is nothing to compare.
 */
const corpus = process.env['DAYBOOK_CORPUS'] ?? ''
const present = corpus !== '' && existsSync(join(corpus, 'INDEX.tsv'))
const listing = present ? listClaudeCorpus(corpus) : { listed: 0, transcripts: [], exceptions: [] }
const origins = Map.groupBy(listing.transcripts, ({ origin }) => origin)
const sum = {
  files: 0,
  bytes: 0,
  records: 0,
  badLines: 0,
  messages: 0,
  calls: 0,
  failedCalls: 0,
  responses: 0,
  outputTokens: 0,
}

describe.skipIf(!present)('the corpus (skipped without DAYBOOK_CORPUS)', () => {
  afterAll(() => {
    process.stdout.write(
      `corpus, Claude Code: ${JSON.stringify({ listed: listing.listed, exceptions: listing.exceptions.length, ...sum })}\n`,
    )
  })

  it('is read as far as the index lists it, and what is left out has a reason', () => {
    expect(listing.transcripts.length + listing.exceptions.length).toBe(listing.listed)
    expect(
      listing.transcripts.filter(({ path }) => !path.endsWith('.jsonl')).map(({ path }) => basename(path)),
    ).toEqual(['sample-context-session.json'])
    expect(listing.transcripts.length).toBeGreaterThan(0)
  })

  it.each([...origins.keys()])('is counted alike twice: %s', async (origin) => {
    const transcripts = origins.get(origin) ?? []
    const { counted, store, files, remove } = await readBoth(transcripts)
    try {
      expect(files, 'files read').toBe(transcripts.length)
      expect(counted.files).toBe(transcripts.length)
      if (transcripts.some(({ path }) => incomparable(path))) return
      expect(await productTotals(store)).toEqual(comparable(counted.total))
      for (const { key, totals } of await store.usage.by('model', {})) {
        const { responses, outputTokens, inputTokens } = counted.models[key]!
        expect({ key, responses: totals.responses, out: totals.outputTokens, in: totals.inputTokens }).toEqual({
          key,
          responses,
          out: outputTokens,
          in: inputTokens,
        })
      }
      for (const session of (await store.sessions.list({}, { limit: 1000 })).items) {
        const own = counted.sessions[session.externalId]
        if (!own || counted.entangled.includes(session.externalId)) continue
        expect({
          id: session.externalId,
          messages: session.messageCount,
          calls: session.invocationCount,
          failed: session.failedCount,
          responses: session.usage.responses,
          outputTokens: session.usage.outputTokens,
        }).toEqual({
          id: session.externalId,
          messages: own.userMessages + own.assistantMessages,
          calls: own.calls,
          failed: own.failedCalls,
          responses: own.responses,
          outputTokens: own.outputTokens,
        })
      }
    } finally {
      await remove()
    }
  })
})

async function readBoth(transcripts: CorpusTranscript[]) {
  const home = testHome()
  layOut(corpus, transcripts, home.path)
  const counted = countTree(join(home.path, '.claude', 'projects'))
  add(counted)
  const store = await openSqlite({ path: ':memory:' })
  const report = await scanHome(store, home.env)
  const remove = async (): Promise<void> => {
    await store.close()
    home.remove()
  }
  return { counted, store, files: report.filesRead, remove }
}

function add({ files, bytes, badLines, total }: TreeCounts): void {
  sum.files += files
  sum.bytes += bytes
  sum.badLines += badLines
  sum.records += total.records
  sum.messages += total.userMessages + total.assistantMessages
  sum.calls += total.calls
  sum.failedCalls += total.failedCalls
  sum.responses += total.responses
  sum.outputTokens += total.outputTokens
}
