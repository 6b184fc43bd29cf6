import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { open } from '../src/index.ts'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

/** A server that answers each line by its own bytes turned into an answer, odd bytes and split lines among them. */
const SERVER = `
process.stdout.write(Buffer.from([0xff, 0x00, 0x0a]))
let held = ''
let out = Promise.resolve()
process.stdin.setEncoding('latin1').on('data', (text) => {
  held += text
  for (let at; (at = held.indexOf('\\n')) >= 0; held = held.slice(at + 1)) {
    const line = held.slice(0, at)
    let asked
    try { asked = JSON.parse(line) } catch { process.stdout.write('? ' + line + '\\n'); continue }
    if (asked.params?.name === 'exit') process.exit(7)
    if (asked.params?.name === 'hang') continue
    const result = { content: [], isError: asked.params?.name === 'fails' }
    const answer = JSON.stringify({ jsonrpc: '2.0', id: asked.id, ...(asked.params?.name === 'throws' ? { error: { code: 1 } } : { result }) }) + '\\n'
    out = out.then(() => new Promise((written) => {
      process.stdout.write(answer.slice(0, 9))
      setTimeout(() => process.stdout.write(answer.slice(9), written), 5)
    }))
  }
}).on('end', () => out.then(() => process.exit(3)))
process.on('SIGTERM', () => process.exit(9))
`

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'daybook-recorder-'))
  writeFileSync(join(home, 'server.cjs'), SERVER.replaceAll('\\\\n', '\\n'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const env = () => ({ PATH: process.env['PATH'], HOME: home, DAYBOOK_HOME: join(home, 'data') })
const server = () => [process.execPath, join(home, 'server.cjs')]

/** Runs a command with these bytes as its input. */
function run(words: string[], input: (Buffer | string)[], signal?: NodeJS.Signals) {
  const child = spawn(words[0]!, words.slice(1), { env: env(), cwd: home, stdio: 'pipe' })
  const out: Buffer[] = []
  let err = ''
  child.stdout.on('data', (part: Buffer) => {
    out.push(part)
    if (signal !== undefined && Buffer.concat(out).includes('"id":1')) child.kill(signal)
  })
  child.stderr.on('data', (part: Buffer) => (err += part.toString()))
  for (const part of input) child.stdin.write(part)
  if (signal === undefined) child.stdin.end()
  return new Promise<{ out: Buffer; err: string; code: number | null }>((resolve) =>
    child.on('close', (code) => resolve({ out: Buffer.concat(out), err, code })),
  )
}

const recorded = (...more: string[]) => [process.execPath, bin, 'mcp', 'record', ...more, '--', ...server()]
const call = (id: unknown, name: string, given: object = {}) =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: given } })}\n`

async function calls(session?: string) {
  const book = await open({ home: join(home, 'data'), cwd: home, env: {} })
  const { items } = await book.session.invocations({ session })
  const sessions = await book.session.list()
  await book.close()
  return {
    items: items.map(({ tool, outcome, durationMs }) => [tool, outcome, durationMs === null]),
    sessions: sessions.items,
  }
}

describe('daybook mcp record', () => {
  it('U42 passes every byte on both ways, and the exit code', { timeout: 60_000 }, async () => {
    const input = ['not JSON \xe9\n', call(1, 'fetch'), Buffer.from([0x7b, 0xff, 0x0a]), call('two', 'fails')]
    const plain = await run(server(), input)
    const through = await run(recorded(), input)
    expect(through).toEqual({ ...plain, err: '' })
    expect([plain.code, plain.out.length > 50]).toEqual([3, true])
    expect((await run(recorded(), [call(1, 'exit')])).code).toBe(7)
  })

  it('U42 links calls with duration and outcome, those never answered too', { timeout: 60_000 }, async () => {
    await run(recorded(), [call(1, 'fetch', { url: 'a' }), call(2, 'fails'), call(3, 'throws'), call(4, 'hang')])
    const { items, sessions } = await calls()
    expect(items.toSorted()).toEqual([
      ['fails', 'error', false],
      ['fetch', 'ok', false],
      ['hang', 'unanswered', true],
      ['throws', 'error', false],
    ])
    expect(sessions).toMatchObject([{ status: 'completed', tags: ['recorded'] }])
    expect(sessions[0]?.title).toContain('server.cjs')
  })

  it(
    'links to the session that is named, by flag or by the call; one that is not there is said once',
    { timeout: 60_000 },
    async () => {
      const book = await open({ home: join(home, 'data'), cwd: home, env: {} })
      for (const id of ['run-1', 'run-2']) await book.session.create({ id })
      await book.close()
      await run(recorded('--session', 'run-1'), [call(1, 'fetch', { session_id: 'run-2' })])
      const { err, code } = await run(recorded(), [
        call(1, 'parse', { session_id: 'run-2' }),
        call(2, 'parse', { session_id: 'nope' }),
        call(3, 'parse', { session_id: 'nope' }),
      ])
      expect([err, code]).toEqual([
        'daybook mcp record: not recorded: no session "nope"; the newest is SESSION-002\n',
        3,
      ])
      expect((await calls('run-1')).items).toEqual([['fetch', 'ok', false]])
      expect((await calls('run-2')).items).toEqual([['parse', 'ok', false]])
    },
  )

  it('U42 passes bytes on while a call is being written down', { timeout: 60_000 }, async () => {
    const at = (name: string) => join(home, name)
    writeFileSync(
      at('slow.mjs'),
      `import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
      import { recordServer } from ${JSON.stringify(new URL('../src/tool-recorder.ts', import.meta.url).href)}
      const told = async (calls) => {
        writeFileSync('writing', '')
        while (!existsSync('go on')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
        for (const { input } of calls) appendFileSync('told', input.run + ' ')
      }
      process.exitCode = await recordServer(${JSON.stringify(server())}, told)`,
    )
    const child = spawn(process.execPath, [at('slow.mjs')], {
      env: env(),
      cwd: home,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let out = ''
    child.stdout.setEncoding('latin1').on('data', (part: string) => (out += part))
    const until = async (isSo: () => boolean): Promise<void> => {
      for (let waited = 0; !isSo() && waited < 2_000; waited++) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const answered = async (run: number): Promise<void> => {
      child.stdin.write(call(run, 'fetch', { run }))
      await until(() => out.includes(`"id":${run},`) && out.endsWith('\n'))
    }
    await answered(1)
    await until(() => existsSync(at('writing')))
    for (let run = 2; run <= 20 && out.includes(`"id":${run - 1},`); run++) await answered(run)
    expect([out.includes('"id":20,'), existsSync(at('told'))]).toEqual([true, false])
    writeFileSync(at('go on'), '')
    child.stdin.end()
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(3)
    expect(readFileSync(at('told'), 'utf8')).toBe(Array.from({ length: 20 }, (_, index) => `${index + 1} `).join(''))
  })

  it('passes signals on, and says when the server cannot be started', { timeout: 60_000 }, async () => {
    expect((await run(recorded(), [call(1, 'fetch')], 'SIGTERM')).code).toBe(9)
    const missing = await run([process.execPath, bin, 'mcp', 'record', '--', join(home, 'none')], [])
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('cannot be started')])
  })
})
