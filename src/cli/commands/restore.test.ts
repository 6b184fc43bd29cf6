import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { session, type } from '../testing.ts'

describe('a way out', () => {
  it('is a folder that is free when files are in the way of a restore', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daybook-cli-'))
    writeFileSync(join(folder, 'a.jsonl'), 'mine')
    const transcript = { id: 1, kind: 'main', path: '/home/ana/.claude/projects/x/a.jsonl', externalId: 'a' }
    const context = {
      store: {
        sessions: { resolve: async () => [session()], get: async () => session() },
        transcripts: { list: async () => [transcript] },
        archive: { attachments: async () => [] },
      },
    }
    const ran = await type(['restore', '3', '--to', folder], { opened: { context: context as never }, terminal: false })
    rmSync(folder, { recursive: true })
    expect(ran.code).toBe(4)
    expect(ran.stderr).toContain(`error: ${join(folder, 'a.jsonl')} exists already`)
    expect(ran.stderr).toContain(`try:   daybook restore SESSION-003 --to ${folder}-again\n`)
  })

  it('is the help of the command where the error knows none', async () => {
    const { stderr } = await type('trust /nowhere-at-all')
    expect(stderr).toBe('error: no directory "/nowhere-at-all": it is not there\ntry:   daybook trust --help\n')
  })
})
