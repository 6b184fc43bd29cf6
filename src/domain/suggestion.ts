import { foldRef } from './ticket.ts'
import {
  type KnownRefs,
  type Mention,
  type MentionPlace,
  mentionsInBranch,
  mentionsInCommit,
  mentionsInPath,
  mentionsInPrompt,
} from './ticket-mention.ts'

/** What a session left behind that may say what it was for. */
export interface Traces {
  branch: string | null
  cwd: string | null
  commits: readonly string[]
  /** The first ones, in order. */
  prompts: readonly string[]
}

/** Why a ticket is suggested: what names it, and where. */
export interface SuggestionReason {
  place: MentionPlace
  text: string
}

/** A ticket that a session was probably for. */
export interface Suggestion {
  ref: string
  /** 0 to 1: of those with 0.8 and more, nineteen in twenty are right on the labelled sets of the tests. */
  confidence: number
  /** The strongest first. */
  reasons: SuggestionReason[]
}

/** From here on a suggestion is called high. */
export const SURE = 0.8
/** Below this none is made. */
const LEAST = 0.4

interface Candidate {
  ref: string
  /** Strongest weight by place. */
  weights: Map<MentionPlace, { weight: number; text: string }>
}

/**
 * What a session was probably for, from its branch, commits, prompts and folder. Two tickets that are about as likely make
 * each other unlikely.
 *
 * @param refused folded refs that somebody said no to
 */
export function suggestTicket(
  { branch, cwd, commits, prompts }: Traces,
  known: KnownRefs,
  refused: ReadonlySet<string> = new Set(),
): Suggestion | null {
  const candidates = new Map<string, Candidate>()
  const take = (place: MentionPlace, text: string, mentions: readonly Mention[], factor = 1): void => {
    for (const { ref, weight } of mentions) {
      const key = foldRef(ref)
      const candidate = candidates.get(key) ?? { ref, weights: new Map() }
      candidates.set(key, candidate)
      const before = candidate.weights.get(place)
      if (before === undefined || weight * factor > before.weight)
        candidate.weights.set(place, { weight: weight * factor, text })
    }
  }
  if (branch !== null) take('branch', branch, mentionsInBranch(branch, known))
  if (cwd !== null) take('path', cwd, mentionsInPath(cwd, known))
  for (const commit of commits) take('commit', commit, mentionsInCommit(commit, known))
  for (const [i, prompt] of prompts.entries())
    take('prompt', prompt, mentionsInPrompt(prompt, known), i === 0 ? 1 : 0.9)
  const ranked = [...candidates.entries()]
    .filter(([key]) => !refused.has(key))
    .map(([, candidate]) => ({ ...candidate, score: scoreOf(candidate) }))
    .sort((a, b) => b.score - a.score)
  const [best, second] = ranked
  if (best === undefined) return null
  const rival = second !== undefined && second.score > 0.6 && best.score - second.score < 0.05
  const confidence = Math.round(best.score * (rival ? 0.7 : 1) * 100) / 100
  if (confidence < LEAST) return null
  const reasons = [...best.weights]
    .sort(([, a], [, b]) => b.weight - a.weight)
    .map(([place, { text }]): SuggestionReason => ({ place, text }))
  return { ref: best.ref, confidence, reasons }
}

/** Signs of different places strengthen each other. */
function scoreOf({ weights }: Candidate): number {
  let doubt = 1
  for (const { weight } of weights.values()) doubt *= 1 - weight
  return 1 - doubt
}
