import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqlite } from '../../src/stores/sqlite/open.ts'
import type { Store } from '../../src/stores/store.ts'
import { testHome, type TestHome } from '../home.ts'
import { scanHome } from '../reading.ts'
import { prompts } from './lines.ts'

const SCRIPT = fileURLToPath(new URL('database-writer.ts', import.meta.url))

let home: TestHome
let store: Store
let agent: ChildProcess | undefined
beforeEach(async () => {
  home = testHome()
  home.write('.claude/projects/-code-tides/7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b.jsonl', prompts(3))
  store = await openSqlite({ path: ':memory:' })
})
afterEach(async () => {
  agent?.kill()
  await store.close()
  home.remove()
})

/** An agent at its database in another process, once it is ready. */
async function atWork(work: 'grows' | 'locks' | 'migrates') {
  const folder = join(home.path, '.local/share/opencode')
  const child = spawn(process.execPath, [SCRIPT, folder, work], { stdio: ['pipe', 'pipe', 'pipe'] })
  agent = child
  let [output, errors] = ['', '']
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (errors += chunk))
  const ended = once(child, 'close')
  while (!output.includes('ready')) {
    if (child.exitCode !== null) throw new Error(errors)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  /** Stops it. It fails by itself at the first lock that it meets. */
  const stop = async (): Promise<{ answers: number; sound: string }> => {
    child.stdin.write('stop\n')
    const [code] = (await ended) as [number]
    expect({ code, errors: code === 0 ? '' : errors }).toEqual({ code: 0, errors: '' })
    return JSON.parse(output.split('\n')[1]!) as { answers: number; sound: string }
  }
  return stop
}

const scanNow = () => scanHome(store, home.env)
const problems = async () => (await store.problems.list({}, { limit: 10 })).items.map(({ reason }) => reason)
const responses = async (agent: string) => (await store.usage.total({ agent })).responses
const promptsOfClaude = async () =>
  (await store.sessions.resolve('7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b'))[0]?.messageCount

describe('an agent’s database, with the agent at work in another process', () => {
  it('is read while it grows, again and again, without one lock met on either side', async () => {
    const stop = await atWork('grows')
    const seen: number[] = []
    for (let scans = 0; scans < 12; scans++) {
      expect(await scanNow()).toMatchObject({ problems: 0, gone: 0 })
      seen.push(await responses('opencode'))
    }
    const { answers, sound } = await stop()
    expect(sound).toBe('ok')
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(seen.at(-1)!, 'it grew while it was read').toBeGreaterThan(seen[0]!)
    await scanNow()
    expect(await store.usage.total({ agent: 'opencode' })).toMatchObject({
      responses: answers,
      inputTokens: 100 * answers,
      outputTokens: 20 * answers,
    })
    expect(await problems()).toEqual([])
  })

  it('that is locked fails no scan: others are read, it is named, and read when it is free', async () => {
    const stop = await atWork('locks')
    expect(await scanNow()).toMatchObject({ gone: 0 })
    expect(await promptsOfClaude()).toBe(3)
    expect(await responses('opencode')).toBe(0)
    expect(await problems()).toEqual(['the database is locked by its agent'])
    expect(await stop()).toEqual({ answers: 2, sound: 'ok' })
    await scanNow()
    expect(await responses('opencode')).toBe(2)
    expect(await problems()).toEqual([])
  })

  it('that is half migrated fails no scan: others are read, it is named, and read when it is whole', async () => {
    const stop = await atWork('migrates')
    expect(await scanNow()).toMatchObject({ gone: 0 })
    expect(await promptsOfClaude()).toBe(3)
    expect(await problems()).toEqual([expect.stringMatching(/^the database has another shape than expected/)])
    expect(await stop()).toEqual({ answers: 2, sound: 'ok' })
    await scanNow()
    expect(await responses('opencode')).toBe(2)
    expect(await problems()).toEqual([])
  })
})
