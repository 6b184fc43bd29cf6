/** How a project is recognised, strongest first. */
export const PROJECT_IDENTITIES = ['origin', 'root_commit', 'path'] as const
export type ProjectIdentity = (typeof PROJECT_IDENTITIES)[number]

/** A code base: clones, worktrees and machines of one repository are one project. */
export interface Project {
  id: string
  name: string
  identityKind: ProjectIdentity
  /** Normalised origin (`github.com/owner/name`), root commit hash, or absolute path. */
  identity: string
  roots: string[]
  ignoredAt: string | null
  sessionCount: number
  lastActivityAt: string | null
}

/** What a directory says about the project it belongs to. */
export interface ProjectEvidence {
  identityKind: ProjectIdentity
  identity: string
  /** The root as found on this machine. */
  root: string
  name: string
}
