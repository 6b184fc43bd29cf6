import { Server } from '@modelcontextprotocol/server'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Book, agentTracker, isAppError, open, recordInvocations, sessionManager } from '../src/index.ts'

let home: string
let book: Book
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'daybook-library-'))
  book = await open({ home, cwd: home, env: {} })
})
afterEach(async () => {
  await book.close()
  rmSync(home, { recursive: true, force: true })
})

describe('the library', () => {
  it('has every operation as a function, typed by its own schema and reply', async () => {
    const { session } = await book.session.start({ title: 'Cache tide tables' })
    const { ticket } = await book.ticket.create({ title: 'Read the old tables', priority: 'high', parent: null })
    if (ticket === null) throw new Error('no ticket')
    await book.task.activate({ task: ticket.ref })
    const closed = await book.task.done({
      what: 'Tables of 2019 are read too, with their gaps',
      force: 'no test is run here',
    })
    expect(closed.items.map(({ ticket: { ref, status } }) => [ref, status])).toEqual([[ticket.ref, 'done']])
    await book.session.data.set({ session: session.id, name: 'page', value: { n: 4 } })
    expect((await book.session.data.get({ session: session.id, name: 'page' })).value).toEqual({ n: 4 })
    expect((await book.session.list()).items.map(({ key }) => key)).toEqual(['SESSION-001'])
    expect(await book.usage.total()).toMatchObject({ inputTokens: 0, costMicrodollars: null })
    // @ts-expect-error a misspelt field is an error before it runs, and when it runs
    await expect(book.ticket.create({ titel: 'x' })).rejects.toMatchObject({ code: 'invalid' })
  })

  it('fails with the errors of the catalogue, and with one of its own once it is closed', async () => {
    const error: unknown = await book.session.show({ session: 'nope' }).catch((thrown: unknown) => thrown)
    expect(isAppError(error) && error.code).toBe('not_found')
    await book.close()
    await expect(book.session.list()).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('F14 F15 F16 F17 F18 F19 F20 asks a context as a stack', async () => {
    await book.session.start({ title: 'Stack' })
    await book.sprint.activate({ sprint: '1' })
    await book.stack.push('T-4')
    expect(await book.stack.count()).toBe(2)
    expect((await book.stack.all()).map(({ ref }) => ref)).toEqual(['SPRINT-1', 'T-4'])
    expect((await book.stack.current())?.ref).toBe('T-4')
    expect((await book.stack.current('sprint'))?.ref).toBe('SPRINT-1')
    expect([await book.stack.has('sprint'), await book.stack.has('epic')]).toEqual([true, false])
    expect((await book.stack.pop())?.ref).toBe('T-4')
    expect((await book.stack.current())?.ref).toBe('SPRINT-1')
    await book.stack.clear()
    expect([await book.stack.count(), await book.stack.current(), await book.stack.pop()]).toEqual([0, null, null])
  })

  it('U19 U20 U21 U22 U23 U24 U25 U26 U27 U28 keeps sessions as the older manager did', async () => {
    const manager = sessionManager(book)
    expect(await manager.listSessions()).toEqual([])
    await manager.createSession({ sessionId: 'run-1', purpose: 'Fetch', userId: 'ada', tags: ['tides'] })
    await manager.linkInvocation('run-1', { invocationId: 'i-1', toolName: 'fetch', durationMs: 1500 })
    await manager.addConversationMessage('run-1', 'tool', '412 rows', { toolName: 'fetch', invocationId: 'i-1' })
    const tokenUsage = { input: 1000, output: 200 }
    await manager.addConversationMessage('run-1', 'assistant', 'Done', { model: 'claude-sonnet-4-5', tokenUsage })
    await manager.updateSessionMetadata('run-1', { customMetadata: { team: 'north' } })
    expect(await manager.getSession('run-1')).toMatchObject({
      externalId: 'run-1',
      customMetadata: { team: 'north' },
      conversation: [
        { role: 'tool', content: '412 rows', toolName: 'fetch', invocationId: 'i-1' },
        { role: 'assistant', content: 'Done' },
      ],
      invocations: ['i-1'],
    })
    expect(await manager.getSessionStatistics('run-1')).toMatchObject({
      sessionId: 'run-1',
      status: 'active',
      totalInvocations: 1,
      totalDurationMs: 1500,
      toolsUsed: ['fetch'],
      messageCount: 2,
      estimatedCost: 0.006,
      tokenUsage,
    })
    expect([await manager.getSession('nope'), await manager.getSessionStatistics('nope')]).toEqual([null, null])
    await manager.completeSession('run-1', 'failed')
    expect((await manager.listSessions({ userId: 'ada', status: 'failed', tags: ['tides'] })).length).toBe(1)
    expect(await manager.cleanupOldSessions()).toBe(0)
    expect([await manager.deleteSession('run-1'), await manager.deleteSession('run-1')]).toEqual([true, false])
  })

  it('names the session of an agent by the id it has here, as the tools do', async () => {
    await using agents = await open({ home, cwd: home, env: { CLAUDE_CODE_SESSION_ID: 'its-own-id', CLAUDECODE: '1' } })
    const { session } = await agents.session.start()
    expect((await agents.session.show({ session: session.id })).externalId).toBe('its-own-id')
    expect(await sessionManager(agents).getSessionStatistics('its-own-id')).toMatchObject({ sessionId: session.id })
  })
})

describe('what follows tools', () => {
  it('U41 links what an agent runs to the session it is in, failures too', async () => {
    const tracker = agentTracker(book)
    expect(await tracker.run('fetch', {}, () => 1)).toBe(1)
    await tracker.setSession('run-1')
    expect(await tracker.run('fetch', { url: 'tides.test' }, async () => 412)).toBe(412)
    await expect(tracker.run('parse', {}, () => Promise.reject(new Error('no table')))).rejects.toThrow('no table')
    await tracker.setSession('run-1')
    const { items } = await book.session.invocations({ session: 'run-1' })
    expect(items.map(({ tool, outcome }) => [tool, outcome])).toEqual([
      ['fetch', 'ok'],
      ['parse', 'error'],
    ])
    expect(items[0]?.subject).toBe('{"url":"tides.test"}')
  })

  it('U34 U42 takes session_id out of the arguments of a server’s tools, and links the call', async () => {
    await book.session.create({ id: 'run-1' })
    const server = new Server({ name: 'tides', version: '1' }, { capabilities: { tools: {} } })
    const seen: unknown[] = []
    const missed: unknown[] = []
    let handler: ((request: object) => Promise<unknown>) | undefined
    // The server’s own method keeps what it is given; the last word of it is what a request runs.
    Object.assign(server, { setRequestHandler: (_: string, given: typeof handler) => (handler = given) })
    recordInvocations(server, book, (error) => missed.push(error))
    server.setRequestHandler('tools/call', async ({ params }) => {
      seen.push(params.arguments)
      if (params.name === 'throws') throw new Error('broken')
      return { content: [], isError: params.name === 'fails' }
    })
    const call = (name: string, given: object) =>
      handler!({ method: 'tools/call', params: { name, arguments: given } }).catch((error: unknown) => error)
    await call('fetch', { url: 'a', session_id: 'run-1' })
    await call('fails', { session_id: 'RUN-1' })
    expect(await call('throws', { session_id: 'run-1' })).toEqual(new Error('broken'))
    await call('fetch', { url: 'b' })
    expect(await call('fetch', { url: 'c', session_id: 'nope' })).toEqual({ content: [], isError: false })
    expect(seen).toEqual([{ url: 'a' }, {}, {}, { url: 'b' }, { url: 'c' }])
    const { items } = await book.session.invocations({ session: 'run-1' })
    expect(items.map(({ tool, outcome }) => [tool, outcome])).toEqual([
      ['fetch', 'ok'],
      ['fails', 'error'],
      ['throws', 'error'],
    ])
    expect(missed.map((error) => isAppError(error) && error.code)).toEqual(['not_found'])
  })
})

describe('programs beside one another', () => {
  const writer = fileURLToPath(new URL('library-writer.ts', import.meta.url))

  /** Runs a program that adds messages. @returns those it was told are kept */
  function write(name: string, count: number, killAfter = Number.POSITIVE_INFINITY): Promise<number> {
    const child = spawn(process.execPath, [writer, home, 'run-1', name, String(count)], {
      env: { PATH: process.env['PATH'], HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let kept = 0
    child.stdout.on('data', (part: Buffer) => {
      kept += part.toString().split('\n').length - 1
      if (kept >= killAfter) child.kill('SIGKILL')
    })
    return new Promise((resolve) => child.on('close', () => resolve(kept)))
  }

  it('UB6 that add 1,000 messages each lose none, and their order stands', { timeout: 240_000 }, async () => {
    await book.session.create({ id: 'run-1' })
    expect(await Promise.all([write('a', 1000), write('b', 1000)])).toEqual([1000, 1000])
    expect(await book.session.show({ session: 'run-1' })).toMatchObject({ messageCount: 2000 })
    const texts: string[] = []
    for (let cursor: string | undefined; ;) {
      const page = await book.session.messages({ session: 'run-1', limit: 1000, cursor })
      texts.push(...page.items.map(({ content }) => (content?.type === 'message' ? content.text : '')))
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    for (const name of ['a', 'b'])
      expect(texts.filter((text) => text.startsWith(name))).toEqual(
        Array.from({ length: 1000 }, (_, n) => `${name}-${n}`),
      )
  })

  it('that are killed lose nothing they were told is kept', { timeout: 60_000 }, async () => {
    await book.session.create({ id: 'run-1' })
    const kept = await write('a', 100_000, 25)
    const { messageCount } = await book.session.show({ session: 'run-1' })
    expect(kept).toBeGreaterThanOrEqual(25)
    expect(messageCount - kept === 0 || messageCount - kept === 1).toBe(true)
    await book.session.message({ session: 'run-1', content: 'after' })
    expect((await book.session.show({ session: 'run-1' })).messageCount).toBe(messageCount + 1)
  })
})
