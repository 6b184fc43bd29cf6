import { describe, expect, it } from 'vitest'
import { listPricesOf } from '../../operations/usage-view.ts'
import { answering, entry, session, type, usage } from '../testing.ts'
import { displayWidth } from '../width.ts'

const page = <T>(items: T[], total = items.length, nextCursor: string | null = null) => ({ items, total, nextCursor })

const UNPRICED = usage({ costMicrodollars: null, unpricedTokens: 182_000, unpricedModels: ['gemini-next'] })

const SESSIONS = page(
  [
    session(),
    session({
      key: null,
      ref: 'cc-11aa22',
      title: 'Rate limit the tides route, and say so in the answer',
      activeMs: 1_560_000,
      lastActivityAt: '2026-11-20T15:31:04.000Z',
      usage: UNPRICED,
    }),
  ],
  1641,
  'next',
)

const SHOWN = {
  ...session({ status: 'completed' }),
  parent: { id: '1', key: 'SESSION-001', ref: 'cc-000001', title: 'Plan' },
  forkedAt: null,
  forks: [],
  relation: 'continues',
  transcripts: [],
  tools: [{ tool: 'Bash', server: null, calls: 40, failed: 5, durationMs: 1 }],
  files: page([
    {
      path: '/code/a.ts',
      kind: 'edit',
      changes: 3,
      linesAdded: 412,
      linesRemoved: 97,
      sessions: 1,
      lastAt: '2026-11-20T15:00:00Z',
    },
  ]),
  commits: page([{ hash: '9f31c2e0aa11', subject: 'x', branch: null, at: '', sessionId: '', entryId: '' }], 2),
  firstPrompt: 'Read the old reader.\nThen write the cache.',
  toolsUsed: ['Read', 'Bash'],
  notes: [
    {
      id: 4,
      sessionId: '',
      entryId: 'e0mi4x0v5kq0j1a',
      text: 'The reader is the hard part.',
      at: '2026-11-20T15:12:00.000Z',
      by: 'ana',
    },
  ],
  tags: ['offline', 'tides'],
  starredAt: '2026-11-20T15:15:00.000Z',
  resumeCommand: ['claude', '--resume', '7f3a9100'],
  forkCommand: ['claude', '--resume', '7f3a9100', '--fork-session'],
}

const MESSAGES = {
  session: { id: '3', key: 'SESSION-003', ref: 'cc-7f3a91', agent: 'claude-code', title: 'Cache tide tables on disk' },
  ...page([
    entry({ role: 'user' }, { type: 'message', text: 'The reader must never serve a table older than 7 days.' }),
    entry({}, { type: 'thinking', text: 'the TTL lives in the header' }),
    entry({}, { type: 'message', text: 'I will check the age before the read.' }),
    entry({}, { type: 'tool_call', tool: 'Bash', callId: 'a', input: { command: 'npm test -- reader' } }),
    entry(
      { role: 'tool', flags: ['failed'] },
      { type: 'tool_result', callId: 'a', failed: true, text: 'AssertionError: stale table' },
    ),
    entry({}, { type: 'tool_call', tool: 'Read', callId: 'b', input: { file_path: 'cache/reader.ts' } }),
    entry({ role: 'tool' }, { type: 'tool_result', callId: 'b', failed: false, text: 'one\ntwo\nthree' }),
    entry({}, { type: 'compaction', text: 'summary', tokensBefore: 168_000, tokensAfter: 21_400 }),
  ]),
}

const HITS = {
  ...page([
    {
      entry: entry({ type: 'tool_result', tool: 'Bash', flags: ['failed'] }),
      session: {
        id: '3',
        key: 'SESSION-003',
        ref: 'cc',
        title: 'Cache tide tables on disk',
        agent: 'claude-code',
        project: 'tidewatch',
      },
      snippet: 'npm test said that AssertionError: stale table was served, which it never should',
      marks: [[35, 46]],
      citation: 'SESSION-003#e0mi4x0v5kq0j1a',
    },
  ]),
  totalReason: null,
  partial: false,
  indexed: 20,
  entries: 20,
}

