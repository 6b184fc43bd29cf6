import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agentsPage } from '../scripts/agents-page.ts'
import { readArgs } from '../src/cli/args.ts'
import { checkInput } from '../src/cli/check-input.ts'
import { findCommand, FIRST_RUN, HAND_WRITTEN, listCommands } from '../src/cli/commands.ts'
import { run } from '../src/cli/run.ts'
import { VERSION } from '../src/domain/version.ts'
import { OPERATIONS } from '../src/operations/index.ts'
import { SOURCES } from '../src/sources/index.ts'
import { openDaybook } from '../src/app.ts'
import { commandsIn, shellWords } from './commands-in-docs.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = ['README.md', ...markdownBelow('docs'), ...SOURCES.map(({ id }) => `src/sources/${id}/README.md`)]
/** Pages that somebody wrote: the one made from the catalogue proves nothing about it. */
const written = pages.filter((page) => page !== 'docs/operations.md')
const text = (page: string): string => readFileSync(join(root, page), 'utf8')
const commands = pages.flatMap((page) => commandsIn(page, text(page)))
const catalogue = [...listCommands(OPERATIONS), FIRST_RUN]

function markdownBelow(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.md')).map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
}

/** What a command line would do, without doing it. Throws what a person would be told. */
async function check(words: readonly string[]): Promise<void> {
  const [first] = words
  if (first === undefined || first.startsWith('-')) return
  const found = findCommand(words, catalogue)
  if (found.kind === 'group') return
  if (found.kind === 'unknown') throw new Error(`unknown command "${words.join(' ')}"`)
  const command = await found.entry.load()
  const name = ['daybook', ...found.entry.path].join(' ')
  // A command that is only named needs no arguments.
  if (found.rest.length === 0) return
  checkInput(command, name, readArgs(found.rest, { ...command, name }).values)
}

