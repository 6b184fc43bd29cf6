import type { SourceFormat } from '../format.ts'

/** What README.md shows, in short. */
export const FORMAT: SourceFormat = {
  verified: [
    { versions: 'before 1.1 (JSON files)', how: 'told' },
    { versions: '1.1.34 (JSON files)', how: 'ran' },
    { versions: '1.2.6, 1.14.41, 1.18.33', how: 'ran' },
    { versions: '2.0', how: 'told' },
  ],
  gives: {
    usage: ['yes', 'one row a response'],
    cost: ['partly', 'where OpenCode has a price for the model; else computed from tokens at list prices'],
    exitCodes: ['yes', 'of shell commands'],
    durations: ['yes', 'as OpenCode states them'],
    files: ['yes', 'with changed lines, except where an existing file was written whole'],
    commits: ['yes', 'as command output shows them'],
    plans: ['yes', 'the todo list as each call states it'],
    titles: ['yes', 'once OpenCode has made or was given one'],
    subagents: ['yes', 'sessions of their own, joined to the call that started them'],
    forks: ['partly', 'copied messages are recognised and count once; where they came from is recorded from 2.0 on'],
  },
}
