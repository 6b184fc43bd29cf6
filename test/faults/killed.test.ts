import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { generateHistory } from '../../bench/generate.ts'
import { random } from '../random.ts'
import { buildProgram, ended, place, type Holding, type Place } from './daybook.ts'
import { prompt, prompts } from './lines.ts'

const folder = mkdtempSync(join(tmpdir(), 'daybook-killed-'))
const { home: shared } = generateHistory(folder, { bytes: 2_000_000, files: 40, seed: 3 })
const places: Place[] = []
let undisturbed: Holding
let scanMs: number

function newPlace(): Place {
  const made = place()
  cpSync(join(shared, '.claude'), join(made.home, '.claude'), { recursive: true, preserveTimestamps: true })
  places.push(made)
  return made
}

beforeAll(async () => {
  buildProgram()
  // The shorter of two: on a machine that is busy just then, the other would have every kill come too late.
  const times: number[] = []
  for (const calm of [newPlace(), newPlace()]) {
    const { status, durationMs } = await calm.run(['scan'])
    expect(status).toBe(0)
    times.push(durationMs)
    undisturbed = calm.holding()
  }
  scanMs = Math.min(...times)
})
afterEach(() => {
  for (const made of places.splice(0)) made.remove()
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Starts a command and kills it some time after it began. True when it was still at work. */
async function kill(where: Place, words: string[], afterMs: number): Promise<boolean> {
  const child = where.start(words)
  const end = ended(child)
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs)
  const { signal } = await end
  clearTimeout(timer)
  return signal === 'SIGKILL'
}

async function expectHealed(where: Place): Promise<void> {
  const started = await where.run(['usage', 'total'])
  expect(started).toMatchObject({ status: 0, stderr: '' })
  expect(started.durationMs).toBeLessThan(2000)
  expect(await where.run(['scan'])).toMatchObject({ status: 0 })
  expect(where.holding()).toEqual(undisturbed)
  expect(await where.json(['activity', 'verify'])).toMatchObject({ ok: true, brokenAt: null })
}

/** The store's files, logs included, in whose raw bytes a text stands. */
function filesWith(where: Place, text: string): string[] {
  return readdirSync(where.data).filter((name) => readFileSync(join(where.data, name)).includes(text))
}

describe('a deleted session', () => {
  it('is in no byte of the files, however often its transcript had grown before', async () => {
    const where = newPlace()
    const file = where.write(
      '-code-tides/7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b.jsonl',
      prompt('the quokkaword stands only here'),
    )
    for (let n = 0; n < 8; n++) {
      expect(await where.run(['scan'])).toMatchObject({ status: 0 })
      appendFileSync(file, prompts(10, `again ${n}`))
    }
    expect(filesWith(where, 'quokkaword')).toContain('daybook.db')
    expect(await where.run(['session', 'delete', 'cc-7f3a91', '--yes'])).toMatchObject({ status: 0 })
    expect(filesWith(where, 'quokkaword')).toEqual([])
  }, 60_000)
})

describe('kill -9 at a random moment', () => {
  it('U50 of scans: nothing twice, nothing missing, and the store is sound', async () => {
    const chance = random(11)
    for (let round = 0; round < 2; round++) {
      const where = newPlace()
      let killed = 0
      for (let n = 0; n < 6; n++) {
        if (await kill(where, ['scan'], 60 + chance.next() * scanMs * 0.8)) killed++
      }
      expect(killed).toBeGreaterThan(0)
      await expectHealed(where)
    }
  }, 60_000)

  it('of rebuilding: every transcript is as it was or rebuilt', async () => {
    const chance = random(12)
    const where = newPlace()
    await where.run(['scan'])
    let killed = 0
    for (let n = 0; n < 6; n++) {
      if (await kill(where, ['reindex'], 120 + chance.next() * scanMs * 0.7)) killed++
      await expectHealed(where)
    }
    expect(killed).toBeGreaterThan(0)
  }, 60_000)

  it('of deleting: a session is there whole or gone whole, for good, and its words go', async () => {
    const chance = random(13)
    const where = newPlace()
    where.write('-code-tides/7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b.jsonl', prompt('the quokkaword stands only here'))
    await where.run(['scan'])
    expect(filesWith(where, 'quokkaword')).toContain('daybook.db')
    const names = async (): Promise<string[]> => {
      const { items } = await where.json<{ items: { externalId: string }[] }>(['session', 'list', '--limit', '200'])
      return items.map(({ externalId }) => externalId).sort()
    }
    const all = await names()
    // Deleting takes about as long as starting.
    const base = (await where.run(['session', 'delete', '--project', 'tides', '--rehearse'])).durationMs
    let killed = 0
    for (let n = 0; n < 8; n++) {
      const before = await names()
      const some = before.filter((_, place) => place % 3 === n % 3)
      if (await kill(where, ['session', 'delete', ...some, '--yes'], base + chance.next() * base)) killed++
      const left = await names()
      expect(before).toEqual(expect.arrayContaining(left))
      expect(await where.run(['scan'])).toMatchObject({ status: 0 })
      expect(await names()).toEqual(left)
      expect(where.holding().integrity).toBe('ok')
    }
    expect(killed).toBeGreaterThan(0)
    expect((await names()).length).toBeLessThan(all.length)
    expect(await where.run(['session', 'delete', '7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b', '--yes'])).toBeDefined()
    expect(filesWith(where, 'quokkaword')).toEqual([])
    expect(await where.json(['activity', 'verify'])).toMatchObject({ ok: true, brokenAt: null })
  }, 60_000)
})
