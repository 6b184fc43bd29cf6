import type { Effect } from '../operations/operation.ts'

/** What a token allows, each with what stands before it. */
export const SCOPES = ['read', 'write', 'destroy'] as const
export type Scope = (typeof SCOPES)[number]

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

export function allows({ scope }: Access, effect: Effect): boolean {
  return SCOPES.indexOf(scope) >= SCOPES.indexOf(effect)
}

/** What Hono carries from the guard to the routes. */
export interface HttpEnv {
  Variables: { access: Access }
}
