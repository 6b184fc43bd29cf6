import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { random } from '../random.ts'
import { buildProgram, ended, place, type Place } from './daybook.ts'
import { prompt, prompts } from './lines.ts'

const places: Place[] = []
const NAME = '7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b'
const FILE = `-code-tides/${NAME}.jsonl`

function newPlace(): Place {
  const made = place()
  places.push(made)
  return made
}

beforeAll(buildProgram, 60_000)
afterEach(() => {
  for (const made of places.splice(0)) made.remove()
})

interface Found {
  path: string
  line: number | null
  reason: string
}

async function scan(where: Place): Promise<{ entries: number; problems: Found[] }> {
  const ran = await where.run(['scan'])
  expect(ran).toMatchObject({ status: 0, signal: null })
  const { entries } = await where.json<{ entries: number }>(['session', 'stats'])
  const { items } = await where.json<{ items: Found[] }>(['problems', '--limit', '200'])
  return { entries, problems: items.map(({ path, line, reason }) => ({ path, line, reason })) }
}

describe('a transcript that', () => {
  it('grows while it is read, in halves of lines, ends up whole', async () => {
    const where = newPlace()
    const lines = prompts(60)
    const file = where.write(FILE, '')
    const cuts = random(31)
    let at = 0
    const scans: Promise<unknown>[] = []
    while (at < lines.length) {
      const next = Math.min(lines.length, at + cuts.int(1, 1500))
      appendFileSync(file, lines.slice(at, next))
      at = next
      if (scans.length < 12) scans.push(where.run(['scan']).then((ran) => expect(ran).toMatchObject({ status: 0 })))
      if (scans.length % 3 === 0) await Promise.all(scans)
    }
    await Promise.all(scans)
    expect(await scan(where)).toEqual({ entries: 60, problems: [] })
    expect(where.holding().transcripts).toMatchObject([
      { records: 60, archived: lines.length, read_bytes: lines.length },
    ])
  })

  it('is cut or written anew counts as it stands; rotated, emptied or deleted it keeps what was read', async () => {
    const where = newPlace()
    const lines = prompts(20)
    const file = where.write(FILE, lines)
    const entries = async (): Promise<number> => (await scan(where)).entries
    expect(await entries()).toBe(20)
    truncateSync(file, lines.indexOf('\n') + 1)
    expect(await entries()).toBe(1)
    truncateSync(file, 0)
    expect(await entries()).toBe(1)
    writeFileSync(file, lines + prompts(2))
    expect(await entries()).toBe(22)
    const grown = readFileSync(file)
    renameSync(file, `${file}.1`)
    writeFileSync(file, prompts(3))
    expect(await entries()).toBe(25)
    rmSync(file)
    expect(await entries()).toBe(25)
    writeFileSync(file, grown)
    expect(await entries()).toBe(22)
    writeFileSync(`${file}.new`, `${grown.toString()}${prompt('the last')}`)
    renameSync(`${file}.new`, file)
    expect(await scan(where)).toEqual({ entries: 23, problems: [] })
    expect(await where.json(['activity', 'verify'])).toMatchObject({ ok: true })
  })

  it('is no regular file is passed by, named, and never waited for', async () => {
    const where = newPlace()
    const projects = join(where.home, '.claude', 'projects')
    where.write(FILE, prompts(5))
    const folder = join(projects, '-code-tides')
    execFileSync('mkfifo', [join(folder, 'fifo.jsonl')])
    symlinkSync('loop.jsonl', join(folder, 'loop.jsonl'))
    symlinkSync(projects, join(folder, 'up'))
    symlinkSync('/dev/zero', join(folder, 'zero.jsonl'))
    mkdirSync(join(folder, 'folder.jsonl'))
    const server = createServer().listen(join(folder, 's.jsonl'))
    const ran = await where.run(['scan'])
    server.close()
    expect(ran.status).toBe(0)
    expect(ran.durationMs).toBeLessThan(10_000)
    expect(await scan(where)).toMatchObject({ entries: 5 })
  })

  it('may not be read is named with its path, and read once it may be', async () => {
    const uid = process.getuid?.() === 0 ? 65_534 : undefined
    const where = newPlace()
    const closed = where.write(FILE, prompts(5))
    const inside = where.write('-code-closed/x.jsonl', prompt('behind', { sessionId: 'x' }))
    where.write('-code-open/y.jsonl', prompt('open', { sessionId: 'y' }))
    if (uid !== undefined) execFileSync('chown', ['-R', `${uid}`, join(where.home, '..')])
    const folder = join(inside, '..')
    chmodSync(closed, 0)
    chmodSync(folder, 0)
    expect(await where.run(['scan'], { uid })).toMatchObject({ status: 0 })
    const { items } = JSON.parse((await where.run(['problems', '--json'], { uid })).stdout) as { items: Found[] }
    expect(items.map(({ path, reason }) => [path, reason]).sort()).toEqual([
      [folder, expect.stringContaining('cannot be read')],
      [closed, expect.stringContaining('permission denied')],
    ])
    expect((await where.run(['doctor'], { uid })).stdout).toContain('permission denied')
    chmodSync(closed, 0o600)
    chmodSync(folder, 0o700)
    expect(await where.run(['scan'], { uid })).toMatchObject({ status: 0 })
    if (uid !== undefined) chownSync(where.data, 0, 0)
    expect(await scan(where)).toEqual({ entries: 7, problems: [] })
  })
})

