import { createContext, useContext, useMemo } from 'react'
import type { Reply } from '../api/operations.ts'
import { useRead } from '../api/queries.ts'

interface Surroundings {
  timezone: string
  demo: boolean
  priceDate: string | null
  projects: { id: string; name: string; label: string }[]
  agents: { agent: string; name: string; mark: string }[]
  nameOf(agent: string): string
  markOf(agent: string): string
}

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'

/** What the server tells of itself, for all that is on the page: each row of a long list shows some of it. */
export const AboutContext = createContext(surroundings(undefined))

/** Asks for it, once. */
export function useAskedAbout(): Surroundings {
  const { data } = useRead('about', {}, { forGood: true })
  return useMemo(() => surroundings(data), [data])
}

/** What the server tells of itself, with this browser's zone until it has. */
export function useAbout(): Surroundings {
  return useContext(AboutContext)
}

function surroundings(data: Reply<'about'> | undefined): Surroundings {
  const agents = data?.agents ?? []
  return {
    timezone: data?.timezone ?? HERE,
    demo: data?.demo ?? false,
    priceDate: data?.priceDate ?? null,
    projects: data?.projects ?? [],
    agents,
    nameOf: (id) => agents.find(({ agent }) => agent === id)?.name ?? (id === 'person' ? 'Person' : id),
    markOf: (id) => agents.find(({ agent }) => agent === id)?.mark ?? id.slice(0, 2).toUpperCase(),
  }
}
