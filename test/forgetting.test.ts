import { readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Deletion } from '../src/operations/delete-sessions.ts'
import type { Pruning } from '../src/operations/prune.ts'
import type { UsageView } from '../src/operations/usage-view.ts'
import { decompress } from '../src/archive/frames.ts'
import { type TestMachine, testMachine } from './machine.ts'
import { MARKED, MARKER, OTHER, writeMarkedSessions } from './marked-session.ts'

let machine: TestMachine
beforeEach(async () => {
  machine = testMachine()
  writeMarkedSessions(machine.home)
  await machine.run('scan')
})
afterEach(() => machine.home.remove())

/** Everything a person and a hook can add to a session, with the marker in it. */
async function tellMore(): Promise<void> {
  const typed = [
    ['session', 'note', MARKED, `note ${MARKER}`],
    ['session', 'tag', MARKED, MARKER],
    ['session', 'rename', MARKED, `Renamed ${MARKER}`],
    ['session', 'handoff', '--session-id', MARKED, `goes on ${MARKER}`, '--next-steps', MARKER],
  ]
  for (const line of typed) expect(await machine.run(line)).toMatchObject({ code: 0, stderr: '' })
  await machine.opened(async ({ context: { store } }) => {
    const [session] = await store.sessions.resolve(MARKED)
    await store.sessionData.set(session!.id, MARKER, { [MARKER]: MARKER })
    await store.sessions.update(session!.id, {
      purpose: MARKER,
      summaryMarkdown: MARKER,
      customMetadata: { [MARKER]: 1 },
    })
    await store.presence.note(session!.id, 'working', machine.now, MARKER)
    await store.activities.append({
      sessionId: session!.id,
      at: new Date(machine.now).toISOString(),
      actor: 'ada',
      action: 'session.noted',
      target: session!.id,
      payload: { text: MARKER },
    })
  })
  const event = { session_id: MARKED, hook_event_name: 'UserPromptSubmit', prompt: MARKER, cwd: '/code/tidewatch' }
  machine.home.write(
    'data/spool/.9-9-UserPromptSubmit-a',
    `daybook-hook 1 claude-code UserPromptSubmit 9\n${JSON.stringify(event)}`,
  )
  machine.home.write('data/spool/damaged/x', `${MARKED} ${MARKER}`)
}

/** Where the marker stands: raw bytes of every file of the data folder, rows, and what is compressed in them. */
function places(): string[] {
  const found = new Set<string>()
  for (const name of readdirSync(machine.data, { recursive: true, encoding: 'utf8' })) {
    const path = join(machine.data, name)
    if (statSync(path).isFile() && readFileSync(path).includes(MARKER.slice(4))) found.add(name)
  }
  const database = new DatabaseSync(join(machine.data, 'daybook.db'), { readOnly: true })
  const tables = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all() as { name: string }[]
  for (const { name } of tables) {
    for (const row of database.prepare(`SELECT * FROM ${name}`).all()) {
      for (const value of Object.values(row)) {
        const text = value instanceof Uint8Array ? unpacked(value) : String(value)
        if (text.includes(MARKER)) found.add(`table ${name}`)
      }
    }
  }
  database.close()
  // The index keeps the ends of words alone, as FTS5 does.
  const index = new DatabaseSync(join(machine.data, 'search.db'))
  index.exec('CREATE VIRTUAL TABLE temp.word USING fts5vocab(main, entry_text, row)')
  const word = index.prepare('SELECT 1 FROM temp.word WHERE instr(term, ?) > 0').get(MARKER)
  index.close()
  if (word !== undefined) found.add('words of search.db')
  return [...found].sort()
}

function unpacked(bytes: Uint8Array): string {
  const raw = decompress(bytes)
  return `${raw.toString('latin1')} ${Buffer.from(raw.toString('latin1'), 'base64').toString('latin1')}`
}

const usage = () => machine.ask<UsageView>('usage total')
const hits = async () =>
  (await machine.ask<{ items: unknown[] }>(`search ${MARKER} --subagents --injected`)).items.length

describe('T20 a session that is deleted', () => {
  it('is found nowhere: rows, archive, search, log, what hooks left, raw bytes; nor after a rescan and a reindex', async () => {
    await tellMore()
    expect(places()).toEqual(
      expect.arrayContaining(
        [
          'daybook.db',
          'words of search.db',
          'activity',
          'blob',
          'commit_seen',
          'frame',
          'handoff',
          'invocation',
          'name',
          'path',
          'pending_title',
          'plan',
          'presence',
          'session',
          'session_data',
          'session_note',
          'transcript',
          'unknown_record',
        ].map((name) => (name.includes('.') ? name : `table ${name}`)),
      ),
    )
    const gone = await machine.ask<Deletion>(`forget ${MARKED} --yes`)
    expect(gone).toMatchObject({ deleted: true, total: 1, transcripts: 2, tombstones: true, copies: [] })
    expect(places()).toEqual([])
    await machine.run('scan')
    await machine.run('reindex')
    expect(places()).toEqual([])
    expect(await hits()).toBe(0)
    expect(await machine.ask('activity verify')).toMatchObject({ ok: true })
  })

  it('is found nowhere either where it is deleted by name', async () => {
    await tellMore()
    await machine.run(`session delete ${MARKED} --yes`)
    expect(places()).toEqual([])
    expect(readdirSync(join(machine.data, 'spool/damaged'))).toEqual([])
  })

  it('takes the rest of a project with it by what was said in it, and says by how much totals fall', async () => {
    const before = await usage()
    const plan = await machine.ask<Deletion>(['forget', '--containing', MARKER, '--dry-run'])
    expect(plan).toMatchObject({ deleted: false, total: 1, items: [{ title: `Title ${MARKER}` }] })
    expect(await usage()).toEqual(before)
    const gone = await machine.ask<Deletion>(['forget', '--containing', MARKER, '--yes'])
    expect(gone.usage.outputTokens).toBe(500)
    expect(before.outputTokens - (await usage()).outputTokens).toBe(500)
    expect((await machine.ask<{ items: { externalId: string }[] }>('session list')).items).toMatchObject([
      { externalId: OTHER },
    ])
  })

  it('names copies of the store that still hold it', async () => {
    const copy = join(machine.home.path, 'copy.db')
    await machine.run(['backup', copy])
    writeFileSync(join(machine.data, 'daybook.db.before-schema-3'), '')
    const { copies } = await machine.ask<Deletion>(`session delete ${MARKED} --yes`)
    expect(copies).toEqual([copy, join(machine.data, 'daybook.db.before-schema-3')].sort())
  })

  it('asks for words that can be found, and for something to go by', async () => {
    expect(await machine.run(['forget', '--containing', '...', '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no word to look for'),
    })
    expect(await machine.run('forget --yes')).toMatchObject({ code: 2, stderr: expect.stringContaining('no session') })
  })
})

