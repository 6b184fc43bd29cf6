/** What people want to know of a session; whether a transcript tells depends on the agent that writes it. */
export const FORMAT_FACTS = [
  'usage',
  'cost',
  'exitCodes',
  'durations',
  'files',
  'commits',
  'plans',
  'titles',
  'subagents',
  'forks',
] as const
export type FormatFact = (typeof FORMAT_FACTS)[number]

/** What people read for each. */
export const FACT_WORDS: Readonly<Record<FormatFact, string>> = {
  usage: 'tokens',
  cost: 'cost in money',
  exitCodes: 'exit codes',
  durations: 'durations',
  files: 'changed files',
  commits: 'commits',
  plans: 'plans',
  titles: 'titles',
  subagents: 'subagents',
  forks: 'forks',
}

/** Whether a format gives a fact: always, sometimes or not at all. What holds only sometimes says when. */
export type FormatAnswer =
  | readonly ['yes', note?: string]
  | readonly ['partly', note: string]
  | readonly ['no', note?: string]

/**
 * How we know a version's files: `ran`, we ran that version and read what it wrote; `seen`, in published transcripts;
 * `told`, others describe it.
 */
export const FORMAT_EVIDENCE = ['ran', 'seen', 'told'] as const
export type FormatEvidence = (typeof FORMAT_EVIDENCE)[number]

export const EVIDENCE_WORDS: Readonly<Record<FormatEvidence, string>> = {
  ran: 'run and read',
  seen: 'seen in published transcripts',
  told: 'as others describe it',
}

/**
 * What an agent's transcripts can and cannot give, as its folder's README explains. `daybook agents` and `docs/agents.md` are
 * made of it.
 */
export interface SourceFormat {
  /** Versions that its reading was held against, oldest first: `1.0.34`, `2.1.5 to 2.1.38`. */
  verified: readonly { versions: string; how: FormatEvidence }[]
  gives: Readonly<Record<FormatFact, FormatAnswer>>
}
