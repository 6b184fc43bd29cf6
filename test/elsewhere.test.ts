import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDaybook, openElsewhere } from '../src/app.ts'
import type { OpenedStore, Served } from '../src/cli/io.ts'
import { type Ran, type Setup, type as typed } from '../src/cli/testing.ts'
import { askOf } from '../src/client/server.ts'
import { readToken } from '../src/config/own-token.ts'
import { noteServer } from '../src/http/server-note.ts'
import { open } from '../src/index.ts'
import { OPERATIONS } from '../src/operations/index.ts'
import { serve } from '../src/web-server.ts'
import { shellWords } from './commands-in-docs.ts'

const NOW = Date.parse('2026-11-20T15:42:00Z')
const home = mkdtempSync(join(tmpdir(), 'daybook-elsewhere-'))
const data = join(home, 'data')
const machine = { home, platform: process.platform, variables: { DAYBOOK_HOME: data } }
const setup = { machine, cwd: '/', now: () => NOW, signal: new AbortController().signal }
const logged: string[] = []
const others: Server[] = []

let opened: OpenedStore
let served: Served
let token: string
beforeAll(async () => {
  opened = await openDaybook(setup, 'demo')
  served = await serve(setup, opened, { port: 0, toolsets: ['core'] }, (line) => logged.push(line))
  token = readToken(data)
})
afterAll(async () => {
  await served.close()
  await opened.close()
  for (const other of others) other.close()
  rmSync(home, { recursive: true, force: true })
})

/** Types a command as another machine would, without a record of its own. */
function there(line: string | string[], { env = {}, terminal = null, ...more }: Asking = {}) {
  const variables = { DAYBOOK_HOME: join(home, 'none'), DAYBOOK_TOKEN: token, ...env }
  const away = { home: join(home, 'away'), platform: process.platform, variables }
  return typed(line, {
    env: variables,
    cwd: '/',
    machine: away,
    terminal: false,
    processes: { ids: () => [], terminal: () => terminal },
    openElsewhere: (...asked) => openElsewhere({ ...setup, machine: away }, ...asked),
    openContext: async () => Promise.reject(new Error('nothing is opened here')),
    ...more,
  })
}

interface Asking extends Omit<Setup, 'terminal' | 'env'> {
  env?: Record<string, string | undefined>
  /** The one that is typed on. */
  terminal?: string | null
}

function here(line: string[], env: Record<string, string>) {
  return typed(line, {
    env,
    cwd: '/',
    terminal: false,
    machine,
    openContext: async () => ({ ...opened, close: async () => {} }),
  })
}

/** Somebody else's server. */
async function another(answer: (path: string) => { status: number; text: string; headers?: Record<string, string> }) {
  const asked: { path: string; authorization: string | undefined }[] = []
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', authorization: request.headers.authorization })
    const { status, text, headers } = answer(request.url ?? '')
    response.writeHead(status, headers).end(text)
  })
  others.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

const examples = await Promise.all(
  OPERATIONS.filter(({ effect, path }) => effect === 'read' && path.length > 0).map(async (entry) =>
    ((await entry.load()).cli?.examples ?? []).map(({ command }) => command),
  ),
)

describe('every command that reads', () => {
  it.each(examples.flat())('answers over --url what it answers where the record is: %s', async (line) => {
    const [, ...words] = shellWords(line)
    const env = { DAYBOOK_SESSION: 'SESSION-003' }
    for (const flags of [['--json'], []]) {
      const local = await here([...words, ...flags], env)
      const remote = await there(['--url', served.url, ...words, ...flags], { env })
      const said = (text: string) =>
        text
          .replaceAll(` --url ${served.url}`, '')
          .replaceAll('named by the call', 'named by DAYBOOK_SESSION')
          // The marks around what is recalled are new each time.
          .replaceAll(/recorded-[0-9a-f]{12}/g, 'recorded-')
      const compared = ({ code, stdout, stderr }: Ran) => ({ code, stdout: said(stdout), stderr: said(stderr) })
      expect(compared(remote)).toEqual(compared(local))
      expect(remote.stdout + remote.stderr).not.toBe('')
    }
  })
})

