import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDaybook } from '../src/app.ts'
import type { EntryContent } from '../src/domain/entry.ts'
import { captureScript } from '../src/spool/capture-script.ts'
import { testHome, type TestHome } from './home.ts'

const ID = '2c000000-0000-4000-8000-000000000042'

let home: TestHome
let project: string
let capture: string
beforeEach(() => {
  home = testHome()
  project = join(home.path, 'tidewatch')
  mkdirSync(project)
  const dataDir = join(home.path, 'data')
  capture = home.write('capture.sh', captureScript({ dataDir, dataHome: true, program: ['/nowhere/node'] }))
})
afterEach(() => home.remove())

const machine = () => ({
  home: home.path,
  platform: process.platform,
  variables: { DAYBOOK_HOME: join(home.path, 'data'), USER: 'ada' },
})

/** What Cursor does for an event. */
function tell(event: string, said: object, agent = 'cursor') {
  const common = {
    conversation_id: ID,
    generation_id: 'g1',
    cursor_version: '3.18.25',
    workspace_roots: [project],
    user_email: 'ada@tidewatch.example',
  }
  const input = JSON.stringify({ ...common, hook_event_name: event, ...said })
  const done = spawnSync('/bin/sh', [capture, agent, event], { input, env: { PATH: '/usr/bin:/bin', HOME: home.path } })
  return [done.status, done.stdout.toString()]
}

function work(): void {
  tell('sessionStart', { session_id: ID, composer_mode: 'agent' })
  tell('beforeSubmitPrompt', { prompt: `Cache the tables, key ghp_${'a1B2c3D4e5F6'.repeat(3)}` })
  tell('preToolUse', { tool_name: 'Shell', tool_input: { command: 'npm test' }, tool_use_id: 'c1' })
  const output = JSON.stringify({ exitCode: 1, stdout: '1 failed' })
  tell('postToolUse', {
    tool_name: 'Shell',
    tool_input: { command: 'npm test' },
    tool_output: output,
    tool_use_id: 'c1',
  })
  tell('afterFileEdit', { file_path: join(project, 'cache.ts'), edits: [{ old_string: '', new_string: 'a\nb\n' }] })
  tell('afterAgentResponse', { text: 'The tables are cached.' })
  tell('stop', { status: 'completed' })
}

async function opened<T>(work: (daybook: Awaited<ReturnType<typeof openDaybook>>) => Promise<T>): Promise<T> {
  const setup = { machine: machine(), cwd: project, now: Date.now, signal: new AbortController().signal }
  const daybook = await openDaybook(setup, 'own')
  try {
    return await work(daybook)
  } finally {
    await daybook.close()
  }
}

const recorded = () =>
  opened(async ({ context: { store, history } }) => {
    const sessions = (await store.sessions.list({}, { limit: 10 })).items
    const entries = await history.entries({ sessionId: sessions[0]!.id }, { limit: 50 })
    const files = (await store.files.list({ sessionId: sessions[0]!.id }, { limit: 10 })).items
    const transcripts = await store.transcripts.list({ agent: 'cursor' })
    return { sessions, entries: entries.items, files, transcripts }
  })

const said = (content: EntryContent | undefined) => (content && 'text' in content ? content.text : content?.type)