describe('the documentation', () => {
  const typed = OPERATIONS.filter(({ path }) => path.length > 0)
  it.each(typed.map((entry) => [entry.path.join(' '), entry] as const))('has a page for %s', async (path, entry) => {
    expect(entry.summary).toMatch(/^[A-Z].*\.$/)
    expect((await entry.load()).cli?.examples.length).toBeGreaterThan(0)
    expect(written.filter((page) => text(page).includes(`daybook ${path}`))).not.toEqual([])
  })

  it.each(HAND_WRITTEN.map(({ path }) => path.join(' ')))('has a page for %s', (path) => {
    expect(written.filter((page) => text(page).includes(`daybook ${path}`))).not.toEqual([])
  })

  it('lists every page of docs/ in its table of contents', () => {
    const linked = [...text('docs/README.md').matchAll(/\]\(([^)#\s]+\.md)/g)].map((match) => `docs/${match[1]!}`)
    const below = pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md')
    expect(below.filter((page) => !linked.includes(page))).toEqual([])
  })

  it.each(SOURCES.map(({ id }) => id))('has a page for people who use %s', (id) => {
    expect(pages).toContain(`docs/sources/${id}.md`)
  })

  it.each(SOURCES.map(({ id }) => id))('says how we know the format of %s, with a fixture', (id) => {
    const folder = join(root, 'src/sources', id)
    expect(text(`src/sources/${id}/README.md`)).toMatch(/evidence|observed|seen/i)
    expect(existsSync(join(folder, 'fixtures')) && readdirSync(join(folder, 'fixtures'))).not.toEqual([])
  })

  it('says of each agent what its source says; node scripts/agents-page.ts writes it anew', () => {
    expect(text('docs/agents.md')).toBe(agentsPage())
    expect(SOURCES.filter(({ format }) => format.verified.length === 0)).toEqual([])
  })

  it.each(pages)('links from %s only to what is there', (page) => {
    const links = [...text(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!)
    const local = links.filter((link) => !/^[a-z]+:/.test(link))
    expect(local.filter((link) => !existsSync(join(root, page, '..', link)))).toEqual([])
  })

  it.each(commands.map(({ page, text, words }) => [text, page, words] as const))(
    'prints %s (%s) as it is typed',
    async (_, page, words) => {
      await expect(check(words), page).resolves.toBeUndefined()
    },
  )
})

const operations = await Promise.all(OPERATIONS.map((entry) => entry.load()))
const printed = operations.flatMap(({ cli }) => cli?.examples ?? []).map(({ command }) => command)
const groups: [name: string, examples: string[]][] = [
  [
    'that help prints',
    [...new Set(printed)]
      .filter((line) => !staysOrAsks(line))
      .toSorted((a, b) => Number(destroys(a)) - Number(destroys(b))),
  ],
  ...written.map((page): [string, string[]] => [
    `of ${page}`,
    commands
      .filter(({ page: its, text: line, runnable }) => runnable && its === page && !staysOrAsks(line))
      .map(({ text: line }) => line),
  ]),
]
const demo = mkdtempSync(join(tmpdir(), 'daybook-docs-'))
afterAll(() => rmSync(demo, { recursive: true, force: true }))

describe.each(groups.filter(([, examples]) => examples.length > 0))(
  'U40 examples %s, in their order on the demo’s store',
  (name, examples) => {
    const home = join(demo, name.replaceAll(/[^a-z]+/gi, '-'))
    const machine = { home, platform: process.platform, variables: { DAYBOOK_HOME: join(home, 'data') } }
    const setup = { machine, cwd: home, now: Date.now, signal: new AbortController().signal }

    beforeAll(async () => {
      const made = join(demo, 'made')
      if (!existsSync(made)) {
        const first = { ...machine, home: made, variables: { DAYBOOK_HOME: join(made, 'data') } }
        await (await openDaybook({ ...setup, machine: first, cwd: demo }, 'demo')).close()
      }
      cpSync(made, home, { recursive: true })
    })

    it.each(examples)('%s', async (example) => {
      const written = { out: '', err: '' }
      const code = await run(shellWords(example).slice(1), {
        ...setup,
        stdout: { write: (part) => (written.out += part) },
        stderr: { write: (part) => (written.err += part) },
        stdin: (async function* () {})(),
        env: machine.variables,
        isTTY: { stdin: false, stdout: true, stderr: false },
        columns: 80,
        sources: async () => SOURCES,
        version: VERSION,
        openContext: () => openDaybook(setup, 'demo'),
        openElsewhere: async () => Promise.reject(new Error('nothing is served here')),
        removeDemo: async () => false,
        serveTools: async () => undefined,
        serve: async () => Promise.reject(new Error('nothing is served here')),
        findServer: async () => undefined,
        openBrowser: async () => false,
        startBackground: async () => {},
        serveBackground: async () => false,
      })
      expect({ code, err: written.err }).toEqual({ code: 0, err: '' })
      expect(written.out).not.toBe('')
    })
  },
)

/** They would run on, or write to a path of this machine. */
function staysOrAsks(example: string): boolean {
  return /^daybook (mcp|serve|open|watch|first-run|restore|backup|trust|scan|hook|setup|import accept|import refuse|project (?:move|merge|split)|background --stop|continue .*--(?:run|chain))\b/.test(
    example,
  )
}

function destroys(example: string): boolean {
  return /--yes|ignore/.test(example)
}

describe('commands in Markdown', () => {
  it('are found in fences, indented blocks and inline code, without comments and placeholders', () => {
    const page = [
      'Try `daybook session list` or `daybook restore SESSION`.',
      '',
      '    daybook demo --remove    takes it away',
      '',
      '```sh',
      'daybook search "stale table" --failed   # a phrase',
      '```',
    ].join('\n')
    expect(commandsIn('x.md', page)).toEqual([
      { page: 'x.md', text: 'daybook session list', words: ['session', 'list'], runnable: false },
      { page: 'x.md', text: 'daybook demo --remove', words: ['demo', '--remove'], runnable: false },
      {
        page: 'x.md',
        text: 'daybook search "stale table" --failed',
        words: ['search', 'stale table', '--failed'],
        runnable: true,
      },
    ])
  })

  it('are split as a shell splits them', () => {
    expect(shellWords(`daybook search '"stale table"' --failed`)).toEqual([
      'daybook',
      'search',
      '"stale table"',
      '--failed',
    ])
    expect(shellWords('daybook search "a \\"b\\"" c')).toEqual(['daybook', 'search', 'a "b"', 'c'])
  })
})
