import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImportReport } from '../src/ingest/import/import-file.ts'
import { type TestMachine, testMachine } from './machine.ts'
import { MARKED, writeMarkedSessions } from './marked-session.ts'

let here: TestMachine
let there: TestMachine
beforeEach(() => {
  here = testMachine()
  there = testMachine()
})
afterEach(() => {
  here.home.remove()
  there.home.remove()
})

const path = (name: string): string => join(here.home.path, name)
const bring = async (folder: string): Promise<ImportReport> =>
  (await there.ask<{ items: ImportReport[] }>(['import', folder])).items[0]!
const problems = async (): Promise<string[]> => {
  const { items } = await there.ask<{ items: { path: string; line: number | null; reason: string }[] }>('problems')
  return items.map((one) => `${one.path.replace(path(''), '')}:${one.line ?? '-'} ${one.reason}`).toSorted()
}

/** Every file below a folder, by its path. */
function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )
}

/** Sessions that programs keep, with all that they can tell. */
async function kept(): Promise<void> {
  await here.run([
    'session',
    'create',
    'nightly-1',
    '--purpose',
    'Fetch "tide" tables\nof Faro',
    '--tags',
    'tides,faro',
  ])
  await here.run(['session', 'message', 'nightly-1', 'Fetch the tables of Faro'])
  await here.run(['session', 'link', 'nightly-1', 'inv-1', 'fetch', '--duration-ms', '1500', '--output', '412 rows'])
  await here.run([
    'session',
    'message',
    'nightly-1',
    '412 rows',
    '--role',
    'tool',
    '--tool-name',
    'fetch',
    '--invocation',
    'inv-1',
  ])
  await here.run(['session', 'message', 'nightly-1', 'Fetch the tables of Faro'])
  await here.run(['session', 'link', 'nightly-1', 'inv-2', 'parse', '--outcome', 'error', '--input', '{"page": 4}'])
  await here.run(['session', 'link', 'nightly-1', 'inv-3', 'plot'])
  await here.run(['session', 'data', 'set', 'nightly-1', 'page', '{"n": 4}'])
  await here.run(['session', 'complete', 'nightly-1', '--status', 'failed'])
  await here.run(['session', 'create', 'empty', '--custom-metadata', 'team=north'])
}

