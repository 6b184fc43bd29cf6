import { describe, expect, it } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { OPERATIONS } from '../operations/index.ts'
import { listCommands } from './commands.ts'
import { hasPrinter } from './print/index.ts'
import { answering, session, type } from './testing.ts'

const page = { items: [session()], total: 1, nextCursor: null }

/** Operations that have a command. */
const TYPED = OPERATIONS.filter(({ path }) => path.length > 0)

describe('what is typed', () => {
  it('runs an operation with what is usual where nothing was typed', async () => {
    let asked: unknown
    const catalogue = answering({
      'session.list': (input: unknown) => {
        asked = input
        return page
      },
    })
    expect((await type('session list --status active --limit=5', { catalogue })).code).toBe(0)
    expect(asked).toMatchObject({ status: 'active', limit: 5, sort: 'last' })
  })

  it('takes the words of a query as one text, with dashes in front', async () => {
    let query: unknown
    const answer = { items: [], total: 0, totalReason: null, nextCursor: null, partial: false, indexed: 1, entries: 1 }
    const catalogue = answering({
      search: (input: { query: string }) => {
        query = input.query
        return answer
      },
    })
    await type(['search', 'tide', '-harbour', '--failed'], { catalogue })
    expect(query).toBe('tide -harbour')
    await type(['search', '--', '--failed'], { catalogue })
    expect(query).toBe('--failed')
  })

  it('takes lists as words, repeated flags and commas', async () => {
    let asked: { role?: unknown; sessions?: unknown } = {}
    const reply = (input: object) => {
      asked = input
      throw new AppError('unavailable', 'seen')
    }
    const catalogue = answering({ 'session.messages': reply, 'session.delete': reply })
    await type('session messages 3 --role user,assistant --role tool', { catalogue })
    expect(asked.role).toEqual(['user', 'assistant', 'tool'])
    await type('session delete 1 2 3 --yes', { catalogue })
    expect(asked.sessions).toEqual(['1', '2', '3'])
  })
})

describe('wrong input', () => {
  it.each([
    [
      'session list --limit -5',
      2,
      ['error: --limit "-5" is not a whole number from 1 to 1000', 'try:   daybook session list --limit 20'],
    ],
    [
      'session list --limit many',
      2,
      ['error: --limit "many" is not a whole number from 1 to 1000', 'try:   daybook session list --limit 20'],
    ],
    [
      'session list --limit 0',
      2,
      ['error: --limit "0" is not a whole number from 1 to 1000', 'try:   daybook session list --limit 20'],
    ],
    [
      'session list --sort size',
      2,
      ['error: --sort "size" is not one of last, started, cost', 'try:   daybook session list --sort last'],
    ],
    ['sesion', 2, ['error: unknown command "sesion"', 'try:   daybook session']],
    ['session lst', 2, ['error: unknown command "session lst"', 'try:   daybook session list']],
    ['xyzzy', 2, ['error: unknown command "xyzzy"', 'try:   daybook --help']],
    [
      'session list --limt 5',
      2,
      [
        'error: unknown flag "--limt" for daybook session list',
        '       did you mean --limit?',
        'try:   daybook session list --help',
      ],
    ],
    [
      'session list --agent',
      2,
      ['error: --agent needs a value: only this agent, as in claude-code', 'try:   daybook session list --help'],
    ],
    [
      'usage total extra',
      2,
      ['error: daybook usage total takes no argument "extra"', 'try:   daybook usage total --help'],
    ],
    [
      'usage total --json=no',
      2,
      ['error: --json takes no value, and "no" is one', 'try:   daybook usage total --help'],
    ],
    [
      'restore',
      2,
      [
        'error: daybook restore needs SESSION: a session: key, ref, number, id, or the',
        '       first letters of one',
        'try:   daybook session list',
      ],
    ],
  ])('%s', async (line, code, lines) => {
    const ran = await type(line)
    expect(ran.stderr.trimEnd().split('\n')).toEqual(lines)
    expect(ran.stdout).toBe('')
    expect(ran.code).toBe(code)
  })

  it('is an object on stdout with --json, and nothing else anywhere', async () => {
    const ran = await type('session list --limit 0 --json', { terminal: false })
    expect(JSON.parse(ran.stdout)).toEqual({
      error: {
        code: 'invalid',
        message: '--limit "0" is not a whole number from 1 to 1000',
        try: 'daybook session list --limit 20',
      },
    })
    expect(ran.stdout.split('\n')).toHaveLength(2)
    expect(ran.stderr).toBe('')
    expect(ran.code).toBe(2)
  })

  it('refuses a blank query', async () => {
    const ran = await type(['search', '  '])
    expect(ran.stderr).toContain('error: QUERY "  " is blank')
    expect(ran.code).toBe(2)
  })
})

