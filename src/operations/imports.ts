import * as z from 'zod/mini'
import { AppError } from '../domain/errors.ts'
import type { Import, ImportState } from '../domain/import.ts'
import type { Session } from '../domain/session.ts'
import type { Page } from '../stores/page.ts'
import { deleteAll } from './delete-sessions.ts'
import { flag, pageFields, text } from './fields.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { pageOf } from './page.ts'
import { type SessionName, sessionName } from './session-view.ts'

const importWord = text('the import, as in I-1')

export const listImports = defineOperation({
  name: 'import.list',
  summary: 'List files that were imported, newest first, and what was decided about each.',
  input: z.object({ waiting: flag('only those that nobody has decided about'), ...pageFields(50) }),
  errors: [],
  effect: 'read',
  cli: {
    path: ['import', 'list'],
    examples: [{ command: 'daybook import list', says: 'what came in, and what waits' }],
    seeAlso: ['import', 'import accept', 'import refuse'],
  },
  async handle({ store }, { waiting, limit, cursor }): Promise<Page<Import>> {
    const all = await store.imports.list()
    return pageOf(waiting ? all.filter(({ state }) => state === 'waiting') : all, { limit, cursor })
  },
})

export interface DecidedImport {
  import: Import
  items: SessionName[]
}

export const acceptImport = defineOperation({
  name: 'import.accept',
  summary: 'Accept what an import brought: agents may be given it from now on.',
  input: z.object({ import: importWord }),
  errors: ['not_found', 'conflict'],
  effect: 'write',
  cli: {
    path: ['import', 'accept'],
    args: ['import'],
    examples: [{ command: 'daybook import accept I-1', says: 'by the name that import printed' }],
    seeAlso: ['import list', 'import refuse'],
  },
  async handle(context, input): Promise<DecidedImport> {
    const sessions = await sessionsOf(context, input.import)
    return { import: await decide(context, input.import, 'accepted'), items: sessions.map(sessionName) }
  },
})

export const refuseImport = defineOperation({
  name: 'import.refuse',
  summary: 'Refuse an import: its sessions are deleted, and no import brings them back.',
  input: z.object({ import: importWord, rehearse: flag('say what would go, change nothing; --dry-run is the same') }),
  errors: ['not_found', 'conflict'],
  effect: 'destroy',
  cli: {
    path: ['import', 'refuse'],
    args: ['import'],
    examples: [{ command: 'daybook import refuse I-1 --dry-run', says: 'what would go' }],
    seeAlso: ['import list', 'import accept', 'session delete'],
  },
  async handle(context, { import: word, rehearse }): Promise<DecidedImport> {
    const sessions = await sessionsOf(context, word)
    const items = sessions.map(sessionName)
    if (rehearse) return { import: await context.store.imports.get(word), items }
    await deleteAll(context, sessions, { rehearse, reason: `import ${word} was refused` })
    return { import: await decide(context, word, 'refused'), items }
  },
})

/** @throws AppError `conflict` when somebody has decided already */
async function sessionsOf({ store }: OperationContext, word: string): Promise<Session[]> {
  const { id, state } = await store.imports.get(word)
  if (state !== 'waiting') {
    throw new AppError('conflict', `${id} was ${state} already`, { hint: 'daybook import list' })
  }
  const sessions: Session[] = []
  for (const session of await store.imports.sessions(id)) sessions.push(await store.sessions.get(session))
  return sessions
}

async function decide({ store, actor, clock }: OperationContext, word: string, state: ImportState): Promise<Import> {
  const at = new Date(clock.now()).toISOString()
  return store.transaction(async (tx) => {
    const { id } = await tx.imports.get(word)
    const decided = await tx.imports.decide(id, state, actor, at)
    const payload = { file: decided.file, format: decided.format, sessions: decided.sessions }
    await tx.activities.append({ sessionId: null, at, actor, action: `import.${state}`, target: id, payload })
    return decided
  })
}
