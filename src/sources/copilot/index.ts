import { databaseOf } from '../../domain/transcript.ts'
import { readDocument, replayDocument } from '../document.ts'
import { readJsonl, replayJsonl } from '../jsonl.ts'
import { readRows, replayRows } from '../rows.ts'
import type { Source } from '../source.ts'
import { entryContent } from './content.ts'
import { AGENT, discoverTranscripts } from './discover.ts'
import { FORMAT } from './format.ts'
import { hooks } from './hooks.ts'
import { ledgerParser } from './ledger-parse.ts'
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
  discover: discoverTranscripts,
  read(ref, cursor, context) {
    const nowMs = context.now()
    if (databaseOf(ref.path)) return readRows(ledgerParser(nowMs), ref, cursor, context)
    if (isDocument(ref.path)) return readDocument(timelineParser(nowMs), ref, cursor, context)
    return readJsonl(copilotParser(nowMs), ref, cursor, context)
  },
  replay(ref, records, context) {
    const nowMs = context.now()
    if (databaseOf(ref.path)) return replayRows(ledgerParser(nowMs), ref, records)
    if (isDocument(ref.path)) return replayDocument(timelineParser(nowMs), ref, records)
    return replayJsonl(copilotParser(nowMs), ref, records)
  },
  content: entryContent,
  resumeCommand: ({ externalId }) => ['copilot', '--resume', externalId],
  startCommand: (prompt, alone) => ['copilot', alone ? '-p' : '-i', prompt],
}
