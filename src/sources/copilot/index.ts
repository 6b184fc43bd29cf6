import { readDocument, replayDocument } from '../document.ts'
import { readJsonl, replayJsonl } from '../jsonl.ts'
import type { Source } from '../source.ts'
import { entryContent } from './content.ts'
import { AGENT, discoverTranscripts } from './discover.ts'
import { FORMAT } from './format.ts'
import { hooks } from './hooks.ts'
import { copilotParser } from './parse.ts'
import { sessionRoots } from './paths.ts'
import { isDocument, timelineParser } from './timeline.ts'

/** GitHub Copilot CLI, from autumn 2025 to 1.0.102. @see README.md for the format and how we know it */
export const copilot: Source = {
  id: AGENT,
  name: 'Copilot CLI',
  mark: 'CP',
  refPrefix: 'cp',
  vendorKeepsDays: null,
  format: FORMAT,
  hooks,
  setup: async () => (await import('./setup.ts')).setup,
  roots: sessionRoots,
  async *discover(env) {
    yield* discoverTranscripts(env)
  },
  read: (ref, cursor, context) =>
    isDocument(ref.path)
      ? readDocument(timelineParser(context.now()), ref, cursor, context)
      : readJsonl(copilotParser(context.now()), ref, cursor, context),
  replay: (ref, records, context) =>
    isDocument(ref.path)
      ? replayDocument(timelineParser(context.now()), ref, records)
      : replayJsonl(copilotParser(context.now()), ref, records),
  content: entryContent,
  resumeCommand: ({ externalId }) => ['copilot', '--resume', externalId],
  startCommand: (prompt, alone) => ['copilot', alone ? '-p' : '-i', prompt],
}
