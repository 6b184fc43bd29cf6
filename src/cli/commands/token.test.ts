import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { NOW, type } from '../testing.ts'

const home = mkdtempSync(join(tmpdir(), 'daybook-token-'))
const machine = { home, platform: 'linux' as const, variables: { DAYBOOK_HOME: join(home, 'data') } }
afterAll(() => rmSync(home, { recursive: true, force: true }))
const token = (line: string, now = NOW, terminal = true) => type(`token ${line}`, { machine, now: () => now, terminal })

describe('daybook token', () => {
  it('makes one that may read, and shows it this once', async () => {
    const { code, stdout } = await token('create ci')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^daybook_[\w-]{43}\nci may read\. It is shown this once/)
    expect((await token('list')).stdout).not.toContain('daybook_')
  })

  it('takes a scope and an end, and lists both', async () => {
    const made = await token('create ana-laptop --scope write --expires 30d --json')
    expect(JSON.parse(made.stdout)).toMatchObject({
      name: 'ana-laptop',
      scope: 'write',
      createdAt: '2026-11-20T15:42:00.000Z',
      expiresAt: '2026-12-20T15:42:00.000Z',
    })
    const { stdout } = await token('list')
    expect(stdout).toMatch(
      /2 tokens, beside this machine’s own\.\nNAME +SCOPE +MADE +EXPIRES\nana-laptop +write +2026-11-20 +2026-12-20 15:42\nci +read +2026-11-20 +–/,
    )
    expect((await token('list', NOW + 31 * 86_400_000)).stdout).toMatch(/ana-laptop +write +2026-11-20 +expired/)
  })

  it.each([
    ['create ci', 4, 'there is a token ci already', 'daybook token revoke ci'],
    ['create local', 2, '"local" cannot name a token', 'use up to 40 of a-z'],
    ['create ../ci', 2, '"../ci" cannot name a token', 'use up to 40 of a-z'],
    ['create x --expires soon', 2, 'expires "soon" is no length of time', 'use 12h, 30d, 8w'],
    ['create x --expires 0d', 2, 'expires "0d" is no length of time', 'use 12h, 30d, 8w'],
    ['create x --scope all', 2, 'all', 'daybook token create'],
    ['revoke nobody', 3, 'no token "nobody"', 'daybook token list'],
    ['revoke ../../token', 3, 'no token "../../token"', 'daybook token list'],
  ])('refuses %s and says what to do', async (line, exit, said, hint) => {
    const { code, stderr } = await token(line)
    expect(code).toBe(exit)
    expect(stderr).toContain(said)
    expect(stderr).toContain(hint)
  })

  it('takes one back, after which its name is free', async () => {
    expect((await token('revoke ci')).stdout).toContain('ci is revoked')
    expect((await token('revoke ci')).code).toBe(3)
    expect((await token('create ci')).code).toBe(0)
  })

  it('prints this machine’s own, alone where a program reads', async () => {
    const { stdout } = await token('show', NOW, false)
    expect(stdout).toBe(readFileSync(join(home, 'data', 'token'), 'utf8'))
  })
})
