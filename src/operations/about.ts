import * as z from 'zod/mini'
import { projectLabels } from '../domain/project.ts'
import { defineOperation } from './operation.ts'
import { listPricesOf } from './usage-view.ts'

/** What a page needs to know of the Daybook that serves it. */
export interface About {
  /** IANA zone in which days begin. */
  timezone: string
  /** True for the made-up history, which is kept apart. */
  demo: boolean
  /** Agents this build reads. */
  agents: { agent: string; name: string; mark: string }[]
  /** Worked on last first. `label` is the name, or more of its place where others have that name. */
  projects: { id: string; name: string; label: string }[]
  /** Date of the newest built-in price table. */
  priceDate: string
  /** Prices that the user set over it, `from` a UTC day or null for always; null where their file cannot be read. */
  ownPrices: { model: string; from: string | null }[] | null
  /** The age from which `prune` takes sessions where none is given; null where nobody said. */
  retentionDays: number | null
}

export const about = defineOperation({
  name: 'about',
  summary: 'Tell time zone, agents, projects and price date of this Daybook.',
  input: z.object({}),
  errors: [],
  effect: 'read',
  async handle({ store, sources, timezone, demo = false, ownPrices, retentionDays = null }): Promise<About> {
    const projects = await store.projects.list()
    const labels = projectLabels(projects)
    return {
      timezone,
      demo,
      agents: sources.map(({ id, name, mark }) => ({ agent: id, name, mark })),
      projects: projects.map(({ id, name }) => ({ id, name, label: labels.get(id) ?? name })),
      priceDate: listPricesOf(),
      ownPrices: ownPrices ? await ownPrices().catch(() => null) : [],
      retentionDays,
    }
  },
})
