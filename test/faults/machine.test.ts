import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { random } from '../random.ts'
import { buildProgram, place, type Place } from './daybook.ts'
import { prompt, prompts } from './lines.ts'

const places: Place[] = []
const NAME = '7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b'

function newPlace(): Place {
  const made = place()
  places.push(made)
  made.write(`-code-tides/${NAME}.jsonl`, prompts(30))
  return made
}

beforeAll(buildProgram, 60_000)
afterEach(() => {
  for (const made of places.splice(0)) made.remove()
})

const entries = async (where: Place): Promise<unknown> => (await where.json(['session', 'stats']))['entries']

/** One sentence of what was wrong and one way out; nothing of our inside. */
const refusal = expect.stringMatching(/^error: .+\n(?:(?!^\s+at ).*\n)*?try: {3}\S.*\n$/)

describe('a machine with odd settings', () => {
  it.each(['000', '077', '777', '022'])('umask %s: files for the owner alone, and a store that works', async (mask) => {
    const where = newPlace()
    expect(await where.run(['scan'], { shell: `umask ${mask};` })).toMatchObject({
      status: 0,
      stderr: expect.any(String),
    })
    expect(await entries(where)).toBe(30)
    expect(statSync(where.data).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(where.data)) expect(statSync(join(where.data, name)).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['LANG=C', { LANG: 'C', LC_ALL: 'C' }],
    ['a zone fourteen hours ahead', { TZ: 'Pacific/Kiritimati' }],
    ['a zone that is none', { TZ: 'Not/AZone' }],
  ])('%s changes no number', async (_name, env) => {
    const where = newPlace()
    expect(await where.run(['scan'], { env })).toMatchObject({ status: 0 })
    for (const words of [[], ['usage', 'daily'], ['session', 'list'], ['session', 'show', 'cc-7f3a91'], ['doctor']]) {
      expect(await where.run(words, { env })).toMatchObject({ status: 0 })
    }
    expect(await entries(where)).toBe(30)
  })

  it('few file descriptors are enough', async () => {
    const where = newPlace()
    for (let n = 0; n < 150; n++)
      where.write(
        `-code-${n}/${NAME.slice(0, -3)}${String(n).padStart(3, '0')}.jsonl`,
        prompt('a', { sessionId: `s-${n}` }),
      )
    const ran = await where.run(['scan'], { shell: 'ulimit -n 64;' })
    expect(ran).toMatchObject({ status: 0 })
    expect(await entries(where)).toBe(180)
    expect(await where.json(['problems'])).toMatchObject({ total: 0 })
  })

  it('no home folder: a sentence, or the folder that is named', async () => {
    const where = newPlace()
    const none = { HOME: '/nonexistent/home' }
    const ran = await where.run(['session', 'list'], { env: { ...none, DAYBOOK_HOME: undefined } })
    expect(ran.status === 1 || process.getuid?.() === 0).toBe(true)
    expect(await where.run(['scan'], { env: none })).toMatchObject({ status: 0 })
    expect(await where.run(['scan'], { env: { HOME: undefined, DAYBOOK_HOME: where.data } })).toMatchObject({
      status: 0,
    })
  })

  it('paths composed and decomposed, of 255 bytes, with line ends and escapes, are all read and none is obeyed', async () => {
    const where = newPlace()
    const names = ['-caf\u00e9', '-cafe\u0301', `-${'ü'.repeat(127)}`, '-a\nb', '-\u001b[31mred', '- blank ']
    for (const [n, name] of names.entries()) {
      where.write(
        `${name}/${NAME.slice(0, -1)}${n}.jsonl`,
        prompt(`in ${n}`, { sessionId: `${NAME.slice(0, -1)}${n}`, cwd: `/code/${name}` }) + '{broken\n',
      )
    }
    where.write(`-x/${'n'.repeat(249)}.jsonl`, prompt('long', { sessionId: 'n' }))
    expect(await where.run(['scan'])).toMatchObject({ status: 0 })
    expect(await entries(where)).toBe(30 + names.length + 1)
    for (const words of [
      ['problems'],
      ['session', 'list'],
      ['doctor'],
      ['project', 'list'],
      ['session', 'list', '--json'],
    ]) {
      const { stdout, stderr } = await where.run(words)
      expect(stdout + stderr).not.toContain('\u001b')
    }
    expect(await where.json(['problems'])).toMatchObject({ total: names.length })
  })
})

/** Root may write anywhere: then the program runs as somebody else. */
const uid = process.getuid?.() === 0 ? 65_534 : undefined

/** Lets another user own a place, its folder and all that is in it. */
function give(where: Place): void {
  if (uid === undefined) return
  const own = (path: string): void => {
    chownSync(path, uid, uid)
    if (statSync(path).isDirectory()) for (const name of readdirSync(path)) own(join(path, name))
  }
  own(join(where.home, '..'))
}

const MUCH = 8 * 100

/** Transcripts that do not get much smaller in the archive: about 1.5 MB. */
function writeMuch(where: Place): void {
  const chance = random(9)
  for (let n = 0; n < 8; n++) {
    const sessionId = `${NAME.slice(0, -1)}${n}`
    const line = (): string => prompt(Array.from({ length: 50 }, () => chance.uuid()).join(' '), { sessionId })
    where.write(`-code-${n}/${sessionId}.jsonl`, Array.from({ length: MUCH / 8 }, line).join(''))
  }
}

describe('a disk that refuses', () => {
  it('a data folder that cannot be written: reads answer or say why, writes say why, nothing changes', async () => {
    const where = newPlace()
    await where.run(['scan'])
    give(where)
    const before = readdirSync(where.data).map((name) => [name, readFileSync(join(where.data, name)).length])
    chmodSync(where.data, 0o500)
    for (const name of readdirSync(where.data)) chmodSync(join(where.data, name), 0o400)
    where.write(`-code-tides/${NAME.slice(0, -1)}1.jsonl`, prompt('more', { sessionId: 'more' }))
    give(where)
    const ran = await where.run(['scan'], { uid })
    expect(ran).toMatchObject({ status: 1, stderr: refusal })
    const listed = await where.run(['session', 'list'], { uid })
    expect(listed.stderr === '' || listed.status === 1).toBe(true)
    expect(listed.stderr).not.toMatch(/something in Daybook broke/)
    chmodSync(where.data, 0o700)
    expect(readdirSync(where.data).map((name) => [name, readFileSync(join(where.data, name)).length])).toEqual(before)
  })

  it('a home folder that cannot be written', async () => {
    const where = newPlace()
    give(where)
    chmodSync(where.home, 0o500)
    const env = { DAYBOOK_HOME: undefined }
    expect(await where.run(['scan'], { uid, env })).toMatchObject({ status: 1, stderr: refusal })
    expect(await where.run([], { uid, env })).toMatchObject({ status: 1, stderr: refusal })
    chmodSync(where.home, 0o700)
    expect(await where.run(['scan'], { uid, env })).toMatchObject({ status: 0 })
  })

  it('files that cannot grow: nothing half-kept, reads go on, and the next scan has everything', async () => {
    const where = newPlace()
    await where.run(['scan'])
    writeMuch(where)
    const blocks = Math.ceil(statSync(join(where.data, 'daybook.db')).size / 512) + 200
    const ran = await where.run(['scan'], { shell: `trap '' XFSZ; ulimit -f ${blocks};` })
    expect(ran).toMatchObject({ status: 1, signal: null, stderr: refusal })
    expect(ran.stderr).toContain('disk')
    expect(await where.run(['session', 'list'])).toMatchObject({ status: 0 })
    expect(where.holding().integrity).toBe('ok')
    expect(await where.run(['scan'])).toMatchObject({ status: 0 })
    expect(await entries(where)).toBe(30 + MUCH)
  })

  const mounts = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0
  it.skipIf(!mounts)('a full disk (needs a small file system of its own: user namespaces)', async () => {
    const where = newPlace()
    await where.run(['scan'])
    writeMuch(where)
    mkdirSync(`${where.data}-kept`)
    const kept = `${where.data}-kept`
    // Inside: a disk of 1.5 MB with the store on it; what is on it afterwards is carried out.
    const script = `set -e; cp -p ${where.data}/* ${kept}/; mount -t tmpfs -o size=1500k,mode=700 none ${where.data}
      cp -p ${kept}/* ${where.data}/; code=0; "$@" || code=$?
      "$1" "$2" usage total --json >&2 || code=99; "$1" "$2" scan > /dev/null 2>&1 && code=98; cp -p ${where.data}/* ${kept}/; exit $code`
    const ran = await where.run(['scan'], { around: ['unshare', '-rm', 'sh', '-c', script, 'sh'] })
    expect(ran).toMatchObject({ status: 1, signal: null })
    const [said, totals] = ran.stderr.split(/^(?=\{)/m)
    expect(said).toEqual(refusal)
    expect(said).toContain('the disk is full')
    expect(JSON.parse(totals!)).toMatchObject({ unpricedTokens: 0 })
    cpSync(kept, where.data, { recursive: true })
    expect(await where.run(['scan'])).toMatchObject({ status: 0 })
    expect(where.holding().integrity).toBe('ok')
    expect(await entries(where)).toBe(30 + MUCH)
  })

  it.skipIf(!mounts)('F6 a full disk that nobody has the store open on: what is there can be read', async () => {
    const where = newPlace()
    await where.run(['scan'])
    const kept = `${where.data}-kept`
    // Inside: the store on a disk of 8 MB, and every byte beside it taken. Not even the memory that SQLite shares finds room.
    const script = `set -e; mkdir ${kept}; cp -p ${where.data}/* ${kept}/; mount -t tmpfs -o size=8m,mode=700 none ${where.data}
      cp -p ${kept}/* ${where.data}/; cat /dev/zero > ${where.data}/full 2>&1 || :; rm -rf ${kept}; "$@"`
    const ask = (...words: string[]) => where.run(words, { around: ['unshare', '-rm', 'sh', '-c', script, 'sh'] })
    for (const words of [['usage', 'total'], ['session', 'list'], ['search', 'tide'], ['files'], ['doctor']])
      expect({ words, ...(await ask(...words)) }).toMatchObject({ words, status: 0 })
    const { stdout } = await ask('search', 'tide', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ indexed: 30, partial: false })
  })

  it('a folder of somebody else, or one that others may write to, is refused with what to type', async () => {
    const where = newPlace()
    mkdirSync(where.data, { mode: 0o777 })
    chmodSync(where.data, 0o777)
    expect(await where.run(['scan'])).toMatchObject({ status: 1, stderr: refusal })
    rmSync(where.data, { recursive: true })
    writeFileSync(where.data, 'a file')
    expect(await where.run(['scan'])).toMatchObject({ status: 1, stderr: refusal })
  })
})

describe('a copy of the data folder', () => {
  it('works where it is put', async () => {
    const [where, other] = [newPlace(), newPlace()]
    await where.run(['scan'])
    cpSync(where.data, other.data, { recursive: true, mode: 0 })
    chmodSync(other.data, 0o700)
    expect(await entries(other)).toBe(30)
    expect(await other.json(['search', 'tide'])).toMatchObject({ items: expect.arrayContaining([expect.anything()]) })
  })
})
