/** What a tree holds, as the independent programs count it. */
export interface Totals {
  userMessages: number
  assistantMessages: number
  calls: number
  failedCalls: number
  unansweredCalls: number
  commits: number
  responses: number
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  cacheWrite1hTokens: number
}
