import type { SourceFormat } from '../format.ts'

/** What README.md shows, in short. */
export const FORMAT: SourceFormat = {
  verified: [
    { versions: '1.7', how: 'told' },
    { versions: '2.0', how: 'told' },
    { versions: '3.12 to 3.18', how: 'told' },
  ],
  gives: {
    usage: ['no', 'no event tells of tokens'],
    cost: ['no'],
    exitCodes: ['partly', 'of commands, from 3.0 on'],
    durations: ['partly', 'of calls, from 2.0 on'],
    files: ['yes', 'with changed lines, as the agent’s edits state them'],
    commits: ['partly', 'as command output shows them, from 2.0 on'],
    plans: ['no'],
    titles: ['partly', 'the first prompt; Cursor’s own title is in no event'],
    subagents: ['no', 'what they do counts as their own conversation or not at all'],
    forks: ['no'],
  },
}
