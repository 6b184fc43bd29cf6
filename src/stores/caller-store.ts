import type { Presence } from '../domain/session.ts'

/** By what a caller is known: a connection or terminal, a process, a subagent's own id, the tool call that it makes. */
export type BindingKind = 'connection' | 'process' | 'agent' | 'call'

export interface Binding {
  value: string
  sessionId: string
  atMs: number
  /** The subagent of the session that is meant, by its agent's own id of it; null for the session's own agent. */
  subagent: string | null
}

export interface BindingStore {
  /** The value stands for the session from now on, or for a subagent of it. Calls are forgotten after a day. */
  bind(
    kind: BindingKind,
    values: readonly string[],
    sessionId: string,
    atMs: number,
    subagent?: string | null,
  ): Promise<void>
  /** Bindings of this machine, newest first. */
  find(kind: BindingKind, values: readonly string[]): Promise<Binding[]>
  /** Bindings of this machine that stand for these sessions, newest first. */
  of(kind: BindingKind, sessionIds: readonly string[]): Promise<Binding[]>
  unbind(kind: BindingKind, values: readonly string[]): Promise<void>
}

/** What agents tell by hooks of what they are at. */
export interface PresenceStore {
  /**
   * Of these events those that were not taken before; from now on they are. For the transaction that acts on them: each is
   * acted on once, whoever else takes events in and whatever was left behind by a crash. Names are kept for 7 days.
   */
  take(names: readonly string[], atMs: number): Promise<string[]>
  /** Makes sure that what was done on these events outlives a power loss, done in `bulk` or not. */
  settle(names: readonly string[]): Promise<void>
  /** Sets the session's presence, with since when and what it is about. */
  note(sessionId: string, presence: Presence, sinceMs: number, about: string | null): Promise<void>
  /** Since when the sessions' agents do what they do, and what. Sessions of which no hook told are absent. */
  of(sessionIds: readonly string[]): Promise<Map<string, { sinceMs: number; about: string | null }>>
}