describe('lines that', () => {
  const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  const bad: [string, string | Buffer][] = [
    ['nothing but words', 'not json at all'],
    ['half an object', '{"type":"user","message":{"role":"us'],
    ['NUL', '\0\0\0\0'],
    ['invalid UTF-8', Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x80])],
    ['20,000 deep', deep(20_000)],
    ['a number', '42'],
    ['a list', '[1,2,3]'],
    ['null', 'null'],
  ]
  it.each(bad)('hold %s are problems with path and line; their neighbours are read', async (_name, line) => {
    const where = newPlace()
    const path = where.write(
      FILE,
      Buffer.concat([Buffer.from(prompts(2)), Buffer.from(line), Buffer.from(`\n${prompts(2)}`)]),
    )
    expect(await scan(where)).toEqual({ entries: 4, problems: [{ path, line: 3, reason: expect.any(String) }] })
    expect((await where.run(['doctor'])).stdout).toContain(`${NAME}.jsonl:3`)
  })

  it('are odd but whole lose nothing: deep content, lone surrogates, wrong types, clocks of 1970 and of the future', async () => {
    const where = newPlace()
    const tool = {
      type: 'assistant',
      message: {
        role: 'assistant',
        model: 'm',
        id: 'i',
        content: [{ type: 'tool_use', id: 't', name: 'Bash', input: 'DEEP' }],
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    }
    where.write(
      FILE,
      [
        prompt('first'),
        prompt('deep', tool).replace('"DEEP"', deep(20_000)),
        prompt('x').replace('"x"', '"\\ud800 alone \\udfff"'),
        prompt('wrong types', { message: { role: 7, content: { a: [] } }, uuid: 12, cwd: ['x'], version: {} }),
        prompt('wrong usage', {
          type: 'assistant',
          message: {
            role: 'assistant',
            id: 'u',
            model: 5,
            content: 'text',
            usage: { input_tokens: '12', output_tokens: -5, cache_read_input_tokens: 1e30 },
          },
        }),
        prompt('old', { timestamp: '1970-01-01T00:00:00.000Z' }),
        prompt('before', { timestamp: '1969-07-20T20:17:00.000Z' }),
        prompt('future', { timestamp: '9999-12-31T23:59:59.999Z' }),
        prompt('beyond', { timestamp: '+275760-09-13T00:00:00.000Z' }),
        prompt('no time', { timestamp: 'yesterday' }),
        prompt('numeric time', { timestamp: 1e15 }),
        prompt(
          '__proto__',
          JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}') as Record<string, unknown>,
        ),
        prompt('last'),
      ].join(''),
    )
    const { entries } = await scan(where)
    expect(entries).toBeGreaterThanOrEqual(9)
    for (const words of [
      [],
      ['session', 'list'],
      ['session', 'show', 'cc-7f3a91'],
      ['session', 'messages', 'cc-7f3a91'],
      ['usage', 'daily'],
      ['usage', 'weekly'],
      ['search', 'deep'],
      ['doctor'],
      ['reindex'],
      ['files'],
    ]) {
      const { status, stderr } = await where.run(words)
      expect({ words, status, stderr }).toEqual({ words, status: 0, stderr: expect.not.stringContaining('error:') })
    }
    const { items } = await where.json<{ items: unknown[] }>(['search', 'first'])
    expect(items).toHaveLength(1)
    expect((await where.json<{ items: unknown[] }>(['search', 'last'])).items).toHaveLength(1)
    expect((await scan(where)).entries).toBe(entries)
  })

  it('carry escape sequences reach no terminal', async () => {
    const where = newPlace()
    const evil = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eabc\u200b'
    where.write(
      FILE,
      prompt(`needle ${evil}`, { cwd: `/code/${evil}`, gitBranch: evil, version: evil, customTitle: evil }) +
        `{${evil}\n`,
    )
    await where.run(['scan'])
    const hostile = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u200b]/
    const all = [
      [],
      ['scan'],
      ['session', 'list'],
      ['session', 'show', 'cc-7f3a91'],
      ['session', 'messages', 'cc-7f3a91'],
      ['search', 'needle'],
      ['search', evil],
      ['problems'],
      ['doctor'],
      ['project', 'list'],
      ['activity', 'list'],
      ['session', 'show', evil],
      [evil],
    ]
    for (const words of all) {
      for (const flags of [[], ['--json']]) {
        const { stdout, stderr } = await where.run([...words, ...flags].map((word) => word.replaceAll('\0', '')))
        expect({ words, out: hostile.exec(stdout + stderr)?.[0] }).toEqual({ words, out: undefined })
      }
    }
  })
})

