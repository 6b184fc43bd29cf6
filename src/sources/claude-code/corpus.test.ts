import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TranscriptRef } from '../source.ts'
import type { Batch, UsageDraft } from '../batch.ts'
import { discoverTranscripts } from './discover.ts'
import { claudeCode } from './index.ts'

/** Needs `DAYBOOK_CORPUS`, a folder of published and generated transcripts; without it these are skipped. */
const corpus = join(process.env.DAYBOOK_CORPUS ?? 'none', 'claude')

describe.skipIf(!existsSync(corpus))('the corpus of Claude Code transcripts (set DAYBOOK_CORPUS)', () => {
  it('is read without one unexpected shape', async () => {
    const paths = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.jsonl'))
    let entries = 0
    for (const path of paths) {
      const batches = await read(refOf(join(corpus, path)))
      const thrown = batches
        .flatMap((batch) => batch.problems)
        .filter((problem) => problem.reason.startsWith('unexpected shape'))
      expect(thrown, `in ${path}`).toEqual([])
      entries += batches.reduce((sum, batch) => sum + batch.entries.length, 0)
    }
    expect(paths.length).toBeGreaterThan(50)
    expect(entries).toBeGreaterThan(4000)
  })

  it.each([
    ['1.0.128', 9],
    ['2.1.197', 9],
    ['2.1.197-tui', 8],
  ])('gives the exact figures of the scripted runs of %s, whose longest has %i steps', async (version, steps) => {
    const home = join(corpus, 'generated', version, 'home')
    const refs = await discoverTranscripts({ home, platform: 'linux', variables: {} })
    const usage = new Map<string, UsageDraft>()
    const hashes = new Set<string>()
    const exits: number[] = []
    for (const ref of refs) {
      for (const batch of await read(ref)) {
        for (const row of batch.usage)
          if (row.outputTokens >= (usage.get(row.responseId)?.outputTokens ?? 0)) usage.set(row.responseId, row)
        for (const commit of batch.commits) hashes.add(commit.hash)
        for (const result of batch.results) if (result.exitCode !== undefined) exits.push(result.exitCode)
      }
    }
    // A scripted scenario spends 20 + i output and 100 + i input tokens in its step i.
    const rows = [...usage.values()]
    expect(rows.every((row) => row.inputTokens - 100 === row.outputTokens - 20)).toBe(true)
    expect(Math.max(...rows.map((row) => row.outputTokens))).toBe(20 + steps - 1)
    expect(hashes.size).toBe(1)
    expect(exits.every((code) => code === 3)).toBe(true)
  })

  it('gives 216 output and 936 input tokens for the basic run alone, whatever its lines repeat', async () => {
    const path = join(
      corpus,
      'generated/2.1.197/home/.claude/projects/-tmp-rc-claude-proj/11111111-2222-4333-8444-555555555555.jsonl',
    )
    const batches = await read(refOf(path))
    const rows = batches.flatMap((batch) => batch.usage).slice(0, 9)
    expect(rows.reduce((sum, row) => sum + row.outputTokens, 0)).toBe(216)
    expect(rows.reduce((sum, row) => sum + row.inputTokens, 0)).toBe(936)
    expect(
      batches
        .flatMap((batch) => batch.fileChanges)
        .map((change) => [change.kind, basename(change.path), change.linesAdded]),
    ).toEqual([
      ['create', 'greet.js', 3],
      ['edit', 'README.md', 1],
    ])
    const plan = batches.flatMap((batch) => batch.entries).findLast((entry) => entry.plan)?.plan
    expect(plan?.map((item) => item.status)).toEqual(['completed', 'completed', 'completed'])
    expect(batches.flatMap((batch) => batch.invocations).filter((call) => call.kind === 'mcp')).toHaveLength(1)
  })
})

function refOf(path: string): TranscriptRef {
  const stat = statSync(path)
  return {
    agent: 'claude-code',
    path,
    kind: basename(path).startsWith('agent-') ? 'subagent' : 'main',
    externalId: basename(path, '.jsonl'),
    file: { device: stat.dev, inode: stat.ino, sizeBytes: stat.size, modifiedAtMs: stat.mtimeMs },
  }
}

async function read(ref: TranscriptRef): Promise<Batch[]> {
  const batches: Batch[] = []
  for await (const batch of claudeCode.read(ref, undefined, {
    redact: (lines) => lines,
    now: () => Date.UTC(2026, 11, 31),
  })) {
    batches.push({ ...batch, records: { chunks: [] } })
  }
  return batches
}
