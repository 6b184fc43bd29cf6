import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeBatch, type BatchWords } from '../src/stores/batch-maker.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import type { Store } from '../src/stores/store.ts'
import { ROOT } from './product.ts'
import { seededRandom, type Random } from './random.ts'

const SESSIONS = 1000
const ENTRIES = 1000
const SESSIONS_AT_ONCE = 20
const FIRST_MS = Date.parse('2026-01-05T08:00:00Z')
const MODELS = ['claude-opus-4-5', 'claude-sonnet-4-5', 'claude-haiku-4-5']
const TOOLS = ['Read', 'Bash', 'Edit', 'Grep']

/**
 * A data folder with a million entries in a thousand sessions, for what does not read their text: made through
 * `ingestAll` without transcripts or archive, in some 20 seconds, and kept. A new schema gets a new one.
 *
 * @returns the data folder
 */
export async function largeStore(kept: string): Promise<string> {
  const folder = join(kept, `store-1m-${schema()}`)
  if (existsSync(folder)) return folder
  const draft = `${folder}.draft`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  const store = await openSqlite({ path: join(draft, 'daybook.db') })
  await fill(store)
  await store.close()
  renameSync(draft, folder)
  return folder
}

/** Changes with the schema, also while that is being worked on. */
function schema(): string {
  const folder = join(ROOT, 'src', 'stores', 'sql', 'migrations')
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)))
  return hash.digest('hex').slice(0, 8)
}

async function fill(store: Store): Promise<void> {
  const random = seededRandom(1)
  for (let first = 0; first < SESSIONS; first += SESSIONS_AT_ONCE) {
    const ids = Array.from({ length: SESSIONS_AT_ONCE }, () => random.uuid())
    const registered = await store.transcripts.registerAll(ids.map((id, i) => registration(id, first + i)))
    await store.ingestAll(
      registered.map((transcript, i) => makeBatch(transcript!.id, conversation(random, ids[i]!, first + i))),
    )
  }
}

function registration(id: string, n: number): Parameters<Store['transcripts']['register']>[0] {
  return {
    agent: 'claude-code',
    refPrefix: 'cc',
    path: `/home/ada/.claude/projects/-home-ada-lagoon/${id}.jsonl`,
    kind: 'main',
    externalId: id,
    sessionExternalId: id,
    parentCallId: null,
    title: `Move the buoys of harbour ${n}`,
    device: 1,
    inode: 1000 + n,
    sizeBytes: ENTRIES * 100,
    modifiedAtMs: FIRST_MS,
    bornAtMs: FIRST_MS + n * 7_200_000,
  }
}

/** Prompt, call and result by turns, with the usage of each response. */
function conversation(random: Random, session: string, n: number): BatchWords {
  const startMs = FIRST_MS + n * 7_200_000
  const atMs = (i: number): number => startMs + i * 4000
  const numbers = Array.from({ length: ENTRIES }, (_, i) => i)
  const tool = TOOLS[n % TOOLS.length]!
  return {
    entries: numbers.map((i) => {
      const entry = { id: `${session}:${i}`, atMs: atMs(i) }
      if (i % 3 === 0) return { ...entry, role: i === 0 ? ('user' as const) : ('assistant' as const) }
      const call = `${session}:call:${Math.floor(i / 3)}`
      return i % 3 === 1
        ? { ...entry, call: { id: call, tool } }
        : { ...entry, result: { of: call, failed: i % 60 === 2 } }
    }),
    usage: numbers
      .filter((i) => i % 3 === 0)
      .map((i) => ({
        response: `${session}:response:${i}`,
        atMs: atMs(i),
        record: i,
        model: MODELS[n % MODELS.length]!,
        inputTokens: 10 + random.below(50),
        outputTokens: 100 + random.below(900),
        cacheReadTokens: 20_000 + random.below(80_000),
        cost: 10_000 + random.below(90_000),
      })),
    facts: { sessionExternalId: session, firstAtMs: atMs(0), lastAtMs: atMs(ENTRIES - 1), cwd: '/home/ada/lagoon' },
    intervals: [{ startMs: atMs(0), endMs: atMs(ENTRIES - 1) }],
  }
}
