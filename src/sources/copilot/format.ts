import type { SourceFormat } from '../format.ts'

/** What README.md shows, in short. */
export const FORMAT: SourceFormat = {
  verified: [
    { versions: 'up to 0.0.341', how: 'told' },
    { versions: '0.0.400', how: 'seen' },
    { versions: '1.0.12, 1.0.48, 1.0.89', how: 'ran' },
    { versions: '1.0.34', how: 'seen' },
    { versions: '1.0.71', how: 'seen' },
    { versions: '1.0.77', how: 'seen' },
    { versions: '1.0.102', how: 'ran' },
  ],
  gives: {
    usage: [
      'partly',
      'one row a request in 1.0.102; before that sums at the end of a run, or rows of its database, or none',
    ],
    cost: ['no', 'computed from tokens at list prices; premium requests are Copilot’s own unit'],
    exitCodes: ['yes', 'from 1.0.12 on'],
    durations: ['yes', 'from the start of a call to its result, waiting for permission included'],
    files: ['yes', 'with changed lines where Copilot shows a diff'],
    commits: ['yes', 'as command output shows them'],
    plans: ['yes', 'the todo table, as statements on it leave it'],
    titles: ['yes', 'the name in workspace.yaml, else the first prompt'],
    subagents: ['yes', 'inside their session'],
    forks: ['partly', 'copied events are recognised; where they came from is not recorded'],
  },
}
