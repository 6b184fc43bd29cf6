import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readNewest } from '../src/ingest/read-newest.ts'
import { type TestClient, connect } from '../src/mcp/testing.ts'
import { bindByReplies, sessionIn } from '../src/operations/bind-by-replies.ts'
import { openSqlite } from '../src/stores/sqlite/open.ts'
import { Rollout } from './codex-rollouts.ts'
import { type TestHome, testHome } from './home.ts'
import { testScanSetup } from './reading.ts'
import { MINUTE, START, type WorkWorld, workWorld } from './work-world.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const THREAD = '0a000000-0000-7000-8000-00000000c0d1'

/** What a reply looked like to the agent: its text. */
interface Told {
  text: string
  session_id: string
}

/** A rollout as Codex 0.98 writes it: a question, our tool, an answer. */
function rollout(atMs: number, text: string, cwd: string): Rollout {
  const written = new Rollout(THREAD, { atMs, turnIds: true, meta: { cwd } })
  const call = { type: 'function_call', name: 'mcp__daybook__attach_ticket', call_id: 'call_1', arguments: '{}' }
  const output = JSON.stringify([{ type: 'text', text }])
  return written
    .add('turn_context', { cwd, model: 'gpt-5.2' })
    .add('response_item', { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'On T-1, please.' }] })
    .add('response_item', call)
    .spend([100, 0, 10])
    .add('response_item', { type: 'function_call_output', call_id: 'call_1', output }, 5_000)
    .add('response_item', { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Done.' }] })
    .spend([200, 100, 20])
}

/** The same as Gemini CLI 0.61 writes it. */
function geminiLog(atMs: number, text: string): string {
  const at = (seconds: number) => new Date(atMs + seconds * 1000).toISOString()
  const tokens = (output: number) => ({ input: 100, output, cached: 0, thoughts: 0, tool: 0, total: 100 + output })
  const response = { id: 'c1', name: 'mcp_daybook_attach_ticket', response: { output: text } }
  const call = { id: 'c1', name: 'mcp_daybook_attach_ticket', args: {}, result: [{ functionResponse: response }] }
  const lines = [
    { sessionId: THREAD, projectHash: 'ab', startTime: at(0), lastUpdated: at(0), kind: 'main' },
    { id: 'm1', timestamp: at(1), type: 'user', content: [{ text: 'On T-1, please.' }] },
    {
      id: 'm2',
      timestamp: at(2),
      type: 'gemini',
      content: 'Attaching.',
      model: 'gemini-2.5-pro',
      tokens: tokens(10),
      toolCalls: [{ ...call, status: 'success', timestamp: at(7), displayName: 'attach_ticket (daybook MCP Server)' }],
    },
    { id: 'm3', timestamp: at(7), type: 'user', content: [{ functionResponse: response }] },
    { id: 'm4', timestamp: at(9), type: 'gemini', content: 'Done.', model: 'gemini-2.5-pro', tokens: tokens(20) },
  ]
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

const GEMINI = '.gemini/tmp/orchard/chats/session-2026-11-20T15-42-0a000000.jsonl'

const AGENTS = [
  {
    agent: 'codex',
    client: 'codex-mcp-client',
    write: (home: Writes, atMs: number, text: string, cwd: string) => {
      const { path, text: lines } = rollout(atMs, text, cwd)
      home.write(path, lines)
    },
  },
  {
    agent: 'gemini',
    client: 'gemini-cli-mcp-client',
    write: (home: Writes, atMs: number, text: string) => void home.write(GEMINI, geminiLog(atMs, text)),
  },
]
type Writes = Pick<TestHome, 'write'>

describe('an agent that tells its tool server nothing', () => {
  let home: TestHome
  let server: ChildProcess | undefined
  beforeEach(() => {
    home = testHome()
  })
  afterEach(() => {
    server?.kill('SIGKILL')
    home.remove()
  })

  const env = () => ({ PATH: process.env['PATH'], HOME: home.path, DAYBOOK_HOME: join(home.path, 'data') })
  const daybook = async (...words: string[]): Promise<Record<string, never>> => {
    const run = promisify(execFile)(process.execPath, [join(root, 'src/bin.ts'), ...words, '--json'], {
      env: env(),
      cwd: home.path,
    })
    return JSON.parse((await run).stdout) as Record<string, never>
  }

  /** Calls one tool of a real `daybook mcp` over its pipes. */
  async function attach(client: string, folder: string): Promise<Told> {
    server = spawn(process.execPath, [join(root, 'src/bin.ts'), 'mcp'], { cwd: folder, env: env(), stdio: 'pipe' })
    const ask = (id: number, method: string, params: object) => ({ jsonrpc: '2.0', id, method, params })
    const clientInfo = { name: client, version: '1' }
    const messages = [
      ask(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }),
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      ask(2, 'tools/call', { name: 'attach_ticket', arguments: { action: 'set', ticket_id: 'T-1' } }),
    ]
    server.stdin?.write(messages.map((message) => `${JSON.stringify(message)}\n`).join(''))
    let said = ''
    for await (const part of server.stdout!) {
      said += String(part)
      const answer = said.split('\n').find((line) => line.includes('"id":2'))
      if (answer === undefined || !said.endsWith('\n')) continue
      const { result } = JSON.parse(answer) as {
        result: { content: { text: string }[]; structuredContent: { session_id: string } }
      }
      return { text: result.content[0]?.text ?? '', session_id: result.structuredContent.session_id }
    }
    throw new Error('no answer')
  }

  it.each(AGENTS)(
    'ends with one session, its ticket and its tokens ($agent)',
    async ({ agent, client, write }) => {
      const folder = join(home.path, 'orchard')
      mkdirSync(folder)
      const told = await attach(client, folder)
      write(home, Date.now() - 4_000, told.text, folder)
      await daybook('scan')
      const list = (await daybook('session', 'list')) as unknown as { items: Record<string, unknown>[] }
      expect(list.items).toHaveLength(1)
      expect(list.items[0]).toMatchObject({
        id: told.session_id,
        key: 'SESSION-001',
        agent,
        externalId: THREAD,
        stack: [{ ref: 'T-1' }],
        usage: { outputTokens: 30, responses: 2 },
      })
      const store = await openSqlite({ path: join(home.path, 'data', 'daybook.db') })
      const parts = await store.work.parts({})
      await store.close()
      const sum = parts.map(({ attribution, usage }) => [attribution, usage.outputTokens])
      expect(sum.toSorted()).toEqual([
        ['ticket', 20],
        ['unattributed', 10],
      ])
      // By the agent's own id it is the same session.
      expect((await daybook('status', '--session', THREAD)) as object).toMatchObject({
        standing: { session: { id: told.session_id }, current: { ref: 'T-1' } },
      })
    },
    60_000,
  )
})

describe('the call that would put a session away', () => {
  let world: WorkWorld
  let open: TestClient[] = []
  beforeEach(async () => {
    world = await workWorld()
  })
  afterEach(async () => {
    for (const client of open.splice(0)) await client.close()
    await world.close()
  })

  async function client(name: string): Promise<TestClient> {
    const env = { home: world.home, platform: process.platform, variables: {} }
    const { store, history } = world.context
    const context = {
      ...world.context,
      readNewest: async (_agent: string, sinceMs: number) => {
        const { sessionIds } = await readNewest(
          testScanSetup(store, env, () => world.now),
          sinceMs,
        )
        await bindByReplies({ store, history }, sessionIds)
      },
    }
    const made = await connect(context as never, { client: name, connection: name, caller: { cwd: world.folder } })
    open.push(made)
    return made
  }

  it.each(AGENTS)(
    'M13 reads the newest transcripts first: after a lunch of 45 minutes $agent has its ticket',
    async (one) => {
      const agent = await client(one.client)
      const set = await agent.call('attach_ticket', { action: 'set', ticket_id: 'T-1' })
      const home = { write: (path: string, content: string | Uint8Array) => writeBelow(world.home, path, content) }
      one.write(home, START - 8_000, set.text, world.folder)
      world.now += 45 * MINUTE
      const info = await agent.call('get_session_info')
      expect(info.structured).toMatchObject({
        session_id: set.structured['session_id'],
        session_key: 'SESSION-001',
        session_from: 'used on this connection, and known by its transcript',
        current_ticket: 'T-1',
        expires_at: null,
      })
      // Its clock is the long one from now on.
      world.now += 5 * 60 * MINUTE
      expect((await agent.call('get_session_info')).structured).toMatchObject({ current_ticket: 'T-1' })
      expect((await world.store.sessions.list({}, { limit: 5 })).total).toBe(1)
    },
  )

  it('M15 puts it away where no transcript holds its replies', async () => {
    const agent = await client('codex-mcp-client')
    const set = await agent.call('attach_ticket', { action: 'set', ticket_id: 'T-1' })
    const other = rollout(START, set.text.replaceAll(String(set.structured['session_id']), THREAD), world.folder)
    writeBelow(world.home, other.path, other.text)
    world.now += 45 * MINUTE
    const info = await agent.call('get_session_info')
    expect(info.structured).toMatchObject({ current_ticket: null, association: 'undecided' })
    expect(info.structured['session_id']).not.toBe(set.structured['session_id'])
    expect(info.text).toContain('daybook resume SESSION-001 restores it')
  })
})

function writeBelow(home: string, path: string, content: string | Uint8Array): string {
  const file = join(home, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

describe('a reply of ours', () => {
  const id = '0193479a-7b00-7000-8000-000000000003'

  it('names its caller’s session, however it was written down', () => {
    expect(sessionIn(`{\n"session_id": "${id}",\n"session_from": "made by this call"\n}`)).toBe(id)
    expect(sessionIn(`{"session_id":"${id}","session_from":"used on this connection"}`)).toBe(id)
    expect(sessionIn(JSON.stringify(`{"session_id":"${id}","session_from":"started now"}`))).toBe(id)
  })

  it('says nothing of its caller where a session was asked for by name, or is no reply of ours', () => {
    expect(sessionIn(`{"session_id":"${id}","session_from":"named SESSION-003"}`)).toBeUndefined()
    expect(sessionIn(`{"session_id":"${id}"}`)).toBeUndefined()
    expect(sessionIn('T-1')).toBeUndefined()
  })
})