const DAYS = {
  ...page([
    {
      day: '2026-11-19',
      from: '2026-11-19T00:00:00.000Z',
      to: '2026-11-20T00:00:00.000Z',
      ...usage({ inputTokens: 96_412, costMicrodollars: 1_450_000 }),
    },
    {
      day: '2026-11-20',
      from: '2026-11-20T00:00:00.000Z',
      to: '2026-11-21T00:00:00.000Z',
      ...usage({ inputTokens: 231_907, costMicrodollars: 5_940_000 }),
    },
  ]),
  totals: usage({
    inputTokens: 328_319,
    costMicrodollars: 7_390_000,
    unpricedTokens: 182_000,
    unpricedModels: ['gemini-next'],
  }),
}

const catalogue = answering({
  'session.list': SESSIONS,
  'session.show': SHOWN,
  'session.messages': MESSAGES,
  search: HITS,
  'usage.daily': DAYS,
})

async function screen(line: string, setup: object = {}): Promise<string[]> {
  const { stdout } = await type(line, { catalogue, ...setup })
  return stdout.trimEnd().split('\n')
}

describe('on a terminal of 80 columns', () => {
  it('lists sessions', async () => {
    expect(await screen('session list')).toEqual([
      'KEY          AGENT        TITLE                           ACTIVE      COST  LAST',
      'SESSION-003  Claude Code  Cache tide tables on disk       1h 12m     $4.37   32m',
      'cc-11aa22    Claude Code  Rate limit the tides route, a…     26m  unpriced   10m',
      '2 of 1,641 shown. More: daybook session list --limit 50',
      `At API list prices of ${listPricesOf()}. A subscription bills differently.`,
      '+ leaves out 182k tokens of gemini-next, no price: daybook usage model',
      'Next',
      '  daybook session show SESSION-003       what it took and changed',
      '  daybook session messages SESSION-003   read it',
    ])
  })

  it('shows a session', async () => {
    expect(await screen('session show 3')).toEqual([
      'SESSION-003  Cache tide tables on disk                                 completed',
      'Claude Code · tidewatch · main · Fri 20 Nov 13:04-15:10',
      '  time       active 1h 12m · wall 2h 06m · tools 14m 32s',
      '  cost       $4.37 at list prices',
      '  tokens     in 151k · out 41.2k · cache read 4.61M · cache write 298k',
      '  calls      148, 5 failed (Bash 5)',
      '  changed    1 file +412 -97 · 2 commits, 9f31c2e newest',
      '  subagents  2',
      '  parent     continues SESSION-001',
      '  asked      Read the old reader. Then write the cache.',
      '  tags       offline, tides',
      '  starred    Fri 15:15',
      '  note       The reader is the hard part. (ana, Fri 15:12 on #e0mi4x0v5kq0j1a)',
      '  resume     claude --resume 7f3a9100',
      '  fork       claude --resume 7f3a9100 --fork-session',
      `At API list prices of ${listPricesOf()}. A subscription bills differently.`,
      'Next',
      '  daybook session messages SESSION-003            read it from the beginning',
      '  daybook session messages SESSION-003 --failed   only what failed',
    ])
  })

  it('reads a session: one heading a turn, failures open, calls by what they did', async () => {
    expect(await screen('session messages 3')).toEqual([
      'SESSION-003  Cache tide tables on disk · 8 entries',
      '',
      'You · Fri 14:28',
      '  The reader must never serve a table older than 7 days.',
      '',
      'Claude Code · Fri 14:28',
      '  Thought: the TTL lives in the header',
      '  I will check the age before the read.',
      '  > $ npm test -- reader',
      '    ✗ failed',
      '      AssertionError: stale table',
      '  > Read  cache/reader.ts',
      '    one (and 2 lines)',
      '  || Compacted · 168k -> 21.4k in context',
      '',
      'Next',
      '  daybook session show SESSION-003                   what it took and changed',
      '  daybook session messages SESSION-003 --role user   only what a person typed',
    ])
  })

  it('puts the results of calls made side by side below their own call', async () => {
    const call = (callId: string, path: string) =>
      entry({}, { type: 'tool_call', tool: 'Read', callId, input: { file_path: path } })
    const result = (callId: string, text: string) =>
      entry({ role: 'tool' }, { type: 'tool_result', callId, failed: false, text })
    const items = [
      result('before', 'older'),
      call('a', 'one.ts'),
      call('b', 'two.ts'),
      result('b', '2'),
      result('a', '1'),
    ]
    const reply = { ...MESSAGES, ...page(items) }
    const lines = await screen('session messages 3', { catalogue: answering({ 'session.messages': reply }) })
    expect(lines.slice(1, -4)).toEqual([
      '    older',
      '',
      'Claude Code · Fri 14:28',
      '  > Read  one.ts',
      '    1',
      '  > Read  two.ts',
      '    2',
    ])
  })

  it('keeps the line above hits within the width, whatever project and title are called', async () => {
    const [hit] = HITS.items
    const session = {
      ...hit?.session,
      title: 'In this branch we have '.repeat(4),
      project: 'completion-stanza-manager-of-all',
    }
    const reply = { ...HITS, ...page([{ ...hit, session }]) }
    const [line] = await screen('search stale', { catalogue: answering({ search: reply }) })
    expect(line).toBe('SESSION-003  In this branch we have In this… · complet…nager-of-all · Fri 14:28')
  })

  it('tells projects of one name apart by the folder or owner before it', async () => {
    const project = (projectId: string, name: string, identity: string) => ({
      projectId,
      project: name,
      identity,
      ...usage({}),
    })
    const items = [
      project('1', 'cli', '/home/ana/code/cli'),
      project('2', 'cli', 'github.com/acme/cli'),
      project('3', 'tidewatch', 'github.com/acme/tidewatch'),
    ]
    const reply = { ...page(items), totals: usage({}) }
    const lines = await screen('usage project', { catalogue: answering({ 'usage.project': reply }) })
    expect(lines.slice(1, 4).map((line) => line.split(' ')[0])).toEqual(['code/cli', 'acme/cli', 'tidewatch'])
  })

  it('breaks no line of a session, however long what was asked', async () => {
    const shown = { ...SHOWN, firstPrompt: 'Right now, to disable telemetry '.repeat(9) }
    const lines = await screen('session show 3', { catalogue: answering({ 'session.show': shown }) })
    expect(lines.filter((line) => line.includes('Right now'))).toEqual([
      '  asked      Right now, to disable telemetry Right now, to disable telemetry Ri…',
    ])
  })

  it('keeps a hit within the width, whatever is written in it', async () => {
    const snippet = `stale table ${'\u001b[31m'.repeat(40)}`
    const reply = { ...HITS, ...page([{ ...HITS.items[0], snippet, marks: [[0, 11]] }]) }
    const [, line] = await screen('search stale', { catalogue: answering({ search: reply }) })
    expect(line).toMatch(/^ {2}#e0mi4x0v5kq0j1a {2}Bash {2}<stale table> (\^\[\[31m)+.*…$/)
    expect(displayWidth(line ?? '')).toBeLessThanOrEqual(80)
  })

  it('shows hits under their session, matches in angle brackets without colour', async () => {
    expect(await screen('search stale table --failed')).toEqual([
      'SESSION-003  Cache tide tables on disk · tidewatch · Claude Code · Fri 14:28',
      '  #e0mi4x0v5kq0j1a  Bash  …t AssertionError: <stale table> was served, which it…',
      'Next',
      '  daybook session messages SESSION-003                    read the session',
      '  daybook search stale table --failed --order relevance   the best match first',
    ])
  })

  it('sums days to the total below them and says what that leaves out', async () => {
    expect(await screen('usage daily')).toEqual([
      'DAY           INPUT  OUTPUT  CACHE READ  CACHE WRITE    COST',
      'Thu 19 Nov   96,412  41,230   4,610,400      298,120   $1.45',
      'Fri 20 Nov  231,907  41,230   4,610,400      298,120   $5.94',
      'TOTAL       328,319  41,230   4,610,400      298,120  $7.39+',
      `At API list prices of ${listPricesOf()}. A subscription bills differently.`,
      '+ leaves out 182k tokens of gemini-next, no price: daybook usage explain',
      'Next',
      '  daybook usage session   which sessions these are',
      '  daybook usage model     by model',
    ])
  })
})

describe('blame', () => {
  const change = (path: string, hash: string | null) => ({
    path,
    kind: 'edit',
    linesAdded: 18,
    linesRemoved: 4,
    at: '2026-11-20T14:28:03.000Z',
    entryId: 'e0mi4x0v5kq0j1a',
    sessionId: session().id,
    session: session(),
    citation: 'SESSION-003#e0mi4x0v5kq0j1a',
    commit: hash === null ? null : { hash, subject: 'Read the age first', at: '2026-11-20T15:10:00.000Z' },
  })
  const show = (items: unknown[], setup = {}) =>
    type('blame cache', { catalogue: answering({ 'file.history': { ...page(items), places: [] } }), ...setup })

  it('has the newest change first, with the commit where one was seen', async () => {
    expect(
      (await show([change('/home/ana/code/cache/reader.ts', '9f31c2e00'), change('/code/cache/w.ts', null)])).stdout,
    ).toBe(`cache · 2 changes, newest first
FILE       SESSION      AGENT        CHANGE   LINES  WHEN  COMMIT   TITLE
reader.ts  SESSION-003  Claude Code  edit    +18 -4    1h  9f31c2e  Cache tide…
w.ts       SESSION-003  Claude Code  edit    +18 -4    1h  –        Cache tide…
COMMIT is the first that the session was seen to make after the change.
Next
  daybook session messages SESSION-003   why it was changed
  daybook files --session SESSION-003    what else that session changed
`)
  })

  it('has whole values in a pipe, and says so where nobody changed a file', async () => {
    const { stdout } = await show([change('/code/cache/reader.ts', null)], { terminal: false })
    expect(stdout.split('\n')).toEqual([
      'PATH\tSESSION\tAGENT\tCHANGE\tLINES_ADDED\tLINES_REMOVED\tAT\tCOMMIT\tTITLE\tENTRY',
      '/code/cache/reader.ts\tSESSION-003\tclaude-code\tedit\t18\t4\t2026-11-20T14:28:03.000Z\t\tCache tide tables on disk\te0mi4x0v5kq0j1a',
      '',
    ])
    expect((await show([])).stdout).toContain('No recorded session changed cache.\n')
  })
})

describe('in a pipe', () => {
  it('gives sessions as tabs with exact figures and UTC', async () => {
    expect(await screen('session list', { terminal: false })).toEqual([
      'KEY\tAGENT\tTITLE\tACTIVE_MS\tCOST_MICRODOLLARS\tLAST_ACTIVITY\tPROJECT\tTAGS\tSTARRED_AT\tPARENT\tRELATION\tTICKET',
      'SESSION-003\tclaude-code\tCache tide tables on disk\t4320000\t4371250\t2026-11-20T15:10:00.000Z\ttidewatch\t\t\t\t\t',
      'cc-11aa22\tclaude-code\tRate limit the tides route, and say so in the answer\t1560000\t\t2026-11-20T15:31:04.000Z\ttidewatch',
    ])
  })

  it('says on stderr that there is more', async () => {
    const { stderr } = await type('session list --agent claude-code', { catalogue, terminal: false })
    expect(stderr).toBe('2 of 1,641 shown; the next page: daybook session list --agent claude-code --cursor next\n')
  })

  it('gives days without a sum and without remarks', async () => {
    expect(await screen('usage daily', { terminal: false })).toEqual([
      'DAY\tINPUT_TOKENS\tOUTPUT_TOKENS\tCACHE_READ_TOKENS\tCACHE_WRITE_TOKENS\tCOST_MICRODOLLARS\tUNPRICED_TOKENS',
      '2026-11-19\t96412\t41230\t4610400\t298120\t1450000\t0',
      '2026-11-20\t231907\t41230\t4610400\t298120\t5940000\t0',
    ])
  })

  it('gives hits one to a line with their matches marked', async () => {
    expect((await screen('search stale', { terminal: false }))[1]).toBe(
      'SESSION-003\te0mi4x0v5kq0j1a\t2026-11-20T14:28:03.000Z\tassistant\ttool_result\tBash\t' +
        'npm test said that AssertionError: <stale table> was served, which it never should',
    )
  })
})

describe('narrow and hostile', () => {
  it.each([40, 60, 80, 120])('keeps the list within %i columns', async (columns) => {
    const rows = (await screen('session list', { columns })).filter((line) => /^(?:KEY|SESSION|cc-)/.test(line))
    expect(rows).toHaveLength(3)
    expect(Math.max(...rows.map(displayWidth))).toBeLessThanOrEqual(columns)
  })

  it('shows an escape sequence in a title and obeys none', async () => {
    const hostile = session({ title: '\u001b]0;owned\u0007\u001b[2J\u202egnp.exe' })
    const { stdout } = await type('session list', {
      catalogue: answering({ 'session.list': page([hostile]) }),
      env: { NO_COLOR: undefined },
      columns: 120,
    })
    expect(stdout).toContain('^[]0;owned^G^[[2J\\u{202e}gnp.exe')
    expect(stdout).not.toContain('\u001b]')
    expect(stdout).not.toContain('\u001b[2J')
    expect(stdout).not.toContain('\u202e')
  })

  it('keeps each line of a transcript within the width, whatever a tool coloured or a person typed', async () => {
    const items = [
      entry({}, { type: 'message', text: `${'👩\u200d👩\u200d👧\u200d👦'.repeat(30)} ${'\u202e'.repeat(60)}` }),
      entry({}, { type: 'tool_call', tool: 'Bash', callId: 'a', input: { command: `echo ${'\u202e'.repeat(60)}` } }),
      entry(
        { role: 'tool' },
        {
          type: 'tool_result',
          callId: 'a',
          failed: true,
          text: '\u001b[31;1mAssertionError\u001b[0m: \u001b]0;x\u0007'.padEnd(200, '\u001b'),
        },
      ),
    ]
    const lines = await screen('session messages 3', {
      catalogue: answering({ 'session.messages': { ...MESSAGES, ...page(items) } }),
    })
    expect(lines.filter((line) => displayWidth(line) > 80)).toEqual([])
    expect(lines.find((line) => line.includes('Assertion'))).toMatch(/^ {6}AssertionError: \^\[\]0;x\^G(\^\[)+\^?…$/)
    expect(lines[3]).toMatch(/^ {2}(👩\u200d👩\u200d👧\u200d👦){9}$/u)
  })

  it('shortens a long branch, and says one moment once', async () => {
    const moment = { ...SHOWN, gitBranch: `feature/${'x'.repeat(120)}`, lastActivityAt: SHOWN.startedAt }
    const [, line] = await screen('session show 3', { catalogue: answering({ 'session.show': moment }) })
    expect(line).toBe(`Claude Code · tidewatch · feature/${'x'.repeat(31)}… · Fri 20 Nov 13:04`)
  })

  it('cleans --json on its way too, and keeps the value', async () => {
    const hostile = page([session({ title: '\u009b2J\u202e' })])
    const { stdout } = await type('session list --json', { catalogue: answering({ 'session.list': hostile }) })
    expect(JSON.parse(stdout)).toEqual(hostile)
    expect(stdout).toContain('\\u009b2J\\u202e')
  })
})

describe('a detail of doctor', () => {
  it('shortens where it is a path, and stays whole where it is words', async () => {
    const says = 'every page is sound; the indexes against their tables: daybook doctor --deep'
    const path = `/home/ana/${'long-'.repeat(20)}/a.jsonl:418  not JSON`
    const items = [{ name: 'store', level: 'ok', says: '235 MB', details: [says, path], try: null }]
    const report = { items, total: 1, nextCursor: null, ok: true, errors: 0, warnings: 0 }
    const { stdout } = await type('doctor', { catalogue: answering({ doctor: report }) })
    expect(stdout.split('\n').slice(1, 5)).toEqual([
      '       every page is sound; the indexes against their tables:',
      '       daybook doctor --deep',
      '       ~/long-long-long-long-lo…-long-long-long-long-long-long-long-/a.jsonl:418',
      '         not JSON',
    ])
  })
})

describe('when there is nothing', () => {
  it.each([
    [
      'session list',
      'session.list',
      page([]),
      [
        'No session is recorded yet.',
        'Next',
        '  daybook scan     read your agents’ transcripts',
        '  daybook doctor   which folders are looked in',
      ],
    ],
    [
      'session list --status failed',
      'session.list',
      page([]),
      ['No session matches.', 'Next', '  daybook session list   all sessions'],
    ],
    [
      'usage total',
      'usage.total',
      { ...usage({ responses: 0 }), firstAt: null, lastAt: null },
      [
        'No usage is recorded yet.',
        'Next',
        '  daybook scan     read your agents’ transcripts',
        '  daybook doctor   which folders are looked in',
      ],
    ],
    [
      'usage total --since 7d',
      'usage.total',
      { ...usage({ responses: 0 }), firstAt: null, lastAt: null },
      ['No usage matches.', 'Next', '  daybook usage total   everything recorded'],
    ],
    [
      'search tide',
      'search',
      { ...HITS, ...page([]), entries: 0 },
      [
        'Nothing is recorded yet.',
        'Next',
        '  daybook scan     read your agents’ transcripts',
        '  daybook doctor   which folders are looked in',
      ],
    ],
    [
      'usage daily',
      'usage.daily',
      { ...page([]), totals: usage({ responses: 0 }) },
      [
        'No usage is recorded yet.',
        'Next',
        '  daybook scan     read your agents’ transcripts',
        '  daybook doctor   which folders are looked in',
      ],
    ],
    ['problems', 'problem.list', page([]), ['✓ No problems: everything that was read could be read.']],
    [
      'search tide',
      'search',
      { ...HITS, ...page([]) },
      [
        'Nothing recorded matches tide.',
        'Next',
        '  daybook search tide --substring   also inside words',
        '  daybook session list              what is recorded',
      ],
    ],
    [
      'search tide --substring',
      'search',
      { ...HITS, ...page([], 0, 'older'), partial: true, totalReason: 'partial' },
      [
        'Nothing recorded matches tide.',
        'Partial: the scan stopped at its budget, older entries were not looked at.',
        'Narrow it with --since or --session.',
        'Next',
        '  daybook session list   what is recorded',
      ],
    ],
  ])('%s says so and what to do', async (line, name, reply, lines) => {
    expect(await screen(line, { catalogue: answering({ [name]: reply }) })).toEqual(lines)
  })

  it('shows – for the cost of a session without usage, never $0.00', async () => {
    const bare = session({ usage: usage({ responses: 0, costMicrodollars: 0 }) })
    const { stdout } = await type('session list', { catalogue: answering({ 'session.list': page([bare]) }) })
    expect(stdout).toContain('  –  ')
    expect(stdout).not.toContain('$0.00')
  })

  it('shows – for the time of a session of a single moment, never 0ms, and unpriced without a price list', async () => {
    const moment = { ...SHOWN, activeMs: 0, wallMs: 0, toolMs: 0, usage: UNPRICED }
    const lines = await screen('session show 3', { catalogue: answering({ 'session.show': moment }) })
    expect(lines[2]).toBe('  time       active – · wall –')
    expect(lines[3]).toBe('  cost       unpriced')
    const listed = await screen('session list', { catalogue: answering({ 'session.list': page([moment]) }) })
    expect(listed.join('\n')).not.toContain('0ms')
  })

  it('keeps a long title on the line of its session', async () => {
    const title = 'Keep the tide tables on disk so that the site answers without a network in the harbour'
    const long = { ...MESSAGES, session: { ...MESSAGES.session, title } }
    const [heading] = await screen('session messages 3', { catalogue: answering({ 'session.messages': long }) })
    expect(heading).toMatch(/^SESSION-003  Keep the tide .*… · 8 entries$/)
    expect(displayWidth(heading ?? '')).toBeLessThanOrEqual(80)
  })

  it('has a column for tickets where some session has one, and says none where somebody did', async () => {
    const frame = { ticketId: '4', ref: 'T-4', kind: 'task', title: 'Cache', pushedAt: '2026-11-20T13:04:00.000Z' }
    const on = { ...session(), stack: [frame] }
    const off = session({ key: 'SESSION-006', optedOut: true })
    const open = session({ key: 'SESSION-007' })
    const catalogue = answering({ 'session.list': page([on, off, open]) })
    const lines = await screen('session list', { catalogue })
    expect(lines[0]).toMatch(/^KEY +AGENT +TICKET +TITLE .* COST +LAST$/)
    expect(lines.slice(1, 4).map((line) => line.split(/ {2,}/)[2])).toEqual(['T-4', 'none', '–'])
    expect(await screen('session list', { catalogue: answering({ 'session.list': page([open]) }) })).not.toContain(
      'TICKET',
    )
  })

  it('names the last activity of forks too, and what they are forks of where there is room', async () => {
    const fork = {
      ...session({ key: 'SESSION-004', relation: 'forks' }),
      parent: { id: '3', key: 'SESSION-003', ref: null },
    }
    const { stdout } = await type('session list', { catalogue: answering({ 'session.list': page([fork, session()]) }) })
    expect(stdout.split('\n')[0]).toMatch(/^KEY .* COST +LAST( |$)/)
  })
})

it('says how many rows a sum covers that are not all on screen', async () => {
  const days = { ...DAYS, total: 40, nextCursor: 'more' }
  const lines = await screen('usage daily --limit 2', { catalogue: answering({ 'usage.daily': days }) })
  expect(lines[3]).toMatch(/^ALL 40 +328,319 /)
  expect(lines[4]).toBe('2 of 40 shown. More: daybook usage daily --limit 50')
})