describe('U27 retention', () => {
  it('is off until somebody says how old', async () => {
    expect(await machine.run('prune --yes')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no retention is configured'),
    })
  })

  it('counts age from the later of end and import', async () => {
    // Nineteen days old, imported today.
    expect(await machine.ask<Pruning>('prune --older-than 7d --dry-run')).toMatchObject({ total: 0 })
    machine.now += 8 * 86_400_000
    expect(await machine.ask<Pruning>('prune --older-than 7d --dry-run')).toMatchObject({ total: 2, pruned: false })
  })

  it('takes content, archive and search words, and leaves usage under the session’s ref', async () => {
    await tellMore()
    machine.now += 8 * 86_400_000
    const before = await usage()
    const report = await machine.ask('report --by agent')
    const pruned = await machine.ask<Pruning>(`prune ${MARKED} --yes`)
    expect(pruned).toMatchObject({ pruned: true, total: 1, usage: { outputTokens: 500 } })
    expect(pruned.sizeBytes).toBeGreaterThan(1000)
    // Its branch and its tags are words of the list.
    expect(places()).toEqual(['daybook.db', 'table name', 'table session'])
    expect(await usage()).toEqual(before)
    expect(await machine.ask('report --by agent')).toEqual(report)
    expect(await hits()).toBe(0)
    expect((await machine.ask<{ total: number }>('session list')).total).toBe(1)
    const shown = await machine.ask<{ prunedAt: string; title: null; firstPrompt: null; usage: UsageView }>(
      `session show ${MARKED}`,
    )
    expect(shown).toMatchObject({ prunedAt: new Date(machine.now).toISOString(), title: null, firstPrompt: null })
    expect(shown.usage.outputTokens).toBe(500)
    expect((await machine.ask<{ total: number }>(`session messages ${MARKED} --subagents --meta`)).total).toBe(0)
    expect((await machine.run(`session show ${MARKED}`, { terminal: true })).stdout).toContain('pruned')
  })

  it('does not bring content back with a rescan, nor lose usage with a reindex', async () => {
    machine.now += 8 * 86_400_000
    const before = await usage()
    await machine.run(`prune ${MARKED} --yes`)
    const file = join(machine.home.path, `.claude/projects/-code-tidewatch/${MARKED}.jsonl`)
    utimesSync(file, new Date(), new Date())
    await machine.run('scan')
    await machine.run('reindex')
    await machine.run('scan')
    expect(places()).toEqual(['daybook.db', 'table name', 'table session'])
    expect(await usage()).toEqual(before)
    expect(await hits()).toBe(0)
  })

  it('keeps what its agent adds later, from there on', async () => {
    machine.now += 8 * 86_400_000
    await machine.run(`prune ${MARKED} --yes`)
    const before = await usage()
    const file = join(machine.home.path, `.claude/projects/-code-tidewatch/${MARKED}.jsonl`)
    machine.now += 60_000
    const later = { type: 'user', uuid: 'later-1', timestamp: new Date(machine.now).toISOString(), sessionId: MARKED }
    const line = { ...later, cwd: '/code/tidewatch', message: { role: 'user', content: 'go on with the zones' } }
    writeFileSync(file, `${readFileSync(file, 'utf8')}${JSON.stringify(line)}\n`)
    await machine.run('scan')
    expect(await usage()).toEqual(before)
    const { items } = await machine.ask<{ items: { content: { text: string } }[] }>(`session messages ${MARKED}`)
    expect(items.at(-1)?.content.text).toBe('go on with the zones')
    expect((await machine.ask<{ total: number }>('session list')).total).toBe(2)
  })

  it('leaves sessions that go on and those with a star, unless forced', async () => {
    await machine.run(`session star ${MARKED}`)
    machine.now += 8 * 86_400_000
    expect(await machine.ask<Pruning>('prune --older-than 7d --dry-run')).toMatchObject({
      total: 1,
      kept: { starred: 1, notEnded: 0 },
    })
    expect(await machine.ask<Pruning>('prune --older-than 7d --force --dry-run')).toMatchObject({ total: 2 })
  })
})
