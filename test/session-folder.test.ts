import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restoreSession } from '../src/history/restore.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'
import { testHome, type TestHome } from './home.ts'
import { scanHome } from './reading.ts'

const SESSION = '5c000000-0000-4000-8000-000000000001'
const PROJECT = '.claude/projects/-code-mill'
const FILES = {
  [`${SESSION}/subagents/agent-a1.jsonl`]: said('a1', 'Count the sacks.'),
  [`${SESSION}/subagents/workflows/w1/agent-a2.jsonl`]: said('a2', 'Weigh the flour.'),
  [`${SESSION}/tool-results/b1.txt`]: 'forty sacks\n',
}

function said(agentId: string, content: string): string {
  const record = {
    type: 'user',
    uuid: `${agentId}-1`,
    sessionId: SESSION,
    agentId,
    isSidechain: true,
    cwd: '/code/mill',
  }
  return `${JSON.stringify({ ...record, timestamp: '2026-11-10T07:00:00.000Z', message: { role: 'user', content } })}\n`
}

let home: TestHome
let store: Store

beforeEach(async () => {
  home = testHome()
  store = await openSqlite({ path: ':memory:' })
  for (const [path, content] of Object.entries(FILES)) home.write(`${PROJECT}/${path}`, content)
})
afterEach(async () => {
  await store.close()
  home.remove()
})

describe('a session folder whose transcript is gone', () => {
  it('is archived, and restored where it was or elsewhere', async () => {
    await scanHome(store, home.env)
    const [session] = (await store.sessions.list({}, { limit: 5 })).items
    expect(session).toMatchObject({ externalId: SESSION, subagentCount: 2 })
    rmSync(join(home.path, '.claude'), { recursive: true })
    const back = await restoreSession(store, session!.id)
    expect(back.map(({ path }) => path).toSorted()).toEqual(
      Object.keys(FILES).map((path) => join(home.path, PROJECT, path)),
    )
    await restoreSession(store, session!.id, { folder: join(home.path, 'elsewhere') })
    for (const [path, content] of Object.entries(FILES)) {
      expect(readFileSync(join(home.path, PROJECT, path), 'utf8')).toBe(content)
      expect(readFileSync(join(home.path, 'elsewhere', path), 'utf8')).toBe(content)
    }
  })

  it('is restored once per file when its transcript comes later and has the same beside it', async () => {
    await scanHome(store, home.env)
    home.write(
      `${PROJECT}/${SESSION}.jsonl`,
      said('main', 'Run the mill.').replace('"isSidechain":true', '"isSidechain":false'),
    )
    await scanHome(store, home.env)
    const [session] = (await store.sessions.list({}, { limit: 5 })).items
    const files = await restoreSession(store, session!.id, { folder: join(home.path, 'elsewhere') })
    expect(files.map(({ path }) => path).toSorted()).toEqual(
      [...Object.keys(FILES), `${SESSION}.jsonl`].map((path) => join(home.path, 'elsewhere', path)).toSorted(),
    )
  })
})
