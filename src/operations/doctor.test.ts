import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../domain/errors.ts'
import type { Source } from '../sources/source.ts'
import { emptyWorld, operationsWorld } from '../../test/operations-world.ts'
import { counted, quoted, shortPath, size } from './check.ts'
import { checkDisk, checkPermissions, checkStore } from './doctor-store.ts'
import { checkIgnored } from './doctor-ignored.ts'
import { checkSource } from './doctor-sources.ts'
import { doctor } from './doctor.ts'

let world: Awaited<ReturnType<typeof operationsWorld>>
beforeEach(async () => {
  world = await operationsWorld()
})
afterEach(() => world.close())

describe('doctor', () => {
  it('looks at store, sources, problems, search and versions, and counts what is wrong', async () => {
    const report = await doctor.handle(world.context, { deep: false })
    const byName = new Map(report.items.map((item) => [item.name, item]))
    expect(report.total).toBe(report.items.length)
    expect(byName.get('store')).toMatchObject({
      level: 'ok',
      says: expect.stringMatching(/activity log verified to 2026-/),
    })
    expect(byName.get('versions')?.says).toContain(`Node ${process.versions.node}`)
    expect(byName.get('problems')).toMatchObject({
      level: 'warn',
      says: '1 place could not be read; all else is kept',
      details: [expect.stringMatching(/3c33c333-.*\.jsonl:5 {2}\S/)],
      try: 'daybook problems',
    })
    expect(report.errors).toBe(report.items.filter(({ level }) => level === 'error').length)
    expect(report.warnings).toBe(report.items.filter(({ level }) => level === 'warn').length)
    expect(report.ok).toBe(report.errors === 0)
  })

  it('has nothing to complain about where there is nothing', async () => {
    const empty = await emptyWorld()
    const { items } = await doctor.handle(empty.context, { deep: false })
    expect(items.find(({ name }) => name === 'Claude Code')).toMatchObject({
      level: 'ok',
      says: expect.stringMatching(/^not found here; looked in ~\/\.claude\/projects/),
    })
    expect(items.filter(({ level }) => level !== 'ok')).toEqual([])
    await empty.close()
  })
})

describe('the check of a source', () => {
  const claude = () => checkSource(world.context, world.context.sources[0]!)

  it('counts files and says that all of them are archived', async () => {
    const [reading, archive] = await claude()
    expect(reading).toMatchObject({
      name: 'Claude Code',
      level: 'ok',
      says: expect.stringMatching(/^3 files in ~\/\.claude/),
    })
    expect(archive).toMatchObject({ level: 'ok', says: expect.stringMatching(/deletes at 30; all are archived$/) })
  })

  it('warns while something is not archived that the vendor will delete', async () => {
    world.home.write('.claude/projects/-code-harbour/4d44d444-0000-4000-8000-000000000004.jsonl', '{}\n')
    const [, archive] = await claude()
    expect(archive).toMatchObject({
      level: 'warn',
      says: '1 file with something that is not archived yet; Claude Code deletes at 30 days',
      try: 'daybook scan',
    })
  })

  it('warns of a file that grew, also where its time stayed', async () => {
    const [known] = await world.store.transcripts.known()
    const { atime, mtime } = statSync(known!.path)
    appendFileSync(known!.path, '{}\n')
    utimesSync(known!.path, atime, mtime)
    expect((await claude())[1]).toMatchObject({ level: 'warn', try: 'daybook scan' })
  })

  it('names a folder that may not be read, and the fix', async () => {
    const folder = join(world.home.path, '.claude/projects/-code-secret')
    const claude = world.context.sources[0]!
    // Permissions do not stop root, as which tests may run: the source is told to meet a locked folder.
    const locked: Source = {
      ...claude,
      roots: (env) => claude.roots(env),
      async discover(env) {
        env.problem?.(folder, 'it cannot be read: permission denied')
        return claude.discover(env)
      },
    }
    const [reading] = await checkSource(world.context, locked)
    expect(reading).toMatchObject({
      level: 'error',
      says: expect.stringMatching(/^3 files in .*; 1 place left out$/),
      details: ['~/.claude/projects/-code-secret  it cannot be read: permission denied'],
      try: `chmod u+rX ${folder}`,
    })
  })
})

