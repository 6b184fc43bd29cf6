export interface GeminiCounts {
  files: number
  badLines: number
  messages: number
  prompts: number
  calls: number
  failedCalls: number
  unansweredCalls: number
  responses: number
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
}

/** Reads every conversation below a `tmp` folder of Gemini CLI and adds it all up. */
export function countTree(tmp: string): GeminiCounts
