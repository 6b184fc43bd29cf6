import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { session, type } from '../testing.ts'

it('writes two transcripts of one file name to two places', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-cli-'))
  const transcript = (id: number, path: string) => ({ id, kind: 'main', path, externalId: 'a' })
  const context = {
    sources: [],
    env: { home: '/home/ana' },
    store: {
      sessions: { resolve: async () => [session()], get: async () => session() },
      transcripts: {
        list: async () =>
          ['/p/one/a.jsonl', '/p/two/a.jsonl', '/q/two/a.jsonl'].map((path, id) => transcript(id, path)),
      },
      archive: { attachments: async () => [], frames: async function* () {} },
    },
  }
  const ran = await type(['restore', '3', '--to', folder], { opened: { context: context as never }, terminal: false })
  const written = ['a.jsonl', 'two/a.jsonl', 'q/two/a.jsonl'].map((path) => join(folder, path))
  expect(written.map((path) => existsSync(path))).toEqual([true, true, true])
  expect(ran.stdout).toBe(['FILE\tSIZE_BYTES', ...written.map((path) => `${path}\t0`), ''].join('\n'))
  rmSync(folder, { recursive: true })
})

it('writes a file with the longest name there is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-cli-'))
  const name = `${'ü'.repeat(124)}a.jsonl`
  expect(Buffer.byteLength(name)).toBe(255)
  const context = {
    sources: [],
    env: { home: '/home/ana' },
    store: {
      sessions: { resolve: async () => [session()], get: async () => session() },
      transcripts: { list: async () => [{ id: 1, kind: 'main', path: `/p/${name}`, externalId: 'a' }] },
      archive: { attachments: async () => [], frames: async function* () {} },
    },
  }
  const ran = await type(['restore', '3', '--to', folder], { opened: { context: context as never }, terminal: false })
  expect(ran.stderr).toBe('')
  expect(readdirSync(folder)).toEqual([name])
  rmSync(folder, { recursive: true })
})

describe('a way out', () => {
  it('names the folder that cannot be written to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daybook-cli-'))
    writeFileSync(join(folder, 'file'), '')
    const context = {
      store: {
        sessions: { resolve: async () => [session()], get: async () => session() },
        transcripts: { list: async () => [{ id: 1, kind: 'main', path: '/p/a.jsonl', externalId: 'a' }] },
        archive: { attachments: async () => [], frames: async function* () {} },
      },
    }
    const ran = await type(['restore', '3', '--to', join(folder, 'file')], { opened: { context: context as never } })
    expect(ran.stderr).toBe(
      `error: nothing can be written into ${join(folder, 'file')}: EEXIST\ntry:   daybook restore --help\n`,
    )
    rmSync(folder, { recursive: true })
  })

  it.skipIf(process.platform !== 'linux')('ends at once where no folder can be made', async () => {
    const context = {
      store: {
        sessions: { resolve: async () => [session()], get: async () => session() },
        transcripts: { list: async () => [{ id: 1, kind: 'main', path: '/p/a.jsonl', externalId: 'a' }] },
        archive: { attachments: async () => [], frames: async function* () {} },
      },
    }
    const ran = await type('restore 3 --to /proc/daybook', { opened: { context: context as never } })
    expect(ran.stderr).toBe('error: nothing can be written into /proc/daybook: ENOENT\ntry:   daybook restore --help\n')
  })

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
