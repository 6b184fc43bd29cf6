import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { type Figure, atMost } from '../figure.ts'
import { largeStore } from '../large-store.ts'
import { runProgram, timed, timing } from '../measure.ts'
import { machineOf } from '../product.ts'
import type { BenchContext, Row } from '../row.ts'
import { builtBin } from './command.ts'

const AT_ONCE = 20

/** The tool server as agents use it: started, asked, and many at once. */
export const tools: Row = {
  name: 'tools',
  needsData: true,
  async measure(context) {
    const figures = [await start(context), ...(await calls(context, context.data, '')), await memory(context)]
    if (context.large) figures.push(...(await calls(context, await largeStore(context.kept), ', 1 M entries')))
    return figures
  },
}

/** From starting the process to the first reply, beside an empty program started in turn. */
async function start({ history, data, quick }: BenchContext): Promise<Figure> {
  const empty: number[] = []
  const replies: number[] = []
  for (let run = 0; run <= (quick ? 7 : 21); run++) {
    empty.push((await runProgram(process.execPath, ['-e', '0'])).durationMs)
    const started = performance.now()
    const server = new ToolClient(history.home, data)
    await server.initialize()
    if (run > 0) replies.push(performance.now() - started)
    await server.close()
  }
  const { medianMs } = timing(replies)
  const ratio = medianMs / timing(empty).medianMs
  const goal = atMost(medianMs, 120, 'ms')
  return { row: 'tools', what: 'start to first reply', value: medianMs, unit: 'ms', floor: 'node -e 0', ratio, goal }
}

type Asked = [tool: string, given: (run: number) => object]

async function calls({ history, quick }: BenchContext, data: string, on: string): Promise<Figure[]> {
  const client = new ToolClient(history.home, data)
  await client.initialize()
  const listed = (await client.call('list_sessions', { limit: 50 })) as { sessions: { id: string }[] }
  const ids = listed.sessions.map(({ id }) => id)
  const asked: Asked[] = [
    ['list_sessions', () => ({})],
    ['get_session', (run) => ({ session_id: ids[run % ids.length] })],
    ['get_session_messages', (run) => ({ session_id: ids[run % ids.length], limit: 20, offset: 100 })],
    ['session_stats', () => ({})],
    ['usage_report', () => ({ by: 'model' })],
    // The large store has no text to be found.
    ...(on === '' ? [['search_messages', () => ({ query: 'error' })] satisfies Asked] : []),
  ]
  const figures: Figure[] = []
  for (const [tool, given] of asked) {
    await client.call(tool, given(0))
    const { p95Ms } = await timed(quick ? 40 : 200, (run) => client.call(tool, given(run)))
    const goal = atMost(p95Ms, 5, 'ms')
    figures.push({ row: 'tools', what: `${tool}, p95${on}`, value: p95Ms, unit: 'ms', goal })
  }
  await client.close()
  return figures
}

/** What each of many servers holds after a few calls, the largest of them. */
async function memory({ history, data }: BenchContext): Promise<Figure> {
  const clients = Array.from({ length: AT_ONCE }, () => new ToolClient(history.home, data))
  await Promise.all(clients.map((client) => client.initialize()))
  for (const client of clients) {
    await client.call('list_sessions', {})
    await client.call('search_messages', { query: 'error' })
  }
  const largest = Math.max(...clients.map((client) => client.residentBytes())) / 1e6
  await Promise.all(clients.map((client) => client.close()))
  const what = `memory of one of ${AT_ONCE} servers`
  return { row: 'tools', what, value: largest, unit: 'MB', goal: atMost(largest, 120, 'MB') }
}

interface Reply {
  result?: { structuredContent?: unknown }
}

/** One agent's end of a tool server. */
class ToolClient {
  private readonly child: ChildProcess
  private readonly waiting = new Map<number, (message: Reply) => void>()
  private last = 0

  constructor(home: string, data: string) {
    this.child = spawn(process.execPath, [builtBin(), 'mcp'], {
      env: machineOf(home, data),
      cwd: home,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    let rest = ''
    this.child.stdout!.setEncoding('utf8').on('data', (part: string) => {
      const lines = (rest + part).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const message = JSON.parse(line) as { id: number } & Reply
        this.waiting.get(message.id)?.(message)
      }
    })
  }

  async initialize(): Promise<void> {
    const clientInfo = { name: 'bench', version: '1' }
    await this.request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo })
  }

  async call(name: string, given: object): Promise<unknown> {
    const { result } = await this.request('tools/call', { name, arguments: given })
    return result?.structuredContent
  }

  /** As Linux counts it; nothing elsewhere. */
  residentBytes(): number {
    const status = process.platform === 'linux' ? readFileSync(`/proc/${this.child.pid}/status`, 'utf8') : ''
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024
  }

  async close(): Promise<void> {
    this.child.stdin!.end()
    await new Promise((resolve) => this.child.once('exit', resolve))
  }

  private request(method: string, params: object): Promise<Reply> {
    const id = ++this.last
    const answered = new Promise<Reply>((resolve) => this.waiting.set(id, resolve))
    this.child.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    return answered
  }
}
