import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { random } from '../random.ts'
import { buildProgram, place, type Place } from './daybook.ts'
import { prompts } from './lines.ts'

const places: Place[] = []

async function scanned(): Promise<Place> {
  const made = place()
  places.push(made)
  made.write('-code-tides/7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b.jsonl', prompts(300))
  expect(await made.run(['scan'])).toMatchObject({ status: 0 })
  return made
}

beforeAll(buildProgram, 60_000)
afterEach(() => {
  for (const made of places.splice(0)) made.remove()
})

const book = (where: Place): string => join(where.data, 'daybook.db')
const index = (where: Place): string => join(where.data, 'search.db')

function flip(path: string, from: number, count: number): void {
  const bytes = readFileSync(path)
  for (let at = from; at < Math.min(bytes.length, from + count); at++) bytes[at] = bytes[at]! ^ 0xff
  writeFileSync(path, bytes)
}

function sql(path: string, statement: string): void {
  const handle = new DatabaseSync(path)
  handle.exec(statement)
  handle.close()
}

const DAMAGES: [string, RegExp, (where: Place) => void][] = [
  ['a header of other bytes', /damaged/, (where) => flip(book(where), 0, 64)],
  ['a text file in its place', /damaged/, (where) => writeFileSync(book(where), 'this is no database\n'.repeat(1000))],
  [
    'another program’s database',
    /another program/,
    (where) => {
      rmSync(book(where))
      sql(book(where), 'CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)')
    },
  ],
  ['a store of a newer Daybook', /newer Daybook/, (where) => sql(book(where), 'PRAGMA user_version = 999')],
  ['a broken schema', /damaged/, (where) => flip(book(where), 100, 4000)],
]

describe('a store file that is', () => {
  it.each(DAMAGES)(
    '%s: every command says so in a sentence with a way out and leaves it alone',
    async (_name, says, damage) => {
      const where = await scanned()
      damage(where)
      const before = readFileSync(book(where))
      for (const words of [['scan'], ['session', 'list'], ['search', 'tide'], ['doctor'], ['reindex'], []]) {
        const { status, stdout, stderr } = await where.run(words)
        expect({ words, status, stdout }).toEqual({
          words,
          status: expect.toSatisfy((code) => code === 1 || code === 4),
          stdout: '',
        })
        expect(stderr).toMatch(/^error: .*\n[^]*^try: {3}\S/m)
        expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(says)
        expect(stderr).not.toMatch(/^\s+at |something in Daybook broke/m)
      }
      expect(readFileSync(book(where)).equals(before)).toBe(true)
    },
  )

  it('damaged: what is told to be typed makes a new store and keeps the old one', async () => {
    const where = await scanned()
    flip(book(where), 0, 64)
    const damaged = readFileSync(book(where))
    const { stderr } = await where.run(['session', 'list'])
    const [, move] = /^try: {3}(mv .*) && daybook scan$/m.exec(stderr) ?? []
    execFileSync('sh', ['-c', move!])
    expect(await where.run(['scan'])).toMatchObject({ status: 0 })
    expect(where.holding()).toMatchObject({ integrity: 'ok', rows: { entry: 300 } })
    expect(readFileSync(`${book(where)}.damaged`).equals(damaged)).toBe(true)
  })

  it.each([
    ['all that lies beside one', () => {}],
    ['nothing but the secret of placeholders', (where: Place) => rmSync(index(where))],
    [
      'a log of what was not written into it yet',
      (where: Place) => writeFileSync(`${book(where)}-wal`, 'log'.repeat(99)),
    ],
  ])('empty beside %s: told, with a way out that loses nothing', async (_name, prepare) => {
    const where = await scanned()
    truncateSync(book(where), 0)
    prepare(where)
    const before = readdirSync(where.data).map((name) => [name, readFileSync(join(where.data, name))])
    const { status, stderr } = await where.run(['session', 'list'])
    expect(status).toBe(1)
    expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(/is empty, and it was not always: .*redaction\.salt/)
    expect(readdirSync(where.data).map((name) => [name, readFileSync(join(where.data, name))])).toEqual(before)
    const [, moves] = /^try: {3}(mv .*) && daybook scan$/m.exec(stderr) ?? []
    execFileSync('sh', ['-c', moves!])
    expect(await where.run(['scan'])).toMatchObject({ status: 0 })
    expect(where.holding()).toMatchObject({ integrity: 'ok', rows: { entry: 300 }, indexed: 300 })
    for (const [name, bytes] of before.filter(([name]) => String(name).startsWith('daybook.db')))
      expect(readFileSync(join(where.data, String(name).replace('.db', '.db.emptied')))).toEqual(bytes)
    expect(await where.json(['search', 'tide', '--limit', '1'])).toMatchObject({ items: [expect.anything()] })
  })

  it('empty and new, or gone: the next scan fills it', async () => {
    const made = place()
    places.push(made)
    made.write('-code-tides/7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b.jsonl', prompts(300))
    mkdirSync(made.data, { mode: 0o700 })
    writeFileSync(book(made), '')
    expect(await made.run(['scan'])).toMatchObject({ status: 0 })
    expect(made.holding().rows['entry']).toBe(300)
    rmSync(book(made))
    expect(await made.run(['scan'])).toMatchObject({ status: 0 })
    expect(made.holding()).toMatchObject({ integrity: 'ok', rows: { entry: 300 }, indexed: 300 })
  })

  it('cut off or changed in the middle: nothing crashes, and doctor names the damage', async () => {
    const chance = random(21)
    const where = await scanned()
    const sound = join(where.home, 'sound.db')
    copyFileSync(book(where), sound)
    const { size } = statSync(sound)
    let seen = 0
    for (let round = 0; round < 8; round++) {
      copyFileSync(sound, book(where))
      for (const suffix of ['-wal', '-shm']) rmSync(book(where) + suffix, { force: true })
      if (round % 2 === 0) truncateSync(book(where), 8192 * chance.int(2, Math.floor(size / 8192) - 1))
      else flip(book(where), chance.int(8192, size - 8192), 8192)
      for (const words of [['session', 'list'], ['usage', 'daily'], ['scan'], ['doctor']]) {
        const { status, signal, stderr, stdout } = await where.run(words)
        expect(signal).toBeNull()
        expect(stderr).not.toMatch(/^\s+at |something in Daybook broke/m)
        if (words[0] === 'doctor' && /damaged/.test(stdout + stderr)) seen++
        if (status !== 0 && words[0] !== 'doctor') expect(stderr).toMatch(/^try: {3}\S/m)
      }
    }
    expect(seen).toBeGreaterThan(4)
  }, 60_000)
})

