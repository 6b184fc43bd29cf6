import type { Invocation } from './invocation.ts'

/** What a call did in a few words: `Ran: npm test`, `Edit: src/tide.ts`, `github.search: tides`. */
export function callLine(call: Pick<Invocation, 'tool' | 'server' | 'kind' | 'subject' | 'outcome'>): string {
  return `${doing(call)}${call.outcome === 'error' ? ' (failed)' : ''}`
}

function doing({ tool, server, kind, subject }: Parameters<typeof callLine>[0]): string {
  const about = (limit: number): string => (subject.length > limit ? `${subject.slice(0, limit - 1)}…` : subject)
  if (kind === 'plan') return 'Updated the plan'
  if (subject === '') return `Called ${server === null ? tool : `${server}.${tool}`}`
  if (kind === 'command') return `Ran: ${about(60)}`
  if (kind === 'search') return `${tool}: ${about(40)}`
  if (kind === 'subagent') return `Subagent: ${about(60)}`
  if (kind === 'mcp') return `${server === null ? '' : `${server}.`}${tool}: ${about(100)}`
  return `${tool}: ${kind === 'read' || kind === 'edit' ? subject : about(100)}`
}
