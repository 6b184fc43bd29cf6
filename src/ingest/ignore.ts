import { pathWithin } from '../domain/recorded-path.ts'

/** What is never read: folders, projects, agents. Projects by id, name or identity. */
export interface IgnoreRules {
  paths: readonly string[]
  projects: readonly string[]
  agents: readonly string[]
}

export const IGNORE_NOTHING: IgnoreRules = { paths: [], projects: [], agents: [] }

/** True when `path` is one of the ignored folders or lies below one. */
export function ignoresPath(rules: IgnoreRules, path: string): boolean {
  return rules.paths.some((folder) => pathWithin(folder, path) !== undefined)
}

/** True when a project of that name or identity is ignored by configuration. */
export function ignoresProject(rules: IgnoreRules, project: { name: string; identity: string; id?: string }): boolean {
  return rules.projects.some((word) => word === project.name || word === project.identity || word === project.id)
}