describe('an index file that is', () => {
  const damages: [string, (where: Place) => void][] = [
    ['missing', (where) => rmSync(index(where))],
    ['empty', (where) => truncateSync(index(where), 0)],
    ['no database', (where) => writeFileSync(index(where), 'no database '.repeat(1000))],
    ['cut off', (where) => truncateSync(index(where), 8192 * 3)],
    [
      'another program’s database',
      (where) => {
        rmSync(index(where))
        sql(index(where), 'CREATE TABLE theirs (a); PRAGMA user_version = 77')
      },
    ],
  ]
  it.each(damages)('%s: found as before, and whole after the next scan', async (_name, damage) => {
    const where = await scanned()
    damage(where)
    const found = await where.json<{ items: unknown[] }>(['search', 'tide', '--limit', '50'])
    expect(found.items).toHaveLength(50)
    expect(await where.run(['scan'])).toMatchObject({ status: 0 })
    expect(where.holding()).toMatchObject({ indexed: 300, integrity: 'ok' })
    expect(await where.json(['doctor'])).toMatchObject({ ok: true, warnings: 0 })
  })
})

describe('an index with bytes changed', () => {
  it('may find less until doctor or a query meets the damage; then it is made again', async () => {
    const where = await scanned()
    const { size } = statSync(index(where))
    for (const from of [8192, Math.floor(size / 2), size - 9000]) {
      flip(index(where), from, 8000)
      expect(await where.run(['search', 'tide'])).toMatchObject({ signal: null })
      expect(await where.run(['doctor'])).toMatchObject({ status: 0 })
      expect(await where.run(['scan'])).toMatchObject({ status: 0 })
      const found = await where.json<{ items: unknown[] }>(['search', 'tide', '--limit', '50'])
      expect(found.items).toHaveLength(50)
      expect(where.holding()).toMatchObject({ indexed: 300, integrity: 'ok' })
    }
  }, 60_000)
})

describe('what a killed process leaves beside the store', () => {
  it('is taken in: the log holds what was acknowledged', async () => {
    const where = await scanned()
    const other = place()
    places.push(other)
    // A copy while somebody has the store open, log and all, is what a power cut leaves.
    const open = new DatabaseSync(book(where))
    open.exec(`PRAGMA wal_autocheckpoint = 0; UPDATE session SET title = 'from the log'`)
    cpSync(where.data, other.data, { recursive: true })
    open.close()
    expect(existsSync(`${book(other)}-wal`)).toBe(true)
    expect(await other.json(['session', 'list'])).toMatchObject({ items: [{ title: 'from the log' }] })
    writeFileSync(`${book(where)}-wal`, random(3).uuid().repeat(1000))
    writeFileSync(`${book(where)}-shm`, 'garbage'.repeat(5000))
    expect(await where.run(['scan'])).toMatchObject({ status: 0 })
    expect(where.holding()).toMatchObject({ integrity: 'ok', rows: { entry: 300 } })
  })
})
