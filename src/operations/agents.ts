import { stat } from 'node:fs/promises'
import * as z from 'zod/mini'
import { AppError, shownValue } from '../domain/errors.ts'
import { FORMAT_FACTS } from '../sources/format.ts'
import type { FormatAnswer, FormatEvidence, FormatFact } from '../sources/format.ts'
import type { Source } from '../sources/source.ts'
import type { Page } from '../stores/page.ts'
import { text } from './fields.ts'
import { type OperationContext, defineOperation } from './operation.ts'

/** An agent that this build reads: what of it is on this machine and in the record, and what its transcripts give. */
export interface AgentView {
  agent: string
  name: string
  mark: string
  /** Folders it writes to; `present` where there is one. */
  roots: { path: string; present: boolean }[]
  /** Whether any of its folders is there. */
  found: boolean
  /** Never read, as configuration says. */
  ignored: boolean
  /** Transcripts on this machine now; null where no folder is there. */
  files: number | null
  /** When the newest of them was written to, ISO; null without one. */
  newestAt: string | null
  /** Sessions in the record, those whose files are gone included. */
  sessions: number
  problems: number
  /** Names it writes that this build does not know: `daybook drift`. */
  unknownNames: number
  /** Days after which the vendor deletes transcripts by default; null when it does not. */
  vendorKeepsDays: number | null
  verified: { versions: string; how: FormatEvidence }[]
  gives: Record<FormatFact, { given: FormatAnswer[0]; note: string | null }>
}

export interface Agents extends Page<AgentView> {
  /** Agents in the record that this build has no reader for. */
  unread: { agent: string; sessions: number }[]
}

export const listAgents = defineOperation({
  name: 'agent.list',
  summary: 'List agents: what is found of them, and what their transcripts can give.',
  input: z.object({ agent: z.optional(text('one agent, by id or name, with what each answer means')) }),
  errors: [],
  effect: 'read',
  cli: {
    path: ['agents'],
    args: ['agent'],
    examples: [
      { command: 'daybook agents', says: 'all that this build reads' },
      { command: 'daybook agents copilot', says: 'one, with what each answer means' },
    ],
    seeAlso: ['scan', 'doctor', 'drift', 'usage agent'],
  },
  async handle(context, { agent }): Promise<Agents> {
    const { byAgent } = await context.store.sessions.stats({})
    const sources = agent === undefined ? context.sources : [oneSource(context, agent)]
    const items: AgentView[] = []
    for (const source of sources) items.push(await agentView(context, source, byAgent[source.id] ?? 0))
    const unread = Object.entries(byAgent)
      .filter(([id]) => !context.sources.some((source) => source.id === id))
      .map(([id, sessions]) => ({ agent: id, sessions }))
    return { items, total: items.length, nextCursor: null, unread }
  },
})

function oneSource({ sources }: OperationContext, word: string): Source {
  const asked = word.trim().toLowerCase()
  const found = sources.find((source) =>
    [source.id, source.name, source.mark].some((name) => name.toLowerCase() === asked),
  )
  if (found) return found
  const known = sources.map(({ id }) => id).join(', ')
  throw new AppError('invalid', `agent ${shownValue(word)} is not one of ${known}`, { hint: 'daybook agents' })
}

async function agentView(
  { store, env, ignore }: OperationContext,
  source: Source,
  sessions: number,
): Promise<AgentView> {
  const roots = await Promise.all(source.roots(env).map(async (path) => ({ path, present: await isThere(path) })))
  const found = roots.some(({ present }) => present)
  let files = 0
  let newestMs: number | undefined
  for (const { file } of await source.discover(env)) {
    files++
    newestMs = Math.max(newestMs ?? 0, file.modifiedAtMs)
  }
  const { id, name, mark, vendorKeepsDays, format } = source
  return {
    agent: id,
    name,
    mark,
    roots,
    found,
    ignored: ignore?.agents.includes(id) ?? false,
    files: found ? files : null,
    newestAt: newestMs === undefined ? null : new Date(newestMs).toISOString(),
    sessions,
    problems: (await store.problems.list({ agent: id }, { limit: 1 })).total,
    unknownNames: new Set((await store.drift.list({ agent: id })).map((drift) => `${drift.kind}:${drift.name}`)).size,
    vendorKeepsDays,
    verified: [...format.verified],
    gives: Object.fromEntries(
      FORMAT_FACTS.map((fact) => [fact, { given: format.gives[fact][0], note: format.gives[fact][1] ?? null }]),
    ) as AgentView['gives'],
  }
}

/** Only absence is absence: a folder that may not be looked into is there. */
async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT' && code !== 'ENOTDIR',
  )
}
