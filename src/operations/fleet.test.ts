import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, START, type WorkWorld, workWorld } from '../../test/work-world.ts'
import { inferPresence } from '../domain/fleet.ts'
import type { Presence } from '../domain/session.ts'
import { makeBatch } from '../stores/batch-maker.ts'
import { register } from '../stores/world.contract.ts'
import type { Fleet } from './fleet.ts'

let world: WorkWorld
beforeEach(async () => {
  world = await workWorld()
})
afterEach(() => world.close())

interface Told {
  agent?: string
  cwd?: string
  presence?: Presence
  about?: string | null
  /** Minutes before now. */
  ago?: number
  process?: number
}

/** A session of which hooks told. */
async function told({ agent = 'claude-code', cwd, presence = 'working', about = null, ago = 0, process }: Told) {
  const { store } = world
  const atMs = world.now - ago * MINUTE
  const draft = { agent, externalId: null, refPrefix: 'cc', channel: 'hook' as const, startedAtMs: atMs }
  const project = await store.projects.ensure({
    identityKind: 'path',
    identity: world.folder,
    root: world.folder,
    name: 'tidewatch',
  })
  const session = await store.sessions.create({ ...draft, projectId: project.id, cwd: cwd ?? world.folder })
  await store.sessions.assignKey(session.id)
  await store.presence.note(session.id, presence, atMs, about)
  if (process !== undefined) await store.bindings.bind('process', [String(process)], session.id, atMs)
  return session.id
}

async function stand(sessionId: string, ref: string): Promise<void> {
  const ticket = await world.store.tickets.ensure({ ref, kind: 'task', createdBy: 'ada' })
  const frame = { ticketId: ticket.id, trackerId: ticket.trackerId, ref, kind: ticket.kind }
  const context = { stack: [frame], optedOut: false }
  await world.store.contexts.change({ sessionId, context, change: 'push', fromAt: null, by: 'ada' })
}

const ask = async (): Promise<Fleet> => JSON.parse((await world.run('fleet --json')).stdout) as Fleet

/** A folder that is the root of a work tree on a branch, as far as reading goes. */
function tree(name: string, branch: string): string {
  const root = join(world.home, name)
  mkdirSync(join(root, '.git/objects'), { recursive: true })
  mkdirSync(join(root, '.git/refs'))
  writeFileSync(join(root, '.git/HEAD'), `ref: refs/heads/${branch}\n`)
  return root
}

