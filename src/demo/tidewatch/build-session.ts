import type { DemoSession } from '../story.ts'
import { buildTheCache } from './build-cache.ts'
import { endAtTheLimit, startEviction } from './build-eviction.ts'
import { buildTheReader } from './build-reader.ts'

/** SESSION-003: today, T-4 built. 1h 12m active, 148 calls, 5 of them failed, $4.37 with two subagents. */
export const buildSession: DemoSession = {
  id: '7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b',
  title: 'Cache tide tables on disk',
  spend: {
    model: 'claude-sonnet-4-5-20250929',
    inputTokens: 148_915,
    outputTokens: 35_818,
    cacheReadTokens: 4_140_200,
    cacheWrite5mTokens: 15_680,
    cacheWrite1hTokens: 237_520,
  },
  scenes: [buildTheCache, buildTheReader, startEviction, endAtTheLimit],
}
