import type { AccessToken } from '../../config/access-tokens.ts'
import { places } from '../../config/places.ts'
import { plural } from '../../domain/format.ts'
import { type Call, defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { shortHome } from '../print/common.ts'
import { printTable } from '../table.ts'
import { meta, subject, warn } from '../text.ts'
import { printNext } from '../view.ts'

const NAME = field('name', 'text', 'whose it is, or what for: ci, ana-laptop', { required: true })

/** `daybook token create NAME`. */
export const tokenCreate = defineCommand({
  fields: [
    NAME,
    field('scope', 'choice', 'read; write, which reads too; destroy, which may do all', {
      choices: ['read', 'write', 'destroy'],
      usual: 'read',
    }),
    field('expires', 'text', 'counts for so long: 12h, 30d, 8w; without it until it is revoked'),
  ],
  args: ['name'],
  examples: [
    { command: 'daybook token create ci', says: 'may read; the token is printed once' },
    { command: 'daybook token create ana-laptop --scope write --expires 30d', says: 'may change things for 30 days' },
  ],
  seeAlso: ['token list', 'token revoke', 'serve'],
  async run({ io, out, values, json }) {
    const { createToken, tokenEnd } = await import('../../config/access-tokens.ts')
    const { makeDataDir } = await import('../../config/places.ts')
    const { dataDir } = places(io.machine)
    const expiresAt = values['expires'] === undefined ? null : tokenEnd(String(values['expires']), io.now())
    const scope = values['scope'] as AccessToken['scope']
    makeDataDir(dataDir)
    const made = createToken(dataDir, { name: String(values['name']), scope, expiresAt }, io.now())
    if (json) out.json(made)
    else {
      out.line(made.token)
      if (out.terminal) {
        out.line(meta(`${made.name} may ${scope}${until(made)}. It is shown this once; only its hash is kept.`))
        printNext({ out }, [[`daybook token revoke ${made.name}`, 'take it back']])
      }
    }
    return EXIT.ok
  },
})

/** `daybook token list`. */
export const tokenList = defineCommand({
  examples: [{ command: 'daybook token list', says: 'who has a token, what it may, until when' }],
  seeAlso: ['token create', 'token revoke'],
  async run({ io, out, json }) {
    const { keptTokens } = await import('../../config/access-tokens.ts')
    const tokens = keptTokens(places(io.machine).dataDir).map(({ hash: _, ...token }) => token)
    if (json) {
      out.json({ items: tokens, total: tokens.length, nextCursor: null })
      return EXIT.ok
    }
    if (out.terminal) out.line(`${plural(tokens.length, 'token')}, beside this machine’s own.`)
    if (tokens.length > 0) printTokens({ out, io }, tokens)
    if (out.terminal && tokens.length === 0) printNext({ out }, [['daybook token create --help', 'make one']])
    return EXIT.ok
  },
})

/** `daybook token revoke NAME`. */
export const tokenRevoke = defineCommand({
  fields: [NAME],
  args: ['name'],
  examples: [{ command: 'daybook token revoke ci', says: 'counts no longer; its streams end within five seconds' }],
  seeAlso: ['token list'],
  async run({ io, out, values, json }) {
    const { revokeToken } = await import('../../config/access-tokens.ts')
    const name = String(values['name'])
    revokeToken(places(io.machine).dataDir, name)
    if (json) out.json({ name, revoked: true })
    else out.line(subject(name), ' is revoked; a server that runs knows it within two seconds.')
    return EXIT.ok
  },
})

/** `daybook token show`: this machine's own. */
export const tokenShow = defineCommand({
  examples: [{ command: 'daybook token show', says: 'this machine’s own token, which may do all' }],
  seeAlso: ['token create', 'serve'],
  async run({ io, out, json }) {
    const [{ readToken, tokenFile }, { makeDataDir }] = await Promise.all([
      import('../../config/own-token.ts'),
      import('../../config/places.ts'),
    ])
    const { dataDir } = places(io.machine)
    makeDataDir(dataDir)
    const token = readToken(dataDir)
    if (json) out.json({ token, path: tokenFile(dataDir) })
    else {
      out.line(token)
      if (out.terminal) out.line(meta(`It may do all, and lies in ${shortHome(io.machine, tokenFile(dataDir))}.`))
    }
    return EXIT.ok
  },
})

function printTokens({ out, io }: Pick<Call, 'out' | 'io'>, tokens: readonly AccessToken[]): void {
  printTable(
    out,
    [
      { header: 'NAME', cell: ({ name }) => subject(name) },
      { header: 'SCOPE', cell: ({ scope }) => scope },
      { header: 'MADE', cell: ({ createdAt }) => createdAt.slice(0, 10), drop: true },
      {
        header: 'EXPIRES',
        cell: ({ expiresAt }) => {
          if (expiresAt === null) return '–'
          return Date.parse(expiresAt) <= io.now() ? warn('expired') : expiresAt.slice(0, 16).replace('T', ' ')
        },
        pipe: { header: 'EXPIRES', value: ({ expiresAt }) => expiresAt },
      },
    ],
    tokens,
  )
}

function until({ expiresAt }: AccessToken): string {
  return expiresAt === null ? '' : ` until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC`
}
