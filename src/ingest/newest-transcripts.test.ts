import { expect, it } from 'vitest'
import type { TranscriptRef } from '../sources/source.ts'
import { NewestTranscripts } from './newest-transcripts.ts'

const at = (modifiedAtMs: number): TranscriptRef => ({
  agent: 'codex',
  path: `/${modifiedAtMs}.jsonl`,
  kind: 'main',
  externalId: String(modifiedAtMs),
  file: { device: 1, inode: modifiedAtMs, sizeBytes: 1, modifiedAtMs },
})

it('of thousands of transcripts the 500 that were written to last are kept, whatever order they come in', () => {
  const newest = new NewestTranscripts()
  // 7 and 3,000 have no factor in common: every time comes once.
  for (let n = 0; n < 3_000; n++) newest.add(at((n * 7) % 3_000))
  const kept = newest.list().map(({ file }) => file.modifiedAtMs)
  expect(kept).toEqual(Array.from({ length: 500 }, (_, place) => 2_999 - place))
})

it('few are all kept', () => {
  const newest = new NewestTranscripts()
  for (const ms of [1, 3, 2]) newest.add(at(ms))
  expect(newest.list().map(({ file }) => file.modifiedAtMs)).toEqual([3, 2, 1])
})
