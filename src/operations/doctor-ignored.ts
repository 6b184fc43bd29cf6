import { ignoresPath, ignoresProject } from '../ingest/ignore.ts'
import type { Project } from '../domain/project.ts'
import { type Check, check, counted, quoted } from './check.ts'
import type { OperationContext } from './operation.ts'

/**
 * What is ignored now and was read before: it is kept, counted and found until somebody deletes it. One check for each
 * project and agent, with the command that says what deleting would take. A name of no agent ignores nothing, and is said.
 */
export async function checkIgnored(context: OperationContext): Promise<Check[]> {
  const { store, ignore } = context
  const kept = (name: string, sessions: number, flag: string) =>
    check('ignored', 'ok', `${name}: ${counted(sessions, 'session')} read before`, {
      try: `daybook session delete ${flag} ${quoted(name)} --rehearse`,
    })
  const projects = (await store.projects.list()).filter((each) => each.sessionCount > 0 && isIgnored(context, each))
  const checks = projects.map(({ name, sessionCount }) => kept(name, sessionCount, '--project'))
  if (!ignore || ignore.agents.length === 0) return checks
  const { byAgent } = await store.sessions.stats({})
  for (const agent of ignore.agents) {
    if (!context.sources.some(({ id }) => id === agent)) {
      const says = `ignore.agents names ${JSON.stringify(agent)}, which is no agent that is read`
      checks.push(check('ignored', 'warn', says, { try: 'daybook agents' }))
    }
    const sessions = byAgent[agent] ?? 0
    if (sessions > 0) checks.push(kept(agent, sessions, '--agent'))
  }
  return checks
}

function isIgnored({ ignore }: OperationContext, project: Project): boolean {
  if (project.ignoredAt !== null) return true
  if (!ignore) return false
  return ignoresProject(ignore, project) || project.roots.some((root) => ignoresPath(ignore, root))
}
