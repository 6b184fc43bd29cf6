import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'daybook-tools-'))
const data = join(home, 'data')
afterAll(() => rmSync(home, { recursive: true, force: true }))

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

interface Server {
  child: ChildProcess
  /** Lines of standard output, as they come. */
  lines: string[]
  send(...messages: object[]): void
  line(number: number): Promise<Record<string, unknown>>
  ended: Promise<number | null>
}

function start(words: string[] = [], wrap?: string): Server {
  const command = [join(root, 'src/bin.ts'), 'mcp', ...words]
  const env = { PATH: process.env['PATH'], HOME: home, DAYBOOK_HOME: data }
  const child = wrap
    ? spawn('sh', ['-c', wrap, 'sh', process.execPath, ...command], { cwd: home, env, stdio: 'pipe' })
    : spawn(process.execPath, command, { cwd: home, env, stdio: 'pipe' })
  children.push(child)
  const lines: string[] = []
  let rest = ''
  const waiting: (() => void)[] = []
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    const parts = (rest + part).split('\n')
    rest = parts.pop()!
    lines.push(...parts)
    for (const look of waiting.splice(0)) look()
  })
  return {
    child,
    lines,
    send: (...messages) => void child.stdin.write(messages.map((message) => `${JSON.stringify(message)}\n`).join('')),
    async line(number) {
      while (lines.length <= number) await new Promise<void>((resolve) => waiting.push(resolve))
      return JSON.parse(lines[number]!) as Record<string, unknown>
    },
    ended: new Promise((resolve) => child.on('exit', resolve)),
  }
}

const initialize = (protocolVersion: string, id = 1) => ({
  jsonrpc: '2.0',
  id,
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo: { name: 'test', version: '1' } },
})
const call = (id: number, name: string, given: object) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: given },
})

describe('daybook mcp, the process', () => {
  it('answers the handshake without opening a store, and the last calls before it ends at the end of input', async () => {
    const server = start()
    server.send(initialize('2025-06-18'))
    expect(await server.line(0)).toMatchObject({ id: 1, result: { protocolVersion: '2025-06-18' } })
    expect(existsSync(data)).toBe(false)
    server.send(call(2, 'session_stats', {}))
    server.child.stdin!.end()
    expect(await server.line(1)).toMatchObject({ id: 2, result: { structuredContent: { total: 0 } } })
    expect(await server.ended).toBe(0)
  })

  it('speaks 2026-07-28 to a client that asks what it is first', async () => {
    const server = start()
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'copilot', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    server.send({ jsonrpc: '2.0', id: 0, method: 'server/discover', params: { _meta } })
    expect(await server.line(0)).toMatchObject({ id: 0, result: { supportedVersions: ['2026-07-28'] } })
    server.send({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta } })
    const listed = (await server.line(1)) as { result: { tools: { name: string }[] } }
    expect(listed.result.tools.map(({ name }) => name)).toContain('list_sessions')
  })

  it('speaks 2025-11-25 to a client that asked first and then falls back to initialize', async () => {
    const server = start()
    server.send({ jsonrpc: '2.0', id: 0, method: 'server/discover' })
    expect(await server.line(0)).toMatchObject({ id: 0, error: { code: -32601 } })
    server.send(initialize('2025-11-25'))
    expect(await server.line(1)).toMatchObject({ id: 1, result: { protocolVersion: '2025-11-25' } })
  })

  it('leaves out lines that are no message, and messages that are too long, and reads on', async () => {
    const server = start()
    server.send(initialize('2025-11-25'))
    await server.line(0)
    server.child.stdin!.write('what is this\n[]\n')
    server.child.stdin!.write(`${JSON.stringify(call(2, 'list_sessions', { text: 'x'.repeat(9 << 20) }))}\n`)
    server.send(call(3, 'session_stats', {}))
    expect(await server.line(1)).toMatchObject({ id: null, error: { code: -32700 } })
    expect(await server.line(2)).toMatchObject({ id: null, error: { code: -32600 } })
    expect(await server.line(3)).toMatchObject({ id: null, error: { message: expect.stringContaining('8388608') } })
    expect(await server.line(4)).toMatchObject({ id: 3, result: { structuredContent: { total: 0 } } })
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly at %s', async (signal) => {
    const server = start()
    server.send(initialize('2025-11-25'))
    await server.line(0)
    server.child.kill(signal)
    expect(await server.ended).toBe(0)
    expect(server.lines).toHaveLength(1)
  })

  it.skipIf(process.platform === 'win32')(
    'F11 ends when its parent was killed, although its pipe is held open elsewhere',
    async () => {
      // A process of its own keeps the pipe for 15 seconds; only the shell above both is killed.
      const keeper = `(printf '%s\\n' '${JSON.stringify(initialize('2025-11-25'))}'; exec sleep 15)`
      const server = start([], `${keeper} | "$@" & echo $! >&2; wait`)
      let id = ''
      server.child.stderr!.setEncoding('utf8').on('data', (part: string) => (id += part))
      while (!id.includes('\n')) await new Promise((resolve) => setTimeout(resolve, 20))
      const pid = Number.parseInt(id)
      await server.line(0)
      expect(isAlive(pid)).toBe(true)
      server.child.kill('SIGKILL')
      const deadline = Date.now() + 10_000
      while (isAlive(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100))
      expect(isAlive(pid)).toBe(false)
    },
    20_000,
  )

  it('refuses a toolset that is not there', async () => {
    const server = start(['--toolsets', 'core,everything'])
    let said = ''
    server.child.stderr!.setEncoding('utf8').on('data', (part: string) => (said += part))
    expect(await server.ended).toBe(2)
    expect(said).toContain('toolset "everything" is not one of core, work, history, keeping, all')
    expect(server.lines).toEqual([])
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