describe('U51 a tree', () => {
  it('of kept sessions comes out of the other record byte for byte as it went in', async () => {
    await kept()
    await here.run('export --all --format tree --to .sessions')
    expect(await bring(path('.sessions'))).toMatchObject({
      format: 'tree',
      sessions: { adopted: 2, known: 0, deleted: 0 },
      problems: 0,
    })
    await there.run(['export', '--all', '--format', 'tree', '--to', path('again')])
    expect(filesIn(path('again'))).toEqual(filesIn(path('.sessions')))
    expect(Object.keys(filesIn(path('again')))).toContain('nightly-1/data.json')
    const shown = await there.ask<object>('session show nightly-1')
    expect(shown).toMatchObject({ messageCount: 3, invocationCount: 3, failedCount: 1, toolMs: 1500, status: 'failed' })
    const { items } = await there.ask<{ items: object[] }>('session invocations nightly-1')
    expect(items).toMatchObject([
      { callId: 'inv-1', tool: 'fetch', durationMs: 1500, outcome: 'ok' },
      { callId: 'inv-2', tool: 'parse', outcome: 'error' },
      { callId: 'inv-3', tool: 'plot', outcome: 'unanswered' },
    ])
  })

  it('of an agent’s sessions keeps what was said and called; its tokens have no source there', async () => {
    writeMarkedSessions(here.home)
    await here.run('scan')
    await here.run('export --all --format tree --to .sessions')
    expect((await bring(path('.sessions'))).sessions.adopted).toBe(2)
    await there.run(['export', '--all', '--format', 'tree', '--to', path('again')])
    const sums = (files: Record<string, string>) =>
      Object.fromEntries(
        Object.entries(files).map(([name, text]) => [
          name,
          text.replace(/"(?:input|output|estimated_cost)": [\d.]+/g, ''),
        ]),
      )
    expect(sums(filesIn(path('again')))).toEqual(sums(filesIn(path('.sessions'))))
    expect(await there.ask(`session show ${MARKED}`)).toMatchObject({ usage: { responses: 0 } })
  })

  it('goes to no agent before somebody has accepted it, adds nothing twice, and leaves nothing when it is refused', async () => {
    await kept()
    await here.run('export --all --format tree --to .sessions')
    const { importId } = await bring(path(''))
    expect(await there.ask('import list')).toMatchObject({
      items: [{ id: importId, file: '.sessions', format: 'tree', state: 'waiting', by: 'ada', sessions: 2 }],
    })
    expect(await there.run('session handoff --session-id nightly-1 now')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('nobody has accepted'),
    })
    expect((await bring(path('.sessions'))).sessions).toEqual({ adopted: 0, known: 2, deleted: 0 })
    await there.ask(`import refuse ${importId} --yes`)
    expect((await there.ask<{ total: number }>('session list')).total).toBe(0)
    expect((await bring(path('.sessions'))).sessions).toEqual({ adopted: 0, known: 0, deleted: 2 })
  })

  it('of the older tool framework has its calls from the history of tools', async () => {
    olderTree()
    expect(await bring(path('.sessions'))).toMatchObject({ sessions: { adopted: 1 }, problems: 0 })
    expect(await there.ask('session show run_7')).toMatchObject({
      title: 'Plot tides',
      tags: ['tides'],
      userId: 'ada',
      status: 'completed',
      messageCount: 2,
      invocationCount: 1,
      toolMs: 250,
      toolsUsed: ['plot_tide'],
      customMetadata: { team: 'north' },
    })
  })

  it('with damage and links keeps what is good, follows nothing out of it, and says what it left', async () => {
    olderTree()
    const secret = path('secret')
    mkdirSync(secret)
    writeFileSync(
      join(secret, 'record.jsonl'),
      '{"tool_name": "steal", "timestamp": "2026-11-02T10:00:00Z", "output": "hidden"}\n',
    )
    writeFileSync(
      join(secret, 'conversation.jsonl'),
      '{"role": "user", "content": "hidden", "timestamp": "2026-11-02T10:00:00Z"}\n',
    )
    symlinkSync(secret, path('.sessions/linked'))
    symlinkSync(secret, path('.sessions/run_7/invocations/stolen'))
    cpSync(path('.sessions/run_7'), path('.sessions/run_8'), { recursive: true, verbatimSymlinks: true })
    rmSync(path('.sessions/run_8/conversation.jsonl'))
    symlinkSync(join(secret, 'conversation.jsonl'), path('.sessions/run_8/conversation.jsonl'))
    mkdirSync(path('.sessions/SESSION-009'))
    writeFileSync(path('.sessions/SESSION-009/metadata.json'), '{}')
    writeFileSync(
      path('.sessions/run_7/conversation.jsonl'),
      '{"role": "user", "content": "kept", "timestamp": "2026-11-02T10:00:00Z"}\n{"role": "us\n\0\0\0\n',
    )
    writeFileSync(path('.sessions/run_7/metadata.json'), '[]')
    expect((await bring(path('.sessions'))).sessions.adopted).toBe(2)
    expect(await there.ask('session show run_7')).toMatchObject({ messageCount: 1, invocationCount: 1, title: null })
    expect(await there.ask('session show run_8')).toMatchObject({ messageCount: 0, invocationCount: 1 })
    expect((await there.ask<{ total: number }>('search hidden')).total).toBe(0)
    const gone = 'nothing is left of this call but its id'
    const leads = 'this link leads out of the history of tools: it is not followed'
    expect((await problems()).map((said) => said.replace(/^.*?\.sessions\//, ''))).toEqual([
      'SESSION-009:- "SESSION-009" cannot be a session\'s id: it reads as the key or number of another one',
      'linked:- a link is not looked into',
      'run_7/conversation.jsonl:2 this line cannot be read: it is not a message',
      'run_7/conversation.jsonl:3 this line cannot be read: it is not a message',
      `run_7/invocations/stolen:- ${gone}`,
      `run_7/invocations/stolen:- ${leads}`,
      'run_7/metadata.json:- this file cannot be read: it is not what it must be',
      `run_8/invocations/stolen:- ${gone}`,
      `run_8/invocations/stolen:- ${leads}`,
    ])
  })

  it('has its secrets replaced before anything is written', async () => {
    olderTree()
    const secret = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`
    for (const name of ['.sessions/run_7/metadata.json', '.sessions/run_7/conversation.jsonl'])
      writeFileSync(path(name), readFileSync(path(name), 'utf8').replace(/Plot/g, `Plot ${secret}`))
    await bring(path('.sessions'))
    await there.run(['export', '--all', '--format', 'tree', '--to', path('again')])
    const again = JSON.stringify(filesIn(path('again')))
    expect([again.includes('Plot'), again.includes(secret)]).toEqual([true, false])
  })

  it('is told apart from a folder without sessions', async () => {
    mkdirSync(path('nothing'))
    expect(await there.run(['import', path('nothing')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds no sessions'),
    })
  })
})

/** A session as the Python package wrote it: local times without a zone, a link to the folder of a call. */
function olderTree(): void {
  const call = '2026-11-02_10-00-01_000250_plot_tide'
  mkdirSync(path(`.history/${call}`), { recursive: true })
  mkdirSync(path('.sessions/run_7/invocations'), { recursive: true })
  writeFileSync(
    path(`.history/${call}/record.jsonl`),
    '{"invocation_id": "a1", "session_id": "run_7", "duration_ms": 250, "output": "a curve"}\n',
  )
  symlinkSync(`../../../.history/${call}`, path('.sessions/run_7/invocations/a1'))
  const metadata = {
    session_id: 'run_7',
    created_at: '2026-11-02T10:00:00.123456',
    updated_at: '2026-11-02T10:05:00',
    status: 'COMPLETED',
    user_id: 'ada',
    purpose: 'Plot tides',
    tags: ['Tides', '"odd"'],
    custom_metadata: { team: 'north' },
  }
  writeFileSync(path('.sessions/run_7/metadata.json'), JSON.stringify(metadata, null, 2))
  const lines = [
    { role: 'user', content: 'Plot', timestamp: '2026-11-02T10:00:00.200000', tool_name: null, invocation_id: null },
    { role: 'assistant', content: 'Done', timestamp: '2026-11-02T10:00:02', tool_name: null, invocation_id: null },
  ]
  writeFileSync(path('.sessions/run_7/conversation.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  writeFileSync(path('.sessions/run_7/invocations.json'), '["a1"]')
}
