import * as z from 'zod/mini'
import {
  type AccessToken,
  SCOPES,
  createToken as makeToken,
  keptTokens,
  revokeToken as forgetToken,
  tokenEnd,
} from '../config/access-tokens.ts'
import { AppError } from '../domain/errors.ts'
import type { Page } from '../stores/page.ts'
import { choice, pageFields, text } from './fields.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { pageOf } from './page.ts'
import { recordApart } from './record.ts'

const NAME = text('whose it is, or what for: ci, ana-laptop')

/** A token as it is told once. */
export interface MadeToken extends AccessToken {
  /** Kept nowhere. */
  token: string
}

/** In the terminal the same is `daybook token create`, which asks no store: one that cannot be opened locks nobody out or in. */
export const createToken = defineOperation({
  name: 'token.create',
  summary: 'Make a token for somebody or something; it is told this once, and only its hash is kept.',
  input: z.object({
    name: NAME,
    scope: z._default(choice(SCOPES, 'read; write, which reads too; destroy, which may do all'), 'read'),
    expires: z.optional(text('counts for so long: 12h, 30d, 8w; without it until it is revoked')),
  }),
  errors: ['conflict', 'unavailable', 'unsupported'],
  // Whoever may make one can make one that may do all.
  effect: 'destroy',
  async handle(context, { name, scope, expires }): Promise<MadeToken> {
    const nowMs = context.clock.now()
    const expiresAt = expires === undefined ? null : tokenEnd(expires, nowMs)
    const made = makeToken(folderOf(context), { name, scope, expiresAt }, nowMs)
    await recordApart(context, 'token.created', name, { scope, expiresAt })
    return made
  },
})

export const listTokens = defineOperation({
  name: 'token.list',
  summary: 'List tokens by name: what each may, and until when; those that are over too.',
  input: z.object(pageFields(50)),
  errors: [],
  effect: 'read',
  async handle({ installDir }, page): Promise<Page<AccessToken>> {
    const kept = installDir === undefined ? [] : keptTokens(installDir)
    return pageOf(
      kept.map(({ hash: _, ...token }) => token),
      page,
    )
  },
})

export const revokeToken = defineOperation({
  name: 'token.revoke',
  summary: 'Revoke a token: it counts no longer, and its streams end.',
  input: z.object({ name: NAME }),
  errors: ['not_found', 'unavailable', 'unsupported'],
  effect: 'destroy',
  async handle(context, { name }): Promise<{ name: string; revoked: true }> {
    forgetToken(folderOf(context), name)
    await recordApart(context, 'token.revoked', name)
    return { name, revoked: true }
  },
})

/** @throws AppError `unsupported` where nothing is kept in files */
function folderOf({ installDir }: OperationContext): string {
  if (installDir !== undefined) return installDir
  throw new AppError('unsupported', 'tokens are kept beside the data, and there is no folder of data here')
}
