import { readDocument, replayDocument } from '../document.ts'
import { readJsonl, replayJsonl } from '../jsonl.ts'
import type { Source } from '../source.ts'
import { entryContent } from './content.ts'
import { AGENT, discoverRollouts } from './discover.ts'
import { documentParser, isDocument } from './document.ts'
import { FORMAT } from './format.ts'
import { hooks } from './hooks.ts'
import { planLimits } from './limits.ts'
import { codexParser } from './parse.ts'
import { rolloutRoots } from './paths.ts'
import { threadNames } from './thread-names.ts'

/** OpenAI's Codex CLI, from spring 2025 on. @see README.md for the format and how we know it */
export const codex: Source = {
  id: AGENT,
  name: 'Codex',
  mark: 'CX',
  refPrefix: 'cx',
  vendorKeepsDays: null,
  format: FORMAT,
  hooks,
  setup: async () => (await import('./setup.ts')).setup,
  roots: rolloutRoots,
  async discover(env) {
    const names = threadNames(env)
    const refs = await discoverRollouts(env)
    return refs.map((ref) => {
      const facts = names.get(ref.externalId)
      return facts === undefined ? ref : { ...ref, beside: { facts } }
    })
  },
  read: (ref, cursor, context) =>
    isDocument(ref.path)
      ? readDocument(documentParser(context.now()), ref, cursor, context)
      : readJsonl(codexParser(context.now()), ref, cursor, context),
  replay: (ref, records, context) =>
    isDocument(ref.path)
      ? replayDocument(documentParser(context.now()), ref, records)
      : replayJsonl(codexParser(context.now()), ref, records),
  content: entryContent,
  planLimits,
  resumeCommand: ({ externalId }) => ['codex', 'resume', externalId],
  forkCommand: ({ externalId }) => ['codex', 'fork', externalId],
  startCommand: (prompt, alone) => (alone ? ['codex', 'exec', prompt] : ['codex', prompt]),
}
