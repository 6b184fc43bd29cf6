import type { SourceFormat } from '../format.ts'

/** What README.md shows, in short. */
export const FORMAT: SourceFormat = {
  verified: [
    { versions: '2025 without envelope', how: 'told' },
    { versions: '0.73 to 0.146', how: 'seen' },
    { versions: '0.40.0, 0.60.1, 0.98.0', how: 'ran' },
    { versions: '0.120.0, 0.149.0, 0.169.0, 0.171.0', how: 'ran' },
  ],
  gives: {
    usage: ['partly', 'one row a response; the oldest files record none'],
    cost: ['no', 'computed from tokens at list prices'],
    exitCodes: ['yes'],
    durations: ['yes', 'stated for commands and MCP calls, else from the times of the lines'],
    files: ['partly', 'of patches, with counted lines; not of files that commands write'],
    commits: ['yes', 'as command output shows them'],
    plans: ['partly', 'where the model is offered update_plan, which newer ones are not'],
    titles: ['yes'],
    subagents: ['yes'],
    forks: ['yes', 'copied records are recognised, parents are named'],
  },
}
