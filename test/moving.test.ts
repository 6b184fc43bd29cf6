import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { offersFor } from '../src/operations/handoff-offers.ts'
import { type TestMachine, testMachine } from './machine.ts'
import { MARKED, writeMarkedSessions } from './marked-session.ts'
import { startPostgres } from './postgres.ts'

const postgres = await startPostgres()
if (typeof postgres !== 'string') afterAll(() => postgres.stop())

let here: TestMachine
const others: TestMachine[] = []
beforeEach(() => (here = testMachine()))
afterEach(() => {
  for (const machine of [here, ...others.splice(0)]) machine.home.remove()
})

const MINUTE_MS = 60_000

function another(variables: Record<string, string> = {}): TestMachine {
  const machine = testMachine(here.now, variables)
  others.push(machine)
  return machine
}

/** Work by hand for a ticket, read history that hands over, and a session that took an earlier handoff. */
async function worked(): Promise<void> {
  writeMarkedSessions(here.home)
  await here.run('scan')
  await here.run(['start', 'Ask the harbour master', '--purpose', 'high water'])
  await here.run(['ticket', 'create', 'Tides offline', '--kind', 'epic'])
  await here.run(['ticket', 'create', 'Read the tables', '--no-parent'])
  await here.run(['ticket', 'create', 'Cache the tables', '--parent', 'EPIC-1'])
  await here.run('ticket link T-1 T-2 --relation blocks')
  await here.run('task activate T-2')
  here.now += 12 * MINUTE_MS
  await here.run(['log', 'called twice'])
  await here.run(['session', 'tag', '1', 'tides'])
  await here.run('session star 1')
  await here.run(['session', 'handoff', 'Call on Monday'])
  await here.run(['start', 'Go on with it'])
  await here.run('handoff accept 1 --session 2')
  await here.run(['session', 'handoff', '--session-id', MARKED, 'Cut the tables'])
  await here.run(['session', 'handoff', '--session-id', MARKED, 'Cut the tables next'])
  here.now += 5 * MINUTE_MS
  await here.run('end')
}

const exported = async (machine: TestMachine, name = 'bundle.json'): Promise<string> => {
  expect(await machine.run(`export --all --to ${name}`)).toMatchObject({ code: 0 })
  return readFileSync(join(machine.home.path, name), 'utf8')
}

async function brought(machine: TestMachine, bundle: string): Promise<object> {
  const { items } = await machine.ask<{ items: object[] }>(['import', machine.home.write('brought.json', bundle)])
  return items[0]!
}

type Item = { type: string; [field: string]: unknown }
const items = (bundle: string): Item[] => (JSON.parse(bundle) as { items: Item[] }).items