describe('what is ignored', () => {
  const said = async () => (await checkIgnored(world.context)).map(({ says, try: step }) => [says, step])

  it('is offered for deletion while something of it is kept', async () => {
    expect(await said()).toEqual([])
    const harbour = (await world.store.projects.list()).find(({ name }) => name === 'harbour')!
    await world.store.projects.setIgnored(harbour.id, '2026-11-20T11:00:00.000Z')
    const kept = ['harbour: 1 session read before', 'daybook session delete --project harbour --rehearse']
    expect(await said()).toEqual([kept])
    world.context.ignore = { paths: ['/code'], projects: ['harbour'], agents: ['claude-code', 'codex'] }
    expect(await said()).toEqual([
      ['tidewatch: 2 sessions read before', 'daybook session delete --project tidewatch --rehearse'],
      kept,
      ['claude-code: 3 sessions read before', 'daybook session delete --agent claude-code --rehearse'],
    ])
  })

  it('says that nothing new is read while prices of one’s own cannot be', async () => {
    const prices = async () =>
      (await doctor.handle(world.context, { deep: false })).items.filter(({ name }) => name === 'prices')
    expect(await prices()).toEqual([])
    world.context.ownPrices = async () => {
      throw new AppError('unavailable', 'the price file /code/own.toml cannot be read', { hint: 'daybook config' })
    }
    expect(await prices()).toMatchObject([
      {
        level: 'error',
        says: 'nothing new is read: the price file /code/own.toml cannot be read',
        try: 'daybook config',
      },
    ])
  })

  it('warns of a name that ignores no agent', async () => {
    world.context.ignore = { paths: [], projects: [], agents: ['claud', 'gemini'] }
    expect(await checkIgnored(world.context)).toEqual([
      {
        name: 'ignored',
        level: 'warn',
        says: 'ignore.agents names "claud", which is no agent that is read',
        details: [],
        try: 'daybook agents',
      },
    ])
  })
})

describe('the checks of the place where the store is', () => {
  const report = (location: string) => ({
    engine: 'SQLite',
    engineVersion: '3.53.0',
    location,
    schemaVersion: 1,
    sizeBytes: 0,
    searchSizeBytes: 0,
    walBytes: 0,
    damage: [],
    checked: 'whole' as const,
  })

  it('finds folders that others may open', () => {
    const folder = mkdtempSync(join(tmpdir(), 'daybook-doctor-'))
    const inside = join(folder, 'open house')
    mkdirSync(inside)
    chmodSync(inside, 0o755)
    expect(checkPermissions(report(join(inside, 'daybook.db')))).toMatchObject([
      { level: 'error', details: [inside], try: `chmod go-rwx '${inside}'` },
    ])
    chmodSync(inside, 0o700)
    expect(checkPermissions(report(join(inside, 'daybook.db')))).toMatchObject([{ level: 'ok' }])
    expect(checkDisk(report(join(inside, 'daybook.db')))).toMatchObject([{ name: 'disk' }])
    rmSync(folder, { recursive: true })
  })

  it('says how a large store is looked at whole', async () => {
    const [pages, whole] = [{ ...report('/x/daybook.db'), checked: 'pages' as const }, report('/x/daybook.db')]
    expect((await checkStore(world.context, pages)).details).toEqual([
      '/x/daybook.db',
      'every page is sound; the indexes against their tables: daybook doctor --deep',
    ])
    expect((await checkStore(world.context, whole)).details).toEqual(['/x/daybook.db'])
  })

  it('asks nothing of a store that is no file', () => {
    expect([...checkPermissions(report(':memory:')), ...checkDisk(report(':memory:'))]).toEqual([])
  })
})

describe('words of the report', () => {
  it('has plurals, sizes, short paths and quotes right', () => {
    expect([counted(0, 'file'), counted(1, 'file'), counted(1203, 'file')]).toEqual([
      '0 files',
      '1 file',
      '1,203 files',
    ])
    expect([size(831), size(1), size(96 * 1024 ** 2), size(5.25 * 1024 ** 3)]).toEqual([
      '831 bytes',
      '1 byte',
      '96 MB',
      '5.3 GB',
    ])
    expect([shortPath('/home/ada/x', '/home/ada'), shortPath('/home/adam', '/home/ada')]).toEqual(['~/x', '/home/adam'])
    expect([quoted('/a/b-c.db'), quoted("/a/it's")]).toEqual(['/a/b-c.db', `'/a/it'\\''s'`])
  })
})
