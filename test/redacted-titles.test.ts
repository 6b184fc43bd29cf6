import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'
import { Rollout } from './codex-rollouts.ts'
import { testHome, type TestHome } from './home.ts'
import { scanHome } from './reading.ts'

const SECRET = `ghp_${'A1b2C3d4E5f6'.repeat(3)}`
const ID = '7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b'
const THREAD = 'aaaaaaaa-0000-7000-8000-000000000001'
const TIME = '2026-09-01T10:00:00.000Z'

let home: TestHome
let store: Store
beforeEach(async () => {
  home = testHome()
  store = await openSqlite({ path: join(home.path, 'data', 'daybook.db') })
})
afterEach(async () => {
  await store.close()
  home.remove()
})

function kept(): Buffer {
  const folder = join(home.path, 'data')
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))
}

function prompt(extra: object): string {
  const message = { role: 'user', content: 'count the trees' }
  return `${JSON.stringify({ type: 'user', uuid: ID, sessionId: ID, timestamp: TIME, message, ...extra })}\n`
}

it('a secret in what Claude Code says of a subagent beside its transcript is replaced before it is written', async () => {
  const folder = `.claude/projects/-code-tides/${ID}`
  home.write(`${folder}.jsonl`, prompt({}))
  home.write(`${folder}/subagents/agent-a1.jsonl`, prompt({ uuid: 'u2', isSidechain: true, agentId: 'a1' }))
  home.write(`${folder}/subagents/agent-a1.meta.json`, JSON.stringify({ description: `Try ${SECRET} once` }))
  home.write(`${folder}/subagents/agent-a2.jsonl`, prompt({ uuid: 'u3', isSidechain: true, agentId: 'a2' }))
  home.write(`${folder}/subagents/agent-a2.meta.json`, JSON.stringify({ description: `${'x '.repeat(90)}${SECRET}` }))
  await scanHome(store, home.env)
  const titles = (await store.transcripts.list({})).map(({ title }) => title)
  expect(titles).toContainEqual(expect.stringMatching(/^Try \[REDACTED:github-token:[0-9a-f]{6}\] once$/))
  expect(titles).toContainEqual(expect.stringMatching(/^(?:x ){90}\[REDACTED:github-[a-z]+…$/))
  expect(kept().includes(SECRET.slice(0, 8))).toBe(false)
})

it('a secret in a name that Codex keeps in its database is replaced before it is written', async () => {
  const rollout = new Rollout(THREAD, { atMs: Date.parse(TIME), turnIds: true })
  rollout.turn({ prompt: 'Count the trees.', reply: 'Twelve.', responses: [[100, 0, 1]] })
  home.write(rollout.path, rollout.text)
  home.write('.codex/state_5.sqlite', '')
  const database = new DatabaseSync(join(home.path, '.codex/state_5.sqlite'))
  database.exec('CREATE TABLE threads (id TEXT PRIMARY KEY, title TEXT, name TEXT, first_user_message TEXT)')
  database.prepare('INSERT INTO threads VALUES (?, ?, ?, ?)').run(THREAD, 'x', `Use "${SECRET}"`, '')
  database.close()
  await scanHome(store, home.env)
  const { items } = await store.sessions.list({}, { limit: 5 })
  expect(items.map(({ title }) => title)).toEqual([expect.stringMatching(/^Use "\[REDACTED:github-token:.*\]"$/)])
  expect(kept().includes(SECRET)).toBe(false)
})

it('a secret in the name of a folder that Copilot describes is replaced before it is written', async () => {
  const folder = `.copilot/session-state/${ID}`
  const event = (type: string, data: object) =>
    JSON.stringify({ type, id: type, timestamp: TIME, parentId: null, data })
  home.write(
    `${folder}/events.jsonl`,
    `${event('session.start', { sessionId: ID, version: 1, copilotVersion: '1.0.102' })}\n` +
      `${event('user.message', { content: 'count the trees', messageId: 'm' })}\n`,
  )
  home.write(`${folder}/workspace.yaml`, `id: ${ID}\nname: Use ${SECRET} now\n`)
  await scanHome(store, home.env)
  const { items } = await store.sessions.list({}, { limit: 5 })
  expect(items.map(({ title }) => title)).toEqual([expect.stringMatching(/^Use \[REDACTED:github-token:.*\] now$/)])
  expect(kept().includes(SECRET)).toBe(false)
})
