import { join } from 'node:path'
import { readJsonl, replayJsonl } from '../jsonl.ts'
import type { Source } from '../source.ts'
import { entryContent } from './content.ts'
import { FORMAT } from './format.ts'
import { hooks } from './hooks.ts'
import { cursorParser } from './parse.ts'

/**
 * Cursor, editor and CLI, as its hooks tell it. Nothing is discovered: events come in by `ingest/take-in.ts` and are kept, read
 * back, indexed and rebuilt like an agent's own transcript.
 *
 * @see README.md for the events and how we know them
 */
export const cursor: Source = {
  id: 'cursor',
  name: 'Cursor',
  mark: 'CU',
  refPrefix: 'cu',
  vendorKeepsDays: null,
  format: FORMAT,
  hooks,
  setup: async () => (await import('./setup.ts')).setup,
  roots: ({ home }) => [join(home, '.cursor')],
  discover: async () => [],
  read: (ref, cursor, context) => readJsonl(cursorParser, ref, cursor, context),
  replay: (ref, records) => replayJsonl(cursorParser, ref, records),
  content: entryContent,
}