describe('U51 a bundle on its way to another machine', () => {
  it.skipIf(typeof postgres === 'string')(
    'is byte for byte the same through SQLite, files, PostgreSQL and SQLite again; every log verifies',
    { timeout: 120_000 },
    async () => {
      if (typeof postgres === 'string') return
      await worked()
      const bundle = await exported(here)
      expect(
        Object.fromEntries(['ticket', 'time', 'handoff', 'activity'].map((type) => [type, count(bundle, type)])),
      ).toEqual({
        ticket: 3,
        time: 2,
        handoff: 3,
        activity: expect.any(Number),
      })
      expect(items(bundle).find(({ ref }) => ref === 'T-1')).toMatchObject({
        relations: [{ kind: 'blocks', ref: 'T-2' }],
      })
      const figures = await Promise.all(['report', 'session list'].map((line) => here.ask(line)))
      const variables = { SESSION_STORAGE_BACKEND: 'postgres', DAYBOOK_STORAGE_URL: await postgres.create() }
      for (const machine of [another({ SESSION_STORAGE_BACKEND: 'filesystem' }), another(variables), another()]) {
        expect(await brought(machine, bundle)).toMatchObject({ sessions: { adopted: 4 }, problems: 0 })
        expect(await exported(machine)).toBe(bundle)
        expect(await machine.ask('activity verify')).toMatchObject({ brokenAt: null })
        const theirs = await Promise.all(['report', 'session list'].map((line) => machine.ask(line)))
        expect(theirs.map(named)).toEqual(figures.map(named))
        await machine.run(['session', 'note', '1', 'here now'])
        expect(await machine.ask('activity verify')).toMatchObject({ brokenAt: null })
      }
    },
  )

  it('brings the time of people, the log and handoffs as they stood', async () => {
    await worked()
    const there = another()
    await brought(there, await exported(here))
    const log = (machine: TestMachine) =>
      machine.ask<{ items: { at: string; actor: string; action: string; payload: object }[] }>(
        'activity list --session 1',
      )
    const told = ({ items: lines }: Awaited<ReturnType<typeof log>>) =>
      lines.map(({ at, actor, action, payload }) => ({ at, actor, action, payload }))
    expect(told(await log(there))).toEqual(told(await log(here)))
    expect(told(await log(there)).length).toBeGreaterThan(4)
    const states = await there.ask<{ items: { state: string; acceptedBy: string | null }[] }>('handoff list')
    expect(states.items.map(({ state, acceptedBy }) => [state, acceptedBy]).toSorted()).toEqual([
      ['accepted', 'ada'],
      ['offered', null],
      ['superseded', null],
    ])
  })

  it('offers what was offered to nobody before somebody has accepted it', async () => {
    await worked()
    const there = another()
    await brought(there, await exported(here))
    const offered = () =>
      there.opened(async ({ context }) => {
        const [marked] = await context.store.sessions.resolve(MARKED)
        const [other] = await context.store.sessions.resolve('SESSION-001')
        const told = await offersFor(context, { ...other!, projectId: marked!.projectId })
        return told?.text.includes('Cut the tables next') ?? false
      })
    expect([await offered(), (await there.run('handoff accept')).code]).toEqual([false, 3])
    await there.run('import accept I-1')
    expect(await offered()).toBe(true)
  })

  it('keeps a log that somebody changed out, and says so; the session comes', async () => {
    await worked()
    const bundle = await exported(here)
    for (const [name, changed] of [
      ['actor', bundle.replace('"actor":"ada"', '"actor":"eve"')],
      ['payload', bundle.replace(/("type":"activity".*"payload":"\{)(?=\\)/, '$1\\"more\\":1,')],
      ['chain', bundle.replaceAll(/"chain":"[^"/]+/g, '"chain":"../../x')],
      ['cut tail', bundle.replace(/^.*"type":"activity".*\n(?=(?!.*"type":"activity"))/m, '')],
      ['gap', bundle.replace(/\{"type":"activity"[^\n]*"sequence":1,[^\n]*\n/, '')],
    ] as const) {
      expect(changed, name).not.toBe(bundle)
      const there = another()
      const report = (await brought(there, changed)) as { sessions: { adopted: number }; problems: number }
      expect([name, report.sessions.adopted, report.problems > 0]).toEqual([name, 4, true])
      expect(await there.ask('activity verify')).toMatchObject({ brokenAt: null })
      expect((await there.run('problems')).stdout).toContain('came without its log')
    }
  })

  it('of version 1 is read: its handoffs are history', async () => {
    await worked()
    const there = another()
    const old = items(await exported(here))
      .filter(({ type }) => type !== 'time' && type !== 'activity')
      .map(({ type, chains: _chains, relations: _relations, ...item }) => {
        if (type === 'bundle') return { type, ...item, version: 1 }
        if (type !== 'handoff') return { type, ...item }
        const { session, version, payload, markdown, offeredAt, offeredBy } = item
        return { type, session, version, payload, markdown, offeredAt, offeredBy }
      })
    const lines = old.map((item) => JSON.stringify(item)).join(',\n')
    const text = `{"format":"daybook-bundle","version":1,"items":[\n${lines}\n]}\n`
    expect(await brought(there, text)).toMatchObject({ format: 'bundle', sessions: { adopted: 4 }, problems: 0 })
    const { items: handoffs } = await there.ask<{ items: { state: string }[] }>('handoff list')
    expect(handoffs.map(({ state }) => state)).toEqual(['expired', 'expired', 'expired'])
  })
})

function count(bundle: string, type: string): number {
  return items(bundle).filter((item) => item.type === type).length
}

/** Without the ids that each record gives projects and tickets. */
function named(reply: object): unknown {
  return JSON.parse(
    JSON.stringify(reply, (key, value: unknown) =>
      [
        'projectId',
        'ticketId',
        'machineId',
        'ticketIds',
        'quarantined',
        'createdAt',
        'updatedAt',
        'trackerId',
        'ref',
        'id',
      ].includes(key)
        ? undefined
        : value,
    ),
  )
}
