import { readJsonl, replayJsonl } from '../jsonl.ts'
import type { Source } from '../source.ts'
import { entryContent } from './content.ts'
import { AGENT, discoverTranscripts } from './discover.ts'
import { FORMAT } from './format.ts'
import { copilotParser } from './parse.ts'
import { sessionRoots } from './paths.ts'

/** GitHub Copilot CLI, 0.0.3xx to 1.0.102. @see README.md for the format and how we know it */
export const copilot: Source = {
  id: AGENT,
  name: 'Copilot CLI',
  mark: 'CP',
  refPrefix: 'cp',
  vendorKeepsDays: null,
  format: FORMAT,
  roots: sessionRoots,
  async *discover(env) {
    yield* discoverTranscripts(env)
  },
  read: (ref, cursor, context) => readJsonl(copilotParser(context.now()), ref, cursor, context),
  replay: (ref, records, context) => replayJsonl(copilotParser(context.now()), ref, records),
  content: entryContent,
  resumeCommand: ({ externalId }) => ['copilot', '--resume', externalId],
}
