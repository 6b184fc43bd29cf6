import { SCOPES, type Scope } from '../config/access-tokens.ts'
import type { Effect } from '../operations/operation.ts'

/** The name of this install's own token. */
export const LOCAL = 'local'

/** Who a request comes from. */
export interface Access {
  /** `local` for this install's own token, else the name of a created one. */
  name: string
  scope: Scope
  /** How it was shown. A cookie is a browser that was signed in. */
  via: 'token' | 'cookie'
  /** Stable for as long as the browser stays signed in; null for tokens. */
  connection: string | null
}

export function allows({ scope }: Pick<Access, 'scope'>, effect: Effect): boolean {
  return SCOPES.indexOf(scope) >= SCOPES.indexOf(effect)
}

/** What Daybook is opened as for one who asks: a token that was made is who did it, in the log and for sessions. */
export function openedFor<T extends { actor: string }>(context: T, access?: Pick<Access, 'name'>): T {
  return access === undefined || access.name === LOCAL ? context : { ...context, actor: access.name }
}

/** What Hono carries from the guard to the routes. */
export interface HttpEnv {
  Variables: { access: Access }
}

/** What a tool server is told of who asks. */
export function toolAccess({ name, scope }: Access): { name: string; effects: Effect[] } {
  return { name, effects: SCOPES.slice(0, SCOPES.indexOf(scope) + 1) }
}
