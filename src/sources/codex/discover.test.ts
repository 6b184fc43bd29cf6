import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { discoverRollouts, threadOf } from './discover.ts'
import { codex } from './index.ts'

const THREAD = '01a1fb7d-d466-74a2-81a2-b2297269cc04'
const SEGMENT = '01a1fb7d-e277-7811-9e97-367ba4fcb3ca'
const homes: string[] = []

function homeWith(files: string[]): string {
  const home = mkdtempSync(join(tmpdir(), 'daybook-codex-'))
  homes.push(home)
  for (const file of files) {
    mkdirSync(dirname(join(home, file)), { recursive: true })
    writeFileSync(join(home, file), '{}\n')
  }
  return home
}

async function found(home: string, variables: Record<string, string> = {}, problems: string[] = []): Promise<string[]> {
  const env = {
    home,
    platform: 'linux' as const,
    variables,
    problem: (_: string, reason: string) => problems.push(reason),
  }
  const refs = await discoverRollouts(env)
  return refs.map((ref) => `${ref.path.slice(home.length + 1)} ${ref.externalId}`).sort()
}

afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true })
})

describe('finding rollouts', () => {
  it('looks through sessions by day and through archived sessions, and at nothing else', async () => {
    const day = `.codex/sessions/2026/11/21/rollout-2026-11-21T00-24-50-${THREAD}.jsonl`
    const archived = `.codex/archived_sessions/rollout-2026-01-01T10-00-00-${SEGMENT}.jsonl`
    const home = homeWith([day, archived, '.codex/history.jsonl', '.codex/sessions/2026/notes.txt', '.codex/auth.json'])
    expect(await found(home)).toEqual([`${archived} ${SEGMENT}`, `${day} ${THREAD}`])
    expect(threadOf(`rollout-2025-05-07-${THREAD}.json`)).toBe(THREAD)
    expect(threadOf('settings.json')).toBeUndefined()
  })

  it('names the thread, also of a file in which a resume went on', () => {
    expect(threadOf(`rollout-2026-09-09T09-37-37-${THREAD}_${SEGMENT}.jsonl`)).toBe(THREAD)
    expect(threadOf('rollout-2026-01-02T03-04-05-codex-abc.jsonl')).toBe('codex-abc')
    expect(threadOf('2026-05-12T08-02-00-branch.jsonl')).toBe('2026-05-12T08-02-00-branch')
    expect(threadOf('rollout.txt')).toBeUndefined()
  })

  it('takes CODEX_HOME for the folder', async () => {
    const home = homeWith([
      `elsewhere/sessions/2026/rollout-${THREAD}.jsonl`,
      `.codex/sessions/rollout-${SEGMENT}.jsonl`,
    ])
    expect(await found(home, { CODEX_HOME: join(home, 'elsewhere') })).toEqual([
      `elsewhere/sessions/2026/rollout-${THREAD}.jsonl ${THREAD}`,
    ])
    expect(codex.roots({ home: '/h', platform: 'linux', variables: {} })).toEqual([
      '/h/.codex/sessions',
      '/h/.codex/archived_sessions',
    ])
  })

  it('does not follow a link out of the folder, and says so', async () => {
    const home = homeWith([`outside/rollout-${THREAD}.jsonl`, `.codex/sessions/rollout-${SEGMENT}.jsonl`])
    symlinkSync(join(home, 'outside'), join(home, '.codex/sessions/2026'))
    const problems: string[] = []
    expect(await found(home, {}, problems)).toEqual([`.codex/sessions/rollout-${SEGMENT}.jsonl ${SEGMENT}`])
    expect(problems).toEqual(['a link that leads out of the folder was not followed'])
  })

  it('continues a session in Codex itself', () => {
    expect(codex.resumeCommand?.({ externalId: THREAD, cwd: null })).toEqual(['codex', 'resume', THREAD])
    expect(codex.forkCommand?.({ externalId: THREAD, cwd: null })).toEqual(['codex', 'fork', THREAD])
  })
})
