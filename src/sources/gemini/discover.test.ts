import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Env } from '../source.ts'
import { discoverTranscripts } from './discover.ts'
import { gemini } from './index.ts'
import { foldersAbove, knownRoots, proveRoot } from './project.ts'
import { initialState } from './state.ts'

const SESSION = '0123abcd-0000-4000-8000-000000000009'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'daybook-gemini-'))
})
afterEach(() => rmSync(home, { recursive: true }))

function write(path: string, text = '{}\n'): string {
  const file = join(home, '.gemini', path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

const env = (variables: Env['variables'] = {}): Env => ({ home, platform: 'linux', variables })

it('finds sessions of both formats and subagents, newest first, and nothing else', async () => {
  const main = `tmp/orchard/chats/session-2026-10-05T09-00-${SESSION.slice(0, 8)}.jsonl`
  const paths = [
    main,
    'tmp/orchard/chats/session-2025-10-05T09-00-0ddba11e.json',
    `tmp/orchard/chats/${SESSION}/child.jsonl`,
  ]
  for (const [day, path] of paths.entries()) utimesSync(write(path), 100 - day, 100 - day)
  for (const other of ['logs.json', 'checkpoint-x.json', 'chats/notes.jsonl', 'chats/session-a.jsonl.tmp-12'])
    write(`tmp/orchard/${other}`)
  write('settings.json')
  expect(
    (await discoverTranscripts(env())).map(({ kind, externalId, sessionExternalId }) => [
      kind,
      externalId,
      sessionExternalId,
    ]),
  ).toEqual([
    ['main', 'session-2026-10-05T09-00-0123abcd', undefined],
    ['main', 'session-2025-10-05T09-00-0ddba11e', undefined],
    ['subagent', 'child', SESSION],
  ])
})

it('keeps spilled output and plans beside the newest file of their session', async () => {
  const name = (hour: number) => `tmp/orchard/chats/session-2026-10-05T0${hour}-00-${SESSION.slice(0, 8)}.jsonl`
  utimesSync(write(name(8)), 100, 100)
  utimesSync(write(name(9)), 200, 200)
  write(`tmp/orchard/tool-outputs/session-${SESSION}/a.txt`)
  write(`tmp/orchard/${SESSION}/plans/b.md`)
  write('tmp/orchard/tool-outputs/session-00000000-0000-4000-8000-000000000000/of-nobody.txt')
  const [newest, older] = await discoverTranscripts(env())
  expect(newest!.attachments?.map(({ relativePath }) => relativePath).sort()).toEqual([
    `../${SESSION}/plans/b.md`,
    `../tool-outputs/session-${SESSION}/a.txt`,
  ])
  expect(older!.attachments).toBeUndefined()
})

it('looks below GEMINI_CLI_HOME where that is set, and never out of its folder', async () => {
  write('tmp/orchard/chats/session-2026-10-05T09-00-0123abcd.jsonl')
  expect(gemini.roots(env({ GEMINI_CLI_HOME: '/elsewhere' }))).toEqual(['/elsewhere/.gemini/tmp'])
  expect(await discoverTranscripts({ ...env({ GEMINI_CLI_HOME: home }), home: '/nobody' })).toHaveLength(1)
  const told: string[] = []
  symlinkSync(tmpdir(), join(home, '.gemini/tmp/out'))
  await discoverTranscripts({ ...env(), problem: (_path, reason) => told.push(reason) })
  expect(told).toEqual(['a link that leads out of the folder was not followed'])
})

it('reads the project from beside the conversation, and keeps other folders for a hash to choose from', () => {
  const hash = createHash('sha256').update('/code/tidewatch').digest('hex')
  write('projects.json', JSON.stringify({ projects: { '/code/orchard': 'orchard', '/code/other': 'other' } }))
  write('trustedFolders.json', JSON.stringify({ '/code/tidewatch': 'TRUST_FOLDER' }))
  write('tmp/orchard/.project_root', '/code/orchard\n')
  const named = knownRoots(join(home, '.gemini/tmp/orchard/chats/session-a.jsonl'))
  expect(named).toEqual({ own: ['/code/orchard', '/code/orchard'], others: ['/code/other'] })
  const hashed = knownRoots(join(home, `.gemini/tmp/${hash}/chats/session-a.json`))
  const state = { ...initialState({ kind: 'main' }), projectHash: hash }
  proveRoot(state, hashed.others)
  expect([hashed.own, state.cwd]).toEqual([[], '/code/tidewatch'])
})

it('guesses no project: a folder without the hash is none', () => {
  const state = { ...initialState({ kind: 'main' }), projectHash: createHash('sha256').update('/code').digest('hex') }
  proveRoot(state, foldersAbove('/coder/orchard/pears.txt'))
  expect(state.cwd).toBe('')
  proveRoot(state, foldersAbove('/code/orchard/pears.txt'))
  expect(state.cwd).toBe('/code')
  expect([...foldersAbove('C:\\code\\a.txt')]).toEqual(['C:\\code', 'C:'])
  expect([...foldersAbove('relative/a.txt')]).toEqual([])
})

it('says how to continue a session in Gemini CLI itself', () => {
  expect(gemini.resumeCommand?.({ externalId: SESSION, cwd: null })).toEqual(['gemini', '--resume', SESSION])
})
