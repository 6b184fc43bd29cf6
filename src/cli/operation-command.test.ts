import { describe, expect, it } from 'vitest'
import { answering, type, usage } from './testing.ts'

describe('what destroys', () => {
  const asked: boolean[] = []
  const catalogue = answering({
    'session.delete': ({ rehearse }: { rehearse: boolean }) => {
      asked.push(rehearse)
      return {
        deleted: !rehearse,
        items: [{ id: '3', key: 'SESSION-003', ref: 'cc', title: 'Cache tide tables on disk' }],
        total: 1,
        nextCursor: null,
        usage: usage(),
        entries: rehearse ? null : 310,
        transcripts: rehearse ? null : 2,
        copies: [],
      }
    },
  })

  it('shows what would go and asks; no is no', async () => {
    asked.length = 0
    const { stdout, stderr, code } = await type('session delete 3', { catalogue, types: 'n\n' })
    expect(code).toBe(1)
    expect(asked).toEqual([true])
    expect(stdout).toContain('This deletes 1 session for good:\n  SESSION-003  Cache tide tables on disk\n')
    expect(stderr).toBe('Go on? [y/N] (--yes answers yes) Nothing was changed.\n')
  })

  it('goes on after yes', async () => {
    asked.length = 0
    const { stdout, code } = await type('session delete 3', { catalogue, types: 'yes\n' })
    expect(code).toBe(0)
    expect(asked).toEqual([true, false])
    expect(stdout).toContain('Deleted 1 session.')
    expect(stdout).toContain('Gone: 310 entries in 2 transcripts. The next scan leaves it out.')
  })

  it('needs --yes where nobody can be asked', async () => {
    asked.length = 0
    const refused = await type('session delete 3', { catalogue, terminal: false })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('try:   daybook session delete 3 --yes')
    expect(asked).toEqual([true])
    expect((await type('session delete 3 --yes', { catalogue, terminal: false })).code).toBe(0)
    expect(asked).toEqual([true, false])
  })
})