describe('Cursor, by its hooks alone', () => {
  it('is answered with an empty object: it takes nothing for no JSON', () => {
    expect(tell('stop', {})).toEqual([0, '{}\n'])
    expect(tell('preToolUse', {})).toEqual([0, '{}\n'])
  })

  it('is a session with its prompts, calls, edits and answers, without secrets and without who it is', async () => {
    work()
    const { sessions, entries, files } = await recorded()
    expect(sessions).toHaveLength(1)
    expect(sessions[0]).toMatchObject({
      key: 'SESSION-001',
      agent: 'cursor',
      externalId: ID,
      cwd: project,
      project: 'tidewatch',
      agentVersion: '3.18.25',
      title: expect.stringMatching(/^Cache the tables, key /),
      presence: 'idle',
      messageCount: 2,
    })
    expect(entries.map(({ type, content }) => [type, said(content)])).toEqual([
      ['message', expect.stringMatching(/^Cache the tables, key .*redacted/i)],
      ['tool_call', 'tool_call'],
      ['tool_result', '1 failed'],
      ['tool_call', 'tool_call'],
      ['message', 'The tables are cached.'],
    ])
    expect(files).toMatchObject([{ path: join(project, 'cache.ts'), kind: 'create', linesAdded: 2, linesRemoved: 0 }])
    expect(JSON.stringify([sessions, entries])).not.toMatch(/ghp_a1|ada@/)
  })

  it('grows with what comes later, is read anew from the archive, and no scan misses a file of it', async () => {
    work()
    await recorded()
    tell('beforeSubmitPrompt', { prompt: 'And the gauges' })
    await opened(async ({ engines }) => {
      await engines.scan({})
      await engines.reindex(() => {})
      await engines.scan({})
    })
    const { entries, transcripts } = await recorded()
    expect(entries.map(({ content }) => said(content)).at(-1)).toBe('And the gauges')
    expect(entries).toHaveLength(6)
    expect(transcripts).toMatchObject([{ path: `cursor:${ID}`, sourceGoneAt: null, recordCount: 8 }])
  })

  it('is told where it stands when a conversation begins, and what was kept before that answer counts', async () => {
    tell('beforeSubmitPrompt', { prompt: 'Cache the tables' })
    const program = [process.execPath, fileURLToPath(new URL('../src/bin.ts', import.meta.url))]
    const dataDir = join(home.path, 'data')
    writeFileSync(capture, captureScript({ dataDir, dataHome: true, program, answerSeconds: 60 }))
    const [status, stdout] = tell('sessionStart', { session_id: ID })
    expect(status).toBe(0)
    expect(JSON.parse(String(stdout))).toEqual({
      additional_context: expect.stringContaining('as session SESSION-001'),
    })
    const { entries } = await recorded()
    expect(entries.map(({ content }) => said(content))).toEqual(['Cache the tables'])
  })

  it('is kept whole where a tool gave back a megabyte, and past one that is cut', async () => {
    const text = 'tide '.repeat(250_000)
    const call = { tool_name: 'Read', tool_input: { path: '/a.ts' }, tool_use_id: 'c1' }
    tell('preToolUse', call)
    tell('postToolUse', { ...call, tool_output: text })
    tell('postToolUse', { tool_output: 'x'.repeat(9 * 1024 * 1024), ...call, tool_use_id: 'c2' })
    const { entries } = await recorded()
    expect(entries.map(({ type, content }) => [type, said(content)?.length])).toEqual([
      ['tool_call', 'tool_call'.length],
      ['tool_result', text.length],
    ])
  }, 30_000)

  it('is forgotten when it was deleted, with what comes later', async () => {
    work()
    await opened(async ({ context: { store } }) => {
      const [session] = (await store.sessions.list({}, { limit: 1 })).items
      await store.sessions.delete(session!.id, 'ada')
    })
    tell('beforeSubmitPrompt', { prompt: 'And the gauges' })
    await opened(async ({ context: { store } }) => {
      expect((await store.sessions.list({}, { limit: 10 })).items).toEqual([])
      expect(await store.transcripts.list({ agent: 'cursor' })).toEqual([])
    })
  })

  it('grows on after its content was pruned, behind what is gone', async () => {
    work()
    await opened(async ({ context: { store } }) => {
      const [session] = (await store.sessions.list({}, { limit: 1 })).items
      await store.sessions.prune(session!.id)
    })
    tell('beforeSubmitPrompt', { prompt: 'And the gauges' })
    const { entries } = await recorded()
    expect(entries.map(({ content }) => said(content)).filter(Boolean)).toEqual(['And the gauges'])
  })

  it('is not taken for Claude Code, whose hooks it runs as well', async () => {
    tell('SessionStart', { session_id: ID, cwd: project }, 'claude-code')
    tell('beforeSubmitPrompt', { prompt: 'Hello' })
    const { sessions } = await recorded()
    expect(sessions.map(({ agent, externalId }) => [agent, externalId])).toEqual([['cursor', ID]])
  })

  it('begins no conversation out of another, although one process holds them all', async () => {
    tell('sessionStart', {})
    tell('sessionStart', { conversation_id: 'another' })
    const { sessions } = await recorded()
    expect(sessions.map(({ parentId, relation }) => [parentId, relation])).toEqual([
      [null, null],
      [null, null],
    ])
  })
})
