export interface SuggestionDecision {
  sessionId: string
  /** Folded: see `foldRef`. */
  ref: string
  decision: 'accepted' | 'refused'
  at: string
  by: string
  why: string | null
}

/** What people said to suggestions. Suggestions themselves are worked out when asked. */
export interface SuggestionStore {
  decide(decision: SuggestionDecision): Promise<void>
  decisions(filter: { sessionIds?: readonly string[] }): Promise<SuggestionDecision[]>
}
