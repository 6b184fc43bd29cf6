import type { Ingested } from '../ingest-batch.ts'
import type { Store } from '../store.ts'
import { activityStore } from './activities.ts'
import { archiveStore } from './archive.ts'
import { driftStore } from './drift.ts'
import { bindingStore } from './bindings.ts'
import { contextStore } from './contexts.ts'
import type { Engine } from './engine.ts'
import { entryStore } from './entries.ts'
import { feedStore } from './feed.ts'
import { fileStore } from './files.ts'
import { handoffStore } from './handoffs.ts'
import { importStore } from './imports.ts'
import { ingestAll } from './ingest/ingest.ts'
import { invocationStore } from './invocations.ts'
import { schemaVersion } from './migrate.ts'
import { noteStore } from './notes.ts'
import { outlineStore } from './outline.ts'
import { presenceStore } from './presence.ts'
import { problemStore } from './problems.ts'
import { projectStore } from './projects.ts'
import { scrub } from './scrub.ts'
import { savedFilterStore } from './saved-filters.ts'
import { within } from './scope.ts'
import type { Scope } from './scope.ts'
import { sessionDataStore } from './session-data.ts'
import { sessionStore } from './sessions.ts'
import { suggestionStore } from './suggestions.ts'
import { templateStore } from './templates.ts'
import { ticketStore } from './tickets.ts'
import { tombstoneStore } from './tombstones.ts'
import { transcriptStore } from './transcripts.ts'
import { usageStore } from './usage.ts'
import { workStore } from './work-parts.ts'

/** The store contract on an SQL engine: every query is written once, the engine adds what only it can say. */
export function sqlStore(scope: Scope, engine: Engine): Store {
  return {
    workspaceId: scope.workspaceUid,
    machineId: scope.machineUid,
    idleMs: scope.idleMs,
    projects: projectStore(scope),
    sessions: sessionStore(scope),
    transcripts: transcriptStore(scope),
    entries: entryStore(scope),
    invocations: invocationStore(scope),
    files: fileStore(scope),
    usage: usageStore(scope),
    archive: archiveStore(scope),
    activities: activityStore(scope),
    notes: noteStore(scope),
    savedFilters: savedFilterStore(scope),
    problems: problemStore(scope),
    drift: driftStore(scope),
    tombstones: tombstoneStore(scope),
    search: engine.search(scope),
    tickets: ticketStore(scope),
    contexts: contextStore(scope),
    work: workStore(scope),
    handoffs: handoffStore(scope),
    bindings: bindingStore(scope),
    presence: presenceStore(scope),
    feed: feedStore(scope),
    outline: outlineStore(scope),
    sessionData: sessionDataStore(scope),
    suggestions: suggestionStore(scope),
    imports: importStore(scope),
    templates: templateStore(scope),
    ingest: async (batch) => (await ingestAll(scope, [batch]))[0] as Ingested,
    ingestAll: (batches) => ingestAll(scope, batches),
    transaction: (work, durability = 'full') =>
      scope.database.write((connection) => {
        const inner = within(scope, connection, () => engine.erase())
        return work(sqlStore(inner, engine))
      }, durability),
    inspect: async ({ integrity = false, pagesOnly = false } = {}) => ({
      ...(await engine.inspect(integrity, pagesOnly)),
      schemaVersion: await scope.database.read(schemaVersion),
    }),
    scrub: ({ whole = false } = {}) => scrub(scope, engine, whole),
    compact: () => engine.compact(),
    backup: (path) => engine.backup(path),
    close: () => engine.close(),
  }
}
