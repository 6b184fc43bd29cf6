import type { SourceFormat } from '../format.ts'

/** What README.md shows, in short. */
export const FORMAT: SourceFormat = {
  verified: [
    { versions: '0.23', how: 'seen' },
    { versions: '0.25.0, 0.40.0, 0.61.0', how: 'ran' },
  ],
  gives: {
    usage: [
      'yes',
      'one row an answer; not the call that makes a summary, nor, up to 0.25, answers that only call tools',
    ],
    cost: ['no', 'computed from tokens at list prices'],
    exitCodes: ['partly', 'all of them up to 0.23; in 0.61 those that are not 0'],
    durations: ['partly', 'from the times of the records'],
    files: ['yes', 'with changed lines where the edit’s diff is recorded'],
    commits: ['yes', 'as command output shows them'],
    plans: ['yes', 'each state of the todo list'],
    titles: ['yes', 'the summary, else the first prompt'],
    subagents: ['yes'],
    forks: ['no'],
  },
}
