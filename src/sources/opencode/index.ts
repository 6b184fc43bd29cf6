import { readRows, replayRows, type RowParser } from '../rows.ts'
import type { Source } from '../source.ts'
import { entryContent } from './content.ts'
import { AGENT, discoverSessions, openTranscript } from './discover.ts'
import { FORMAT } from './format.ts'
import { hooks } from './hooks.ts'
import { opencodeParser } from './parse.ts'
import { dataRoots } from './paths.ts'
import type { State } from './state.ts'

/** OpenCode, its database of 1.2 and later and its tree of files before. @see README.md for the format and how we know it */
export const opencode: Source = {
  id: AGENT,
  name: 'OpenCode',
  mark: 'OC',
  refPrefix: 'oc',
  vendorKeepsDays: null,
  format: FORMAT,
  hooks,
  setup: async () => (await import('./setup.ts')).setup,
  roots: dataRoots,
  discover: discoverSessions,
  read: (ref, cursor, context) => readRows(rowParser(context.now()), ref, cursor, context),
  replay: (ref, records, context) => replayRows(rowParser(context.now()), ref, records),
  content: entryContent,
  resumeCommand: ({ externalId }) => ['opencode', '--session', externalId],
  forkCommand: ({ externalId }) => ['opencode', '--session', externalId, '--fork'],
  startCommand: (prompt, alone) => (alone ? ['opencode', 'run', prompt] : ['opencode', '--prompt', prompt]),
}

function rowParser(nowMs: number): RowParser<State> {
  return { ...opencodeParser(nowMs), open: openTranscript }
}
