import type { Session } from '../domain/session.ts'
import { type UsageView, usageView } from './usage-view.ts'

/** A session as every face gets it: the noun, its usage with unknown cost as null. */
export type SessionView = Omit<Session, 'usage'> & { usage: UsageView }

export function sessionView(session: Session): SessionView {
  return { ...session, usage: usageView(session.usage) }
}

/** Just enough of a session to name it and open it. */
export interface SessionName {
  id: string
  key: string | null
  ref: string
  agent: string
  title: string | null
}

export function sessionName({ id, key, ref, agent, title }: SessionName): SessionName {
  return { id, key, ref, agent, title }
}
