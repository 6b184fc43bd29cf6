import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../../config/config.ts'
import type { OperationContext } from '../../operations/operation.ts'
import { defineCommand, field } from '../command.ts'
import { LIVE_KINDS } from '../completion/tree.ts'
import type { LiveKind } from '../completion/tree.ts'
import { EXIT } from '../exit-codes.ts'
import type { Session } from '../../domain/session.ts'
import { sessionName } from '../print/common.ts'
import { oneLine } from '../sanitize.ts'

/** Offered at once. */
const MOST = 50
/** Of the newest; older ones are looked up by what is typed. */
const LOOKED_AT = 200

/**
 * What a shell asks for while somebody types: `value<tab>what it is`, one a line, those that begin with `typed`. It
 * makes no store, says nothing of errors, and ends with 0.
 */
export const complete = defineCommand({
  fields: [
    field('kind', 'choice', 'what is wanted', { choices: LIVE_KINDS, required: true }),
    field('typed', 'text', 'what stands there so far, after =: it may be nothing'),
  ],
  args: ['kind', 'typed'],
  async run(call) {
    try {
      const { places } = await readConfig(call.io.machine, call.io.cwd)
      const stores = [join(places.dataDir, 'daybook.db'), join(places.dataDir, 'demo', 'daybook.db')]
      if (!stores.some((path) => existsSync(path))) return EXIT.ok
      const { context } = await call.open()
      const typed = String(call.values['typed'] ?? '=').slice(1)
      for (const [value, says] of await VALUES[call.values['kind'] as LiveKind](context, typed)) {
        // A value that has to be cleaned could not be typed as it is shown.
        if (value !== oneLine(value) || !value.toLowerCase().startsWith(typed.toLowerCase())) continue
        call.io.stdout.write(`${value}\t${oneLine(says).slice(0, 60)}\n`)
      }
    } catch {
      // Whoever types gets no candidates, and goes on typing.
    }
    return EXIT.ok
  },
})

type Pair = readonly [value: string, says: string]

const VALUES: Record<LiveKind, (context: OperationContext, typed: string) => Promise<Pair[]>> = {
  agents: async ({ sources }) => sources.map(({ id, name }): Pair => [id, name]),
  async sessions({ store }, typed) {
    const newest = await store.sessions.list({ archived: false }, { limit: LOOKED_AT, sort: 'last' })
    const found = newest.items.flatMap((session) => namedSo(session, typed))
    if (found.length > 0) return found.slice(0, MOST)
    const { items } = await store.sessions.list({ text: typed }, { limit: MOST, sort: 'last' })
    return items.flatMap((session) => namedSo(session, typed))
  },
  projects: async ({ store }) => (await store.projects.list()).map((project): Pair => [project.name, project.identity]),
  models: async ({ store }) => (await store.usage.by('model', {})).map(({ key }): Pair => [key, 'model']),
  async tags({ store }) {
    const { items } = await store.sessions.list({}, { limit: 1000, sort: 'last' })
    return [...new Set(items.flatMap(({ tags }) => tags))].sort().map((tag): Pair => [tag, 'tag'])
  },
  filters: async ({ store }) =>
    (await store.savedFilters.list()).map(({ name, words }): Pair => [name, Object.keys(words).join(', ')]),
  notes: async ({ store }) =>
    (await store.notes.list({})).slice(0, MOST).map(({ id, text }): Pair => [String(id), text]),
  async tickets({ store }) {
    const { items } = await store.tickets.list({}, { limit: 1000 })
    return items.map(({ ref, title }): Pair => [ref, title ?? ''])
  },
}

/** A session under the first of its names that begins as typed. */
function namedSo(session: Session, typed: string): Pair[] {
  const names = [sessionName(session), session.ref, session.externalId]
  const name = names.find((one) => one.toLowerCase().startsWith(typed.toLowerCase()))
  return name === undefined ? [] : [[name, session.title ?? session.agent]]
}
