import { replayJsonl, readJsonl } from '../jsonl.ts'
import type { Source } from '../source.ts'
import { entryContent } from './content.ts'
import { AGENT, describeSubagent, discoverTranscripts } from './discover.ts'
import { FORMAT } from './format.ts'
import { hooks } from './hooks.ts'
import { claudeCodeParser } from './parse.ts'
import { projectRoots } from './paths.ts'

/** Claude Code, 1.0 to 2.1. @see README.md for the format and how we know it */
export const claudeCode: Source = {
  id: AGENT,
  name: 'Claude Code',
  mark: 'CC',
  refPrefix: 'cc',
  vendorKeepsDays: 30,
  format: FORMAT,
  hooks,
  setup: async () => (await import('./setup.ts')).setup,
  roots: projectRoots,
  discover: discoverTranscripts,
  describe: describeSubagent,
  read: (ref, cursor, context) => readJsonl(claudeCodeParser(context.now()), ref, cursor, context),
  replay: (ref, records, context) => replayJsonl(claudeCodeParser(context.now()), ref, records),
  content: entryContent,
  resumeCommand: ({ externalId }) => ['claude', '--resume', externalId],
  forkCommand: ({ externalId }) => ['claude', '--resume', externalId, '--fork-session'],
  startCommand: (prompt, alone) => (alone ? ['claude', '-p', prompt] : ['claude', prompt]),
}
