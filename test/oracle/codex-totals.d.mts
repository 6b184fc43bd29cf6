/** What a rollout holds, counted by the plainest rules. */
export interface RolloutCounts {
  badLines: number
  prompts: number
  answers: number
  reasoning: number
  calls: number
  /** Of every call that has one, in rising order. */
  exitCodes: number[]
  commits: string[]
  responses: number
  inputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  outputTokens: number
  reasoningTokens: number
}

export function countRollout(path: string): RolloutCounts