describe('a session that is kept elsewhere', () => {
  it('belongs to the terminal that it was begun on, from command to command', async () => {
    const at = (terminal: string, words: string[]) => there(['--url', served.url, ...words], { terminal })
    expect(await at('tty:one', ['start', 'Cache tide tables'])).toMatchObject({ code: 0 })
    expect(await at('tty:two', ['start', 'Limit the rate'])).toMatchObject({ code: 0 })
    expect(await at('tty:one', ['task', 'activate', 'T-13'])).toMatchObject({ code: 0 })
    const told = await Promise.all(
      ['tty:one', 'tty:two'].map(async (terminal) => JSON.parse((await at(terminal, ['status', '--json'])).stdout)),
    )
    const found = told.map(({ standing }) => [standing.session.title, standing.current?.ref])
    expect(found).toEqual([
      ['Cache tide tables', 'T-13'],
      ['Limit the rate', undefined],
    ])
  })

  it('is named by DAYBOOK_SESSION where there is no terminal; without either a change is refused', async () => {
    const named = await there(['--url', served.url, 'status', '--json'], { env: { DAYBOOK_SESSION: 'SESSION-003' } })
    expect(JSON.parse(named.stdout)).toMatchObject({ standing: { session: { key: 'SESSION-003' } } })
    const nameless = await there(['--url', served.url, 'update', 'half is done'])
    expect(nameless.code).not.toBe(0)
    expect(nameless.stderr).toMatch(/session/)
  })

  it('is deleted only where a person agrees, and shows what would go first', async () => {
    const asks = ['--url', served.url, 'session', 'delete', '2']
    const refused = await there(asks)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain(`try:   daybook --url ${served.url} session delete 2 --yes`)
    const rehearsed = await there([...asks, '--dry-run', '--json'])
    expect(JSON.parse(rehearsed.stdout)).toMatchObject({ items: [{ key: 'SESSION-002' }] })
  })
})

describe('DAYBOOK_URL and --url', () => {
  it('name the same record; a word misspelt is answered as it is here, with a way out that asks there', async () => {
    const env = { DAYBOOK_URL: served.url }
    expect((await there(['session', 'show', '3'], { env })).stdout).toContain('Cache tide tables on disk')
    expect((await there(['session', 'show', '404'], { env })).stderr).toContain('try:   daybook session list')
    const failed = await there(['--url', served.url, 'session', 'show', '404'])
    expect([failed.code, failed.stderr]).toEqual([3, expect.stringContaining(`daybook --url ${served.url} session`)])
  })

  it('answer the bare word with how things stand there', async () => {
    const bare = await there(['--url', served.url, '--json'], { env: { DAYBOOK_SESSION: 'SESSION-003' } })
    expect(JSON.parse(bare.stdout)).toMatchObject({ standing: { session: { key: 'SESSION-003' } } })
  })

  it('are nothing to commands that work with what is on this machine', async () => {
    const refused = await there(['--url', served.url, 'scan'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toBe(
      'error: daybook scan works on this machine’s own record and files\ntry:   daybook scan\n',
    )
    const local = await there(['config', 'timezone'], { env: { DAYBOOK_URL: 'not looked at' } })
    expect(local.stderr).not.toContain('not looked at')
  })

  it.each([
    ['ftp://daybook.example', '"ftp://daybook.example" is not the address of a server'],
    ['daybook.example', '"daybook.example" is not the address of a server'],
    ['https://ana:secret@daybook.example', '"https://daybook.example/" has more to it than a host and a path'],
    ['http://daybook.example', '"http://daybook.example" would send the token unencrypted'],
    ['http://127.0.0.1.daybook.example', '"http://127.0.0.1.daybook.example" would send the token unencrypted'],
  ])('%s is refused before anything is sent', async (url, said) => {
    const { code, stderr } = await there(['--url', url, 'session', 'list'])
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
    expect(stderr).not.toContain('secret')
  })

  it('want a value, and stand before the words of the command', async () => {
    expect((await there(['--url'])).stderr).toContain('--url needs a value: the address of a server')
    expect((await there(['--token-file', 'x', 'session', 'list'])).stderr).toContain('of no use without --url')
    expect((await there(['session', 'list', '--url', served.url])).stderr).toContain('unknown flag "--url"')
  })
})

describe('the token', () => {
  it('comes from the file that is named, and for the server of this machine from its own', async () => {
    const file = join(home, 'key')
    writeFileSync(file, `${token}\n`)
    const env = { DAYBOOK_TOKEN: undefined }
    const line = ['--url', served.url, '--token-file', file, 'session', 'list']
    expect((await there(line, { env })).code).toBe(0)
    const own = ['--url', served.url, 'session', 'list']
    expect((await there(own, { env: { ...env, DAYBOOK_HOME: data } })).code).toBe(0)
    const unknown = await there(own, { env })
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining(`no token is known for ${served.url}`)])
  })

  it('of this machine is not sent where a server has ended and another process has its number', async () => {
    const { url, asked } = await another(() => ({ status: 200, text: '{}' }))
    const own = ['--url', url, 'session', 'list']
    const folder = join(home, 'ended')
    mkdirSync(folder, { mode: 0o700 })
    writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 })
    const env = { DAYBOOK_TOKEN: undefined, DAYBOOK_HOME: folder }
    const beganMs = performance.timeOrigin
    // The process of this test began long after that server.
    noteServer(folder, { url, nearUrl: url, processId: process.pid, startedMs: beganMs - 3_600_000 })
    expect((await there(own, { env })).stderr).toContain(`no token is known for ${url}`)
    expect(asked).toEqual([])
    noteServer(folder, { url, nearUrl: url, processId: process.pid, startedMs: beganMs })
    await there(own, { env })
    expect(asked).not.toEqual([])
  })

  it('that is another is refused, and one that cannot be is not sent', async () => {
    const wrong = await there(['--url', served.url, 'session', 'list'], { env: { DAYBOOK_TOKEN: 'x'.repeat(43) } })
    expect(wrong.stderr).toContain('send the token of this server')
    const { url, asked } = await another(() => ({ status: 200, text: '{}' }))
    const file = join(home, 'two-lines')
    writeFileSync(file, 'one\ntwo\n')
    expect((await there(['--url', url, '--token-file', file, 'session', 'list'])).stderr).toContain(
      'does not hold a token',
    )
    expect(asked).toEqual([])
  })

  it('is not sent on where a server points elsewhere', async () => {
    const target = await another(() => ({ status: 200, text: '{}' }))
    const { url, asked } = await another((path) => ({
      status: 307,
      text: '',
      headers: { location: `${target.url}${path}` },
    }))
    expect((await there(['--url', url, 'session', 'list'])).code).toBe(1)
    expect([asked.length, target.asked]).toEqual([1, []])
  })
})