describe('very much of it', () => {
  it('20,000 changed lines: none crashes anything and every sound neighbour is kept', async () => {
    const where = newPlace()
    const chance = random(41)
    const sound = prompt('a sound line of text with words, "quotes" and \\ signs').trimEnd()
    let kept = 0
    for (let file = 0; file < 10; file++) {
      const lines: string[] = []
      for (let n = 0; n < 2000; n++) {
        const bytes = Buffer.from(sound.replace(/"uuid":"[^"]*"/, `"uuid":"${chance.uuid()}"`))
        for (let change = chance.int(1, 3); change > 0; change--)
          bytes[chance.int(0, bytes.length - 1)] = chance.int(0, 255)
        lines.push(bytes.toString('latin1').replaceAll('\n', ' '))
        if (n % 10 === 0) {
          lines.push(Buffer.from(prompt(`neighbour${file}`, { uuid: chance.uuid() }).trimEnd()).toString('latin1'))
          kept++
        }
      }
      where.write(`-code-${file}/${NAME.slice(0, -1)}${file}.jsonl`, Buffer.from(`${lines.join('\n')}\n`, 'latin1'))
    }
    expect(await where.run(['scan'])).toMatchObject({ status: 0, signal: null })
    let found = 0
    for (let file = 0; file < 10; file++) {
      let cursor: string | null = null
      do {
        const words: string[] = [
          'search',
          `neighbour${file}`,
          '--limit',
          '200',
          ...(cursor === null ? [] : ['--cursor', cursor]),
        ]
        const page: { items: unknown[]; nextCursor: string | null } = await where.json(words)
        found += page.items.length
        cursor = page.nextCursor
      } while (cursor !== null)
    }
    expect(found).toBe(kept)
  }, 60_000)

  it('a line of 600 MB: archived, named, in less than 400 MB of memory, and its neighbours are kept', async () => {
    const where = newPlace()
    const file = where.write(FILE, prompt('before'))
    const descriptor = openSync(file, 'a')
    writeSync(descriptor, '{"type":"user","message":{"role":"user","content":"')
    const piece = Buffer.alloc(8 * 1024 * 1024, 'tide table ')
    for (let n = 0; n < 75; n++) writeSync(descriptor, piece)
    writeSync(descriptor, `"}}\n${prompt('after')}`)
    closeSync(descriptor)
    const child = where.start(['scan'])
    let peakKib = 0
    const timer = setInterval(() => {
      try {
        peakKib = Math.max(
          peakKib,
          Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0),
        )
      } catch {
        // Gone, or not Linux.
      }
    }, 50)
    const ran = await ended(child)
    clearInterval(timer)
    expect(ran).toMatchObject({ status: 0, signal: null })
    if (process.platform === 'linux') expect(peakKib).toBeGreaterThan(0)
    expect(peakKib / 1024).toBeLessThan(400)
    const found = await scan(where)
    expect(found.problems).toEqual([{ path: file, line: 2, reason: expect.stringMatching(/MB/) }])
    expect(found.entries).toBe(2)
    console.log(`600 MB line: ${Math.round(peakKib / 1024)} MB, ${Math.round(ran.durationMs)} ms`)
  }, 120_000)
})