describe('daybook fleet', () => {
  it('shows who waits for a person first, who works on what where, and who is idle', async () => {
    const here = tree('tidewatch', 'main')
    const there = tree('tide-limit', 't-7-limit')
    await told({ agent: 'codex', presence: 'idle', ago: 24, cwd: join(world.home, 'tide-docs') })
    const works = await told({ cwd: here, about: 'Edit reader.ts', ago: 0.2 })
    const waits = await told({
      agent: 'gemini',
      presence: 'awaiting_approval',
      about: 'npm i limiter',
      cwd: there,
      ago: 11,
    })
    await stand(works, 'T-4')
    await stand(waits, 'T-7')
    expect((await world.run('fleet')).stdout.split('\n').slice(0, 4)).toEqual([
      '3 live · 1 needs you                                      nothing recorded today',
      '! waiting  SESSION-003  Gemini CLI   T-7  ../tide-limit  asks: npm i limit…  11m',
      '● working  SESSION-002  Claude Code  T-4  . (main)       Edit reader.ts      12s',
      '○ idle     SESSION-001  Codex        –    ../tide-docs                       24m',
    ])
    const fleet = await ask()
    expect(fleet).toMatchObject({ total: 3, live: 3, needYou: 1, warnings: [], nextCursor: null })
    expect(fleet.items[0]).toMatchObject({
      key: 'SESSION-003',
      agent: 'gemini',
      project: 'tidewatch',
      association: 'attached',
      ticket: { ref: 'T-7', status: 'open' },
      worktree: there,
      branch: 't-7-limit',
      presence: 'awaiting_approval',
      evidence: 'told',
      about: 'npm i limiter',
      since: new Date(START - 11 * MINUTE).toISOString(),
      needsYou: true,
    })
  })

  it('warns of two on one ticket, and of two who changed one file within the hour, whichever work tree it is in', async () => {
    const roots = [tree('one', 'main'), tree('two', 'side')]
    const project = await world.store.projects.ensure({ identityKind: 'path', identity: '/x', root: '/x', name: 'x' })
    for (const [i, name] of ['first', 'second', 'long-ago'].entries()) {
      const transcript = await register(world.store, name)
      const root = roots[i] ?? roots[0]!
      const atMs = START - (name === 'long-ago' ? 61 : 10) * MINUTE
      const changes = [{ path: `${root}/cache/reader.ts`, kind: 'edit' as const }]
      await world.store.ingest(
        makeBatch(transcript, {
          entries: [
            { id: `${name}-1`, atMs, call: { id: name, tool: 'Edit', kind: 'edit' } },
            { id: `${name}-2`, atMs, result: { of: name }, changes },
          ],
          facts: { cwd: root, projectId: project.id, firstAtMs: atMs, lastAtMs: START - MINUTE },
        }),
      )
      const [session] = await world.store.sessions.resolve(name)
      await world.store.sessions.touch(session!.id, START - MINUTE)
      await stand(session!.id, i === 1 ? 'T-9' : 'T-4')
    }
    const { warnings } = await ask()
    expect(warnings.map(({ kind, what, sessions }) => [kind, what, sessions.length])).toEqual([
      ['ticket', 'T-4', 2],
      ['file', 'cache/reader.ts', 2],
    ])
    const { stdout } = await world.run('fleet')
    expect(stdout).toMatch(/^warning: cc-\w+ and cc-\w+ are both on T-4$/m)
    expect(stdout).toMatch(/^warning: cc-\w+ and cc-\w+ both changed cache\/reader\.ts within 1h$/m)
  })

  it('says what no hook told is inferred, and leaves out what only lies there', async () => {
    for (const [name, ago] of [
      ['works', 2],
      ['rests', 20],
      ['old', 31],
    ] as const) {
      const atMs = START - ago * MINUTE
      const transcript = await register(world.store, name)
      await world.store.ingest(
        makeBatch(transcript, { entries: [{ id: name, atMs }], facts: { firstAtMs: atMs, lastAtMs: atMs } }),
      )
    }
    const fleet = await ask()
    expect(fleet.items.map(({ presence, evidence, since }) => [presence, evidence, since])).toEqual([
      ['working', 'inferred', new Date(START - 2 * MINUTE).toISOString()],
      ['idle', 'inferred', new Date(START - 20 * MINUTE).toISOString()],
    ])
    expect((await world.run('fleet')).stdout).toContain('inferred')
  })

  it('F11 knows by its process whether a silent agent still works or has died in the middle of something', async () => {
    const asked: [number, number][] = []
    world.context.isRunning = async (id, atMs) => {
      asked.push([id, atMs])
      return id === 10
    }
    await told({ ago: 300, process: 10, about: 'npm test' })
    await told({ ago: 12, process: 20, about: 'npm run build' })
    await told({ ago: 13, process: 30, presence: 'idle' })
    await told({ ago: 31 })
    const fleet = await ask()
    expect(asked).toContainEqual([20, START - 12 * MINUTE])
    expect(fleet.items.map(({ key, presence, evidence, about }) => [key, presence, evidence, about])).toEqual([
      ['SESSION-001', 'working', 'told', 'npm test'],
      ['SESSION-002', 'gone', 'inferred', 'npm run build'],
    ])
    expect(fleet).toMatchObject({ total: 2, live: 1 })
    const shown = async (key: string): Promise<unknown> =>
      (JSON.parse((await world.run(['session', 'show', key, '--json'])).stdout) as { presence: unknown }).presence
    expect([await shown('1'), await shown('2')]).toEqual(['working', 'gone'])
  })

  it('says that nobody is at work, and what to do', async () => {
    const { stdout } = await world.run('fleet')
    expect(stdout).toMatch(/^Nobody is at work\. /)
    expect(stdout).toContain('daybook start')
    const piped = await world.run('fleet', { terminal: null })
    expect(piped.stdout).toBe('PRESENCE\tSESSION\tAGENT\tTICKET\tWORKTREE\tBRANCH\tABOUT\tEVIDENCE\tSINCE\n')
  })
})

describe('what an agent is at, from its transcript alone', () => {
  const nowMs = START
  const at = (type: 'message' | 'tool_call', role: 'user' | 'assistant', ago: number) =>
    inferPresence({ type, role, atMs: nowMs - ago * MINUTE }, nowMs - ago * MINUTE, nowMs).presence
  it('is work after a prompt or a call, for as long as a gap counts as work, and rest after an answer', () => {
    expect(at('message', 'user', 1)).toBe('working')
    expect(at('tool_call', 'assistant', 5)).toBe('working')
    expect(at('tool_call', 'assistant', 6)).toBe('idle')
    expect(at('message', 'assistant', 0)).toBe('idle')
  })

  it('is what was last heard of, where that came long after the newest entry', () => {
    const last = { type: 'message', role: 'assistant', atMs: nowMs - 60 * MINUTE } as const
    expect(inferPresence(last, nowMs - MINUTE, nowMs)).toEqual({ presence: 'working', sinceMs: nowMs - MINUTE })
  })
})
