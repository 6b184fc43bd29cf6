import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Book, open } from '../../src/index.ts'
import { removeIndex } from '../../src/stores/filesystem/testing.ts'
import { random } from '../random.ts'

const WRITER = fileURLToPath(new URL('../library-writer.ts', import.meta.url))
const BACKEND = { SESSION_STORAGE_BACKEND: 'filesystem' }

/** A killed process leaves what it wrote to the system: no disk is needed to see it. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

let home: string
let sessionsDir: string
beforeEach(async () => {
  home = mkdtempSync(join(MEMORY, 'daybook-tree-faults-'))
  sessionsDir = join(home, '.sessions')
  await within(async (book) => void (await book.session.create({ id: 'run-1' })))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

async function within<T>(work: (book: Book) => Promise<T>): Promise<T> {
  const book = await open({ home, cwd: home, env: BACKEND })
  try {
    return await work(book)
  } finally {
    await book.close()
  }
}

/** A program that adds messages to the session, and says which ones are kept. */
function startWriter(name: string, count: number): { child: ChildProcess; kept: string[]; ended: Promise<string> } {
  const child = spawn(process.execPath, [WRITER, home, 'run-1', name, String(count)], {
    env: { PATH: process.env['PATH'], HOME: home, ...BACKEND },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kept: string[] = []
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    kept.push(...lines.map((line) => `${name}-${line}`))
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk))
  return { child, kept, ended: new Promise((resolve) => child.on('close', () => resolve(said))) }
}

async function messages(book: Book): Promise<string[]> {
  const all: string[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await book.session.messages({ session: 'run-1', limit: 1000, ...(cursor && { cursor }) })
    for (const { content } of page.items) if (content?.type === 'message') all.push(content.text)
    cursor = page.nextCursor
  }
  return all
}

/** Lines of the conversation's file that are JSON, read as any program would; a last line without its end is none yet. */
function linesInFile(): string[] {
  const whole = readFileSync(join(sessionsDir, 'run-1', 'conversation.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
  return whole.map((line) => (JSON.parse(line) as { content: string }).content)
}

describe('a tree of files', () => {
  it('has all 2,000 messages that two processes add to one session at once', { timeout: 600_000 }, async () => {
    const writers = [startWriter('a', 1000), startWriter('b', 1000)]
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual(['', ''])
    const told = writers.flatMap(({ kept }) => kept)
    expect(told).toHaveLength(2000)
    const all = await within(messages)
    expect(all.toSorted()).toEqual(told.toSorted())
    for (const { kept } of writers) expect(all.filter((text) => kept.includes(text))).toEqual(kept)
    expect(linesInFile()).toEqual(all)
    removeIndex(sessionsDir)
    expect(await within(messages)).toEqual(all)
  })

  it(
    'U50 kill -9 at any moment: files can be read, and nothing that was acknowledged is lost',
    { timeout: 600_000 },
    async () => {
      const chance = random(17)
      const acknowledged: string[] = []
      let before: string[] = []
      for (let round = 0; round < 20; round++) {
        const { child, kept, ended } = startWriter(`r${round}`, 100_000)
        await new Promise((resolve) => child.stdout!.once('data', resolve))
        await new Promise((resolve) => setTimeout(resolve, chance.next() * 120))
        child.kill('SIGKILL')
        await ended
        expect(kept.length).toBeGreaterThan(0)
        acknowledged.push(...kept)
        const inFile = linesInFile()
        expect(inFile.slice(0, before.length)).toEqual(before)
        if (round % 5 === 4) removeIndex(sessionsDir)
        before = await within(messages)
        expect(before.length - new Set(before).size).toBe(0)
        expect(acknowledged.filter((text) => !before.includes(text))).toEqual([])
        // One may have been kept of which nobody was told any more.
        expect(before.length - acknowledged.length).toBeLessThanOrEqual(round + 1)
      }
      const { items } = await within((book) => book.problem.list({}))
      expect(items).toEqual([])
      expect(await within((book) => book.activity.verify())).toMatchObject({ ok: true, brokenAt: null })
    },
  )
})
