import type { Beat, Spend } from './story.ts'

/** Tokens of one response. */
export interface ResponseTokens {
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWrite5mTokens: number
  cacheWrite1hTokens: number
}

/** What a conversation starts with: the agent's own instructions. */
const SYSTEM_TOKENS = 17_000

/**
 * Spreads a transcript's tokens over its replies: output by what a reply says, writes by what it adds, reads by the
 * conversation so far, which a compaction cuts back. The parts add up to the whole exactly.
 */
export function spreadTokens(beats: readonly Beat[], spend: Spend): ResponseTokens[] {
  const says: number[] = []
  const adds: number[] = []
  const context: number[] = []
  let soFar = 0
  let pending = 0
  for (const beat of beats) {
    if (beat.kind === 'prompt') pending += beat.text.length
    if (beat.kind === 'compaction') soFar *= beat.tokensAfter / beat.tokensBefore
    if (beat.kind !== 'reply') continue
    const said = (beat.think?.length ?? 0) + (beat.say?.length ?? 0) + JSON.stringify(beat.calls).length
    says.push(160 + said)
    adds.push(500 + pending)
    context.push(soFar)
    soFar += 500 + pending + said
    pending = beat.calls.length * 700
  }
  const base = Math.min(SYSTEM_TOKENS, spend.cacheReadTokens / (2 * says.length))
  const contextSum = context.reduce((sum, size) => sum + size, 0)
  const perUnit = (spend.cacheReadTokens - base * says.length) / contextSum
  const input = split(spend.inputTokens, adds)
  const output = split(spend.outputTokens, says)
  const reads = split(
    spend.cacheReadTokens,
    context.map((size) => base + size * perUnit),
  )
  const short = split(spend.cacheWrite5mTokens, lastShare(adds, spend))
  const long = split(spend.cacheWrite1hTokens, adds)
  return says.map((_, index) => ({
    inputTokens: input[index]!,
    outputTokens: output[index]!,
    cacheReadTokens: reads[index]!,
    cacheWrite5mTokens: short[index]!,
    cacheWrite1hTokens: long[index]!,
  }))
}

/** Where both kinds of cache writes occur, the short ones are those of the last few responses. */
function lastShare(adds: readonly number[], spend: Spend): number[] {
  if (spend.cacheWrite1hTokens === 0) return [...adds]
  return adds.map((size, index) => (index >= adds.length - 6 ? size : 0))
}

/** Whole numbers in proportion to the weights, with exactly this sum. */
export function split(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((left, right) => left + right, 0)
  let weightSoFar = 0
  let given = 0
  return weights.map((weight) => {
    weightSoFar += weight
    const upTo = Math.round((total * weightSoFar) / sum)
    const part = upTo - given
    given = upTo
    return part
  })
}