describe('errors of an operation', () => {
  it.each([
    ['not_found', 3],
    ['conflict', 4],
    ['invalid', 2],
    ['unsupported', 1],
    ['unavailable', 1],
  ] as const)('%s ends with %i', async (code, exit) => {
    const catalogue = answering({
      'session.list': () => {
        throw new AppError(code, 'no session "SESSION-404"', { details: ['one', 'two'], hint: 'daybook session list' })
      },
    })
    const ran = await type('session list', { catalogue })
    expect(ran.code).toBe(exit)
    expect(ran.stderr).toBe('error: no session "SESSION-404"\n       one\n       two\ntry:   daybook session list\n')
  })

  it.each([
    ['session messages 1 --limit 5', { typed: '1', by: 'cc-11' }, 'daybook session messages cc-11 --limit 5'],
    ['session list --since=soon', { typed: 'soon', by: '7d' }, 'daybook session list --since=7d'],
    ['session list --cursor old --limit 5', { typed: 'old', by: null }, 'daybook session list --limit 5'],
    ['session list --cursor=old', { typed: 'old', by: null }, 'daybook session list'],
  ])('offers %s again with the word that would work', async (line, repair, hint) => {
    const refuse = () => {
      throw new AppError('conflict', 'no', { hint: 'say it otherwise', repair })
    }
    const ran = await type(line, { catalogue: answering({ 'session.list': refuse, 'session.messages': refuse }) })
    expect(ran.stderr).toBe(`error: no\n       say it otherwise\ntry:   ${hint}\n`)
  })

  it('says nothing of what broke inside when the error is not ours', async () => {
    const catalogue = answering({
      'session.list': () => {
        throw new TypeError('secret detail')
      },
    })
    const ran = await type('session list', { catalogue })
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('error: something in Daybook broke')
    expect(ran.stderr).not.toContain('secret detail')
  })

  it('cleans what an error quotes', async () => {
    const ran = await type(['session', '\u001b[2J'])
    expect(ran.stderr).toContain('unknown command "session ^[[2J"')
    expect(ran.stderr).not.toContain('\u001b')
  })
})

describe('what comes out', () => {
  it('colours for people, not in a pipe, not with NO_COLOR or TERM=dumb', async () => {
    const catalogue = answering({ 'session.list': page })
    const escapes = async (setup: object) =>
      (await type('session list', { catalogue, ...setup })).stdout.includes('\u001b[')
    expect(await escapes({ env: { NO_COLOR: undefined } })).toBe(true)
    expect(await escapes({ env: { NO_COLOR: '1' } })).toBe(false)
    expect(await escapes({ env: { NO_COLOR: undefined, TERM: 'dumb' } })).toBe(false)
    expect(await escapes({ env: { NO_COLOR: undefined }, terminal: false })).toBe(false)
    expect(await escapes({ env: { NO_COLOR: undefined, FORCE_COLOR: '1', TERM: 'dumb' } })).toBe(true)
  })

  it('is one JSON document with --json, indented for people', async () => {
    const catalogue = answering({ 'session.list': page })
    const piped = await type('session list --json', { catalogue, terminal: false })
    expect(JSON.parse(piped.stdout)).toEqual(page)
    expect(piped.stdout.split('\n')).toHaveLength(2)
    expect((await type('session list --json', { catalogue })).stdout).toBe(`${JSON.stringify(page, null, 2)}\n`)
  })

  it('keeps to plain marks where the locale has no others', async () => {
    const catalogue = answering({
      'activity.verify': { ok: true, chains: 1, rows: 2, erased: 0, brokenAt: null, lastAt: null },
    })
    const ran = await type('activity verify', { catalogue, env: { LC_ALL: 'C' } })
    expect(ran.stdout).toBe('* whole  2 lines in 1 chain, each follows from the one before it\n')
  })

  it('says its version', async () => {
    expect((await type('--version')).stdout).toBe('daybook 0.1.0\n')
  })
})

describe('help', () => {
  it('lists every command below one of four groups, each first word once, and fits two screens', async () => {
    const { stdout, code } = await type('--help')
    expect(code).toBe(0)
    const lines = stdout.split('\n')
    const titles = lines.filter((line) => /^[A-Z][a-z]+$/.test(line))
    expect(titles).toEqual(['Work', 'Look', 'Keep', 'Check'])
    const words = lines.flatMap((line) => /^ {2}([a-z]+) {3}/.exec(line.replace(/ {3,}/, '   '))?.[1] ?? [])
    expect(words.toSorted()).toEqual([...new Set(listCommands(OPERATIONS).map(({ path }) => path[0]))].toSorted())
    for (const { path } of TYPED.filter(({ path }) => path.length > 1 && !path[1]!.startsWith('--'))) {
      const line = stdout.slice(stdout.indexOf(`\n  ${path[0]} `)).replace(/\n {3,}/g, ' ')
      expect(line.slice(1, line.indexOf('\n', 1))).toMatch(new RegExp(`[ ]${path.slice(1).join(' ')}(,|$)`))
    }
    expect(stdout).not.toContain('--suggest')
    expect(lines.length).toBeLessThanOrEqual(80)
    expect(stdout).toContain('Exit  0 ok  1 failed  2 usage  3 not found  4 conflict  5 validation failed')
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it.each(TYPED.map(({ path }) => [path.join(' ')]))('of %s has examples and options and fits', async (path) => {
    const { stdout, code } = await type(`${path} --help`)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Examples$/m)
    expect(stdout).toMatch(/^ {2}--json +one JSON document/m)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('of a word that begins several commands lists them', async () => {
    const { stdout, code } = await type('activity')
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toBe('Commands of activity')
    expect(stdout).toContain('activity verify')
  })

  it('says the same to help COMMAND and COMMAND --help', async () => {
    expect((await type('help session list')).stdout).toBe((await type('session list --help')).stdout)
  })
})

it('has a printer for every operation', () => {
  expect(TYPED.filter(({ name }) => !hasPrinter(name))).toEqual([])
})
