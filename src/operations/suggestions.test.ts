import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MINUTE, START, workWorld } from '../../test/work-world.ts'
import type { WorkWorld } from '../../test/work-world.ts'
import { makeBatch } from '../stores/batch-maker.ts'
import { register } from '../stores/world.contract.ts'
import type { Suggestions } from './work-suggestions.ts'
import type { WorkReport } from './work-report.ts'

let world: WorkWorld
beforeEach(async () => {
  world = await workWorld()
})
afterEach(() => world.close())

/** A session that was read: a minute of work on a branch, with a commit. */
async function read(name: string, gitBranch: string, commit?: string): Promise<string> {
  const id = await register(world.store, name)
  const startMs = START - 60 * MINUTE
  await world.store.ingest(
    makeBatch(id, {
      entries: [
        { id: `${name}-p`, atMs: startMs },
        { id: `${name}-c`, atMs: startMs, call: { id: `${name}-1`, tool: 'Bash' } },
        {
          id: `${name}-r`,
          atMs: startMs + MINUTE,
          result: { of: `${name}-1` },
          commits: commit === undefined ? [] : [{ hash: name.padEnd(40, '0'), subject: commit }],
        },
      ],
      usage: [{ response: name, record: 1, atMs: startMs, outputTokens: 5, cost: 1000 }],
      growing: { startMs, endMs: startMs + MINUTE },
      facts: { gitBranch, cwd: '/code/tidewatch' },
    }),
  )
  const [session] = await world.store.sessions.resolve(name)
  return session?.ref ?? ''
}

const ask = async (words: string | string[]): Promise<Suggestions> => {
  const { stdout } = await world.run([...(typeof words === 'string' ? words.split(' ') : words), '--json'])
  return JSON.parse(stdout) as Suggestions
}
const told = ({ items }: Pick<Suggestions, 'items'>) => items.map(({ session, ref, sure }) => [session, ref, sure])
const byTicket = async (): Promise<[string, number | null][]> => {
  const { stdout } = await world.run('report --json')
  return (JSON.parse(stdout) as WorkReport).items.map(({ label, place, total }) => [
    label ?? place,
    total.costMicrodollars,
  ])
}
const make = () => world.store.tickets.create({ kind: 'task', title: 'Harbour zone', createdBy: 'ada' })

describe('suggestions for work that nobody attached', () => {
  it('name the ticket, how sure and why; attached work and work for no ticket are left alone', async () => {
    await make()
    const zone = await read('zone', 't-1-harbour-zone', 'T-1: zones')
    const loose = await read('loose', 'NEW-8-spike')
    await read('none', 'main')
    const found = await ask('report --suggest')
    expect(told(found)).toEqual([
      [zone, 'T-1', true],
      [loose, 'NEW-8', false],
    ])
    expect(found.unplaced).toBe(3)
    expect(found.items[0]?.reasons).toEqual([
      { place: 'branch', text: 't-1-harbour-zone' },
      { place: 'commit', text: 'T-1: zones' },
    ])
  })

  it('once accepted count from the beginning, as inferred, with who and why', async () => {
    await make()
    const zone = await read('zone', 't-1-harbour-zone')
    expect(await byTicket()).toEqual([['unattributed', 1000]])
    const { accepted, items } = await ask(`report --suggest --accept ${zone}`)
    expect([told({ items: accepted }), items]).toEqual([[[zone, 'T-1', true]], []])
    expect(await byTicket()).toEqual([['T-1', 1000]])
    const [session] = await world.store.sessions.resolve('zone')
    const [interval] = (await world.store.contexts.history({ sessionId: session?.id ?? '' }, { limit: 9 })).items
    expect(interval).toMatchObject({ source: 'inferred', by: 'ada', fromAt: null, why: 'branch: t-1-harbour-zone' })
    const log = await world.store.activities.list({ action: 'suggestion.accepted' }, { limit: 9 })
    expect(log.items[0]).toMatchObject({ actor: 'ada', payload: { ticket: 'T-1', confidence: 0.97 } })
    expect((await world.store.activities.verify()).brokenAt).toBeNull()
  })

  it('are accepted in bulk where they are sure', async () => {
    await make()
    await read('zone', 't-1-harbour-zone')
    const loose = await read('loose', 'NEW-8-spike')
    await read('issue', 'issue-42')
    const { accepted, items } = await ask('report --suggest --accept all')
    expect(accepted.map(({ ref }) => ref).sort()).toEqual(['#42', 'T-1'])
    expect(told({ items })).toEqual([[loose, 'NEW-8', false]])
    expect((await byTicket()).sort()).toEqual([
      ['#42', 1000],
      ['T-1', 1000],
      ['unattributed', 1000],
    ])
  })

  it('stay refused, also for another one who asks', async () => {
    await make()
    const zone = await read('zone', 't-1-harbour-zone')
    const { refused, items, unplaced } = await ask(['report', '--suggest', '--refuse', zone, '--why', 'only read'])
    expect([told({ items: refused }), items, unplaced]).toEqual([[[zone, 'T-1', true]], [], 1])
    expect((await ask('report --suggest')).items).toEqual([])
    const [decision] = await world.store.suggestions.decisions({})
    expect(decision).toMatchObject({ ref: 't-1', decision: 'refused', by: 'ada', why: 'only read' })
  })

  it('change nothing when one of several cannot be', async () => {
    await make()
    const zone = await read('zone', 't-1-harbour-zone')
    const plain = await read('plain', 'main')
    const ran = await world.run(`report --suggest --accept ${zone} --accept ${plain}`)
    expect([ran.code, ran.stderr]).toEqual([
      4,
      `error: nothing is suggested for "${plain}"; nothing was changed\ntry:   daybook report --suggest\n`,
    ])
    expect((await world.run(`report --suggest --accept ${zone} --refuse ${zone}`)).code).toBe(2)
    expect(await byTicket()).toEqual([['unattributed', 2000]])
  })

  it('show as a table with the commands that take them, and as words where there are none', async () => {
    await make()
    const zone = await read('zone', 't-1-harbour-zone')
    const { stdout } = await world.run('report --suggest')
    expect(stdout).toContain('T-1     high  branch t-1-harbour-zone')
    expect(stdout).toContain(`daybook report --suggest --refuse ${zone}`)
    expect((await world.run('report')).stdout).toContain('daybook report --suggest')
    await world.run(`report --suggest --accept ${zone}`)
    expect((await world.run('report --suggest')).stdout).toContain('Every session has a ticket, or none on purpose.')
  })
})
