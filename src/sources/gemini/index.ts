import { readDocument, replayDocument } from '../document.ts'
import { readJsonl, replayJsonl } from '../jsonl.ts'
import type { Source } from '../source.ts'
import { entryContent } from './content.ts'
import { AGENT, discoverTranscripts } from './discover.ts'
import { FORMAT } from './format.ts'
import { hooks } from './hooks.ts'
import { geminiParser } from './parse.ts'
import { projectRoots } from './paths.ts'
import { knownRoots } from './project.ts'

/** Gemini CLI, 0.1 to 0.61. @see README.md for the format and how we know it */
export const gemini: Source = {
  id: AGENT,
  name: 'Gemini CLI',
  mark: 'GE',
  refPrefix: 'ge',
  vendorKeepsDays: 30,
  format: FORMAT,
  hooks,
  setup: async () => (await import('./setup.ts')).setup,
  roots: projectRoots,
  discover: discoverTranscripts,
  read(ref, cursor, context) {
    const parser = geminiParser({ nowMs: context.now(), roots: knownRoots(ref.path) })
    return isDocument(ref) ? readDocument(parser, ref, cursor, context) : readJsonl(parser, ref, cursor, context)
  },
  replay(ref, records, context) {
    const parser = geminiParser({ nowMs: context.now(), roots: { own: [], others: [] } })
    return isDocument(ref) ? replayDocument(parser, ref, records) : replayJsonl(parser, ref, records)
  },
  content: entryContent,
  resumeCommand: ({ externalId }) => ['gemini', '--resume', externalId],
  startCommand: (prompt, alone) => ['gemini', alone ? '-p' : '-i', prompt],
}

/** Before 0.39 a conversation was one document, written anew at every change. */
function isDocument({ path }: { path: string }): boolean {
  return path.endsWith('.json')
}