describe('what answers and is no Daybook, or another one', () => {
  it('is said so', async () => {
    const page = await another(() => ({ status: 200, text: '<h1>Hello</h1>' }))
    expect((await there(['--url', page.url, 'session', 'list'])).stderr).toContain(
      `the server at ${page.url} answered with status 200, and not as Daybook does`,
    )
    const gone = await there(['--url', 'http://127.0.0.1:1', 'session', 'list'])
    expect(gone.stderr).toContain('the server at http://127.0.0.1:1 does not answer')
  })

  it('is told by its version where it does not know an operation', async () => {
    const ask = askOf({ url: served.url, token })
    await expect(ask('session.dream', {})).rejects.toMatchObject({
      code: 'unsupported',
      message: 'there is no such operation',
      details: [expect.stringMatching(/^this is Daybook \d/)],
    })
  })

  it('is not waited for longer than asked', async () => {
    const mute = createServer(() => {})
    others.push(mute)
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`
    await expect(askOf({ url, timeoutMs: 20 })('about', {})).rejects.toThrow('did not answer within 0 s')
    mute.closeAllConnections()
  })
})

describe('the library', () => {
  it('has the functions of the local one, its errors and its stack', async () => {
    await using book = await open({ url: served.url, token })
    const { session } = await book.session.start({ title: 'From a program' })
    await book.task.activate({ task: 'T-12' })
    expect((await book.stack.current())?.ref).toBe('T-12')
    expect((await book.session.current()).session?.id).toBe(session.id)
    await expect(book.session.show({ session: 'nope' })).rejects.toMatchObject({ name: 'AppError', code: 'not_found' })
    // @ts-expect-error a misspelt field is an error before it is sent, and when it was
    await expect(book.ticket.create({ titel: 'x' })).rejects.toMatchObject({ code: 'invalid' })
    await book.close()
    await expect(book.session.list()).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('does not mix the sessions of two programs', async () => {
    await using one = await open({ url: served.url, token })
    await using two = await open({ url: served.url, token })
    const [a, b] = [await one.session.start({ title: 'One' }), await two.session.start({ title: 'Two' })]
    expect((await one.session.current()).session?.id).toBe(a.session.id)
    expect((await two.session.current()).session?.id).toBe(b.session.id)
  })
})
