import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { generateHistory } from '../../bench/generate.ts'
import { buildProgram, place, type Holding, type Place } from './daybook.ts'
import { prompts } from './lines.ts'

const PROCESSES = 24

const folder = mkdtempSync(join(tmpdir(), 'daybook-crowd-'))
const { home } = generateHistory(folder, { bytes: 800_000, files: 16, seed: 5 })
const places: Place[] = []
let undisturbed: Holding

function newPlace(): Place {
  const made = place()
  places.push(made)
  cpSync(join(home, '.claude'), join(made.home, '.claude'), { recursive: true, preserveTimestamps: true })
  return made
}

beforeAll(async () => {
  buildProgram()
  const calm = newPlace()
  expect(await calm.run(['scan'])).toMatchObject({ status: 0 })
  undisturbed = calm.holding()
}, 60_000)
afterEach(() => {
  for (const made of places.splice(0)) made.remove()
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('many processes at once', () => {
  it('begin on an empty folder: every first scan ends well, with one store, one salt and one copy of everything', async () => {
    const where = newPlace()
    const all = await Promise.all(Array.from({ length: PROCESSES }, () => where.run(['scan'])))
    expect(all.map(({ status, stderr }) => ({ status, busy: /busy|locked/.test(stderr) }))).toEqual(
      all.map(() => ({ status: 0, busy: false })),
    )
    expect(where.holding()).toEqual(undisturbed)
    expect(readdirSync(where.data).sort()).toEqual(['daybook.db', 'redaction.salt', 'search.db'])
    expect(readFileSync(join(where.data, 'redaction.salt'))).toHaveLength(32)
    expect(readdirSync(where.data).map((name) => statSync(join(where.data, name)).mode & 0o777)).toEqual([
      0o600, 0o600, 0o600,
    ])
  }, 60_000)

  it('read, search and scan while transcripts grow', async () => {
    const where = newPlace()
    await where.run(['scan'])
    const grown = where.write('-code-tides/7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b.jsonl', prompts(40))
    const words = [['scan'], ['usage', 'daily'], ['session', 'list'], ['search', 'tide'], ['files'], ['doctor']]
    const all = await Promise.all(Array.from({ length: PROCESSES }, (_, n) => where.run(words[n % words.length]!)))
    expect(all.map(({ status, stderr }) => ({ status, busy: /busy|locked/.test(stderr) }))).toEqual(
      all.map(() => ({ status: 0, busy: false })),
    )
    await where.run(['scan'])
    expect(where.holding().rows['entry']).toBe((undisturbed.rows['entry'] ?? 0) + 40)
    rmSync(grown)
    expect(await where.json(['activity', 'verify'])).toMatchObject({ ok: true, brokenAt: null })
  }, 60_000)

  it('rebuild, scan and delete beside one another', async () => {
    const where = newPlace()
    await where.run(['scan'])
    const words = [['reindex'], ['scan'], ['usage', 'total'], ['reindex'], ['search', 'tide']]
    const all = await Promise.all(Array.from({ length: 10 }, (_, n) => where.run(words[n % words.length]!)))
    expect(all.map(({ status, stderr }) => [status, stderr])).toEqual(all.map(({ stderr }) => [0, stderr]))
    await where.run(['scan'])
    expect(where.holding()).toEqual(undisturbed)
  }, 60_000)
})
