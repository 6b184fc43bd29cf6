import type { SourceFormat } from '../format.ts'

/** What README.md shows, in short. */
export const FORMAT: SourceFormat = {
  verified: [
    { versions: '1.0.95 to 2.1.38', how: 'seen' },
    { versions: '1.0.60, 1.0.128', how: 'ran' },
    { versions: '2.0.10, 2.0.60', how: 'ran' },
    { versions: '2.1.2, 2.1.61, 2.1.119, 2.1.197, 2.1.332', how: 'ran' },
  ],
  gives: {
    usage: ['yes', 'one row a response; titles and web searches behind the scenes are not recorded'],
    cost: ['no', 'computed from tokens at list prices; very old lines state their own'],
    exitCodes: ['partly', 'of failed commands, from 2.0 on'],
    durations: ['partly', 'stated for subagents and searches, else from the times of the lines'],
    files: ['partly', 'with changed lines; not the lines that subagents changed'],
    commits: ['yes', 'as command output shows them'],
    plans: ['yes', 'todo lists, tasks and accepted plans'],
    titles: ['yes'],
    subagents: ['yes'],
    forks: ['partly', 'copied records are recognised; 2.0 and /branch say where they came from'],
  },
}
