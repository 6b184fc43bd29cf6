/** How a project is recognised, strongest first. `declared`: by `.daybook/project.json`, where there is no repository. */
export const PROJECT_IDENTITIES = ['origin', 'root_commit', 'path', 'declared'] as const
export type ProjectIdentity = (typeof PROJECT_IDENTITIES)[number]

/** A code base: clones, worktrees and machines of one repository are one project. */
export interface Project {
  id: string
  name: string
  identityKind: ProjectIdentity
  /** Normalised origin (`github.com/owner/name`), root commit hash, absolute path, or declared id. */
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

/**
 * What to call projects side by side: their names; where some share one, with as much of the folder or owner before it as
 * tells them apart.
 *
 * @returns labels by project id
 */
export function projectLabels(projects: readonly Pick<Project, 'id' | 'name' | 'identity'>[]): Map<string, string> {
  const labels = new Map<string, string>()
  for (const [name, sharing] of Map.groupBy(projects, (project) => project.name)) {
    for (const { id, identity } of sharing) {
      const others = sharing.filter((other) => other.id !== id)
      let parts = 2
      while (
        identity.split(/[\\/]/).length > parts &&
        others.some((other) => tail(other.identity, parts) === tail(identity, parts))
      )
        parts++
      const place = /[\\/]/.test(identity) ? tail(identity, parts) : `${name} ${identity.slice(0, 7)}`
      labels.set(id, others.length === 0 ? name : place)
    }
  }
  return labels
}

function tail(identity: string, parts: number): string {
  return identity.split(/[\\/]/).slice(-parts).join('/')
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { ssh: '22', http: '80', https: '443', git: '9418' }
/** Hosts that a provider offers for ssh through port 443, and what they stand for. */
const SSH_FRONTS: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
}

/**
 * The name of a repository in whatever way its URL is written: `github.com/owner/name` for
 * `https://user:secret@GitHub.com:443/owner/name.git` and for `git@github.com:owner/name`.
 *
 * Scheme, credentials, a default port, query, closing slashes and `.git` go; the host is lower case; the path is kept as it is.
 * @returns undefined for paths of this machine and anything else that names no host
 */
export function normalizeOrigin(url: string): string | undefined {
  const text = url.trim()
  if (text.length > 2048 || /[\x00-\x20\x7f]/.test(text)) return undefined
  const full =
    /^(?:git\+)?(ssh|https?|git)(?:\+git)?:\/\/(?:[^/?#]*@)?(\[[0-9a-f:.]+\]|[^/:?#@[\]]+)(?::([0-9]{0,5}))?(\/[^?#]*)/i.exec(
      text,
    )
  if (full)
    return join(full[2] as string, full[3] ?? '', full[4] as string, DEFAULT_PORTS[(full[1] as string).toLowerCase()])
  if (text.includes('://') || text.includes('::')) return undefined
  const scp = /^(?:[^/:@]*(?::[^/@]*)?@)?(\[[0-9a-f:.]+\]|[^/:@[\]]{2,}):([^?#]*)$/i.exec(text)
  return scp ? join(scp[1] as string, '', scp[2] as string, undefined) : undefined
}

function join(host: string, port: string, path: string, defaultPort: string | undefined): string | undefined {
  const lower = host.toLowerCase()
  const front = SSH_FRONTS[lower]
  const authority = front ?? (port === '' || port === defaultPort ? lower : `${lower}:${port}`)
  const parts = path.split('/').filter((part) => part !== '')
  const last = parts.pop()?.replace(/\.git$/i, '') ?? ''
  // A sign of credentials that were not written as a URL wants them: better no name than a secret in one.
  if (path.includes('@')) return undefined
  return last === '' ? undefined : [authority, ...parts, last].join('/')
}
