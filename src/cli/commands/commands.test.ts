import { describe, expect, it } from 'vitest'
import { AppError } from '../../domain/errors.ts'
import { emptyUsage } from '../../domain/usage.ts'
import { listPricesOf } from '../../operations/usage-view.ts'
import type { Engines, ScanReport } from '../engines.ts'
import { NOW, session, type, usage } from '../testing.ts'
import type { Setup } from '../testing.ts'

const REPORT: ScanReport = {
  filesRead: 1203,
  bytesRead: 231_000_000,
  entriesAdded: 300_118,
  problems: 2,
  sessionIds: ['3'],
  durationMs: 4600,
}

const FOUND = {
  agent: 'claude-code',
  name: 'Claude Code',
  roots: ['/home/ana/.claude/projects'],
  files: 1203,
  sizeBytes: 231_000_000,
  changed: 1203,
}

/** As much of a store as the overview and the end of a scan look at. */
function store(sessions: number) {
  const { costReason: _, ...numbers } = usage({
    costMicrodollars: 1_284_200_000,
    unpricedTokens: 182_000,
    unpricedModels: ['gemini-next'],
  })
  const items = sessions > 0 ? [{ ...session(), usage: numbers }] : []
  return {
    sessions: {
      stats: async () => ({
        total: sessions,
        byStatus: {},
        byAgent: { 'claude-code': sessions },
        byProject: [{ project: 'tidewatch', sessions }],
        entries: sessions === 0 ? 0 : 300_118,
        oldestAt: null,
        newestAt: null,
      }),
      list: async () => ({ items, total: sessions, nextCursor: null }),
      find: async () => items[0],
    },
    usage: { total: async () => (sessions === 0 ? emptyUsage() : numbers) },
    projects: { resolve: async () => [], at: async () => undefined },
    problems: { list: async () => ({ items: [], total: sessions === 0 ? 0 : 2, nextCursor: null }) },
    transcripts: {
      oldest: async () => (sessions === 0 ? [] : [{ agent: 'claude-code', modifiedAtMs: NOW - 29.5 * 86_400_000 }]),
    },
  }
}

/** A person in a directory of no project, on no terminal that was seen before. */
const caller = {
  channel: 'cli',
  connection: null,
  session: null,
  agentSession: null,
  toolUse: null,
  processIds: [],
  cwd: '/nowhere',
  interactive: true,
}

const history = {
  entries: async () => ({
    items: [{ content: { type: 'message', text: 'Please cache the tables in /tmp/directory-name now' } }],
    total: 1,
    nextCursor: null,
  }),
}

function opened(engines: Partial<Engines>, sessions = 1641, more: object = {}): Setup {
  return { opened: { context: { store: store(sessions), history, caller } as never, engines, ...more } }
}

/** A clock that goes on by so much at every look. */
function ticking(stepMs: number): () => number {
  let now = NOW
  return () => (now += stepMs)
}

describe('daybook scan', () => {
  const scans: Partial<Engines> = {
    async scan(events) {
      events.found?.(FOUND)
      const progress = { files: 1203, bytes: 231_000_000, agent: 'Claude Code', readyFromMs: NOW - 8 * 86_400_000 }
      events.progress?.({ ...progress, filesRead: 100, bytesRead: 20_000_000 })
      events.progress?.({ ...progress, filesRead: 730, bytesRead: 140_910_000 })
      return REPORT
    },
  }

  it('shows folders, a bar that goes away, and what is recorded now', async () => {
    const { stdout, stderr, code } = await type('scan', { ...opened(scans), now: ticking(400) })
    expect(code).toBe(0)
    const drawn = stderr.split('\r\u001b[2K')
    expect(drawn[0]).toBe('Claude Code   ~/.claude/projects      1,203 files  231 MB\n')
    expect(drawn.find((line) => line.includes('61%'))).toMatch(
      /^reading {2}#{12}\.{8} {2}61% {2}141 of 231 MB {2}last 7 days ready {2}\d+s left$/,
    )
    expect(drawn.at(-1)).toBe('')
    expect(stdout.split('\n')).toEqual([
      '1,641 sessions · 300,118 entries · $1,284+ at list prices · 4.6s',
      'New: 300,118 entries from 1,203 files.',
      '2 places could not be read, all else is kept: daybook problems',
      'Oldest transcript: 29 days. Claude Code deletes at 30; all are archived now.',
      'Next',
      '  daybook session list   what was read',
      '  daybook usage daily    what it took, by day',
      '',
    ])
  })

  it('writes a line every five seconds in a pipe, facts on stdout', async () => {
    const { stdout, stderr } = await type('scan', { ...opened(scans), terminal: false, now: ticking(4000) })
    expect(stderr).toBe('scan: 730/1203 files, 141/231 MB, 61%\n')
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      'SESSIONS\t1641',
      'ENTRIES\t300118',
      'NEW_ENTRIES\t300118',
      'FILES_READ\t1203',
    ])
  })

  it('draws nothing when it is over at once', async () => {
    const { stderr } = await type('scan', opened({ scan: async () => ({ ...REPORT, filesRead: 0 }) }))
    expect(stderr).toBe('')
  })

  it('prints one object with --json', async () => {
    const { stdout } = await type('scan --json', { ...opened(scans), terminal: false })
    expect(JSON.parse(stdout)).toMatchObject({
      sessions: 1641,
      entriesAdded: 300_118,
      found: [{ agent: 'claude-code' }],
      usage: { costMicrodollars: 1_284_200_000 },
    })
  })

  it('says what is kept when it is stopped', async () => {
    const stop = new AbortController()
    const stopping: Partial<Engines> = {
      async scan(events) {
        events.progress?.({ files: 1203, filesRead: 730, bytes: 1, bytesRead: 1, agent: '', readyFromMs: NOW })
        stop.abort()
        throw stop.signal.reason
      },
    }
    const { stderr, code } = await type('scan', { ...opened(stopping), signal: stop.signal })
    expect(code).toBe(130)
    expect(stderr).toContain('Stopped. 730 of 1,203 files are read and kept · the next scan goes on from there\n')
  })

  it('points to doctor and demo when there is nothing to read', async () => {
    const { stdout } = await type(
      'scan',
      opened({ scan: async () => ({ ...REPORT, filesRead: 0, entriesAdded: 0 }) }, 0),
    )
    expect(stdout).toContain('No agent transcripts were found on this machine.\nNext\n  daybook doctor ')
  })
})

describe('daybook', () => {
  it('shows what is here, the dearest session, and a search that finds something', async () => {
    const { stdout, code } = await type('', opened({}))
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n')).toEqual([
      '1,641 sessions · 300,118 entries · $1,284.20+ at list prices',
      '  agents     Claude Code 1,641',
      '  projects   tidewatch 1,641',
      '  tokens     in 151k · out 41.2k · cache read 4.61M · cache write 298k',
      '  dearest    SESSION-003  Cache tide tables on disk · $1,284.20+',
      'Recent',
      '  SESSION-003  Cache tide tables on disk  tidewatch  $1,284.20+  32m',
      'Oldest transcript: 29 days. Claude Code deletes at 30; the archive stays.',
      '2 places could not be read, all else is kept: daybook problems',
      `At API list prices of ${listPricesOf()}. A subscription bills differently.`,
      '+ leaves out 182k tokens of gemini-next, no price: daybook usage explain',
      'Next',
      '  daybook search tables              a word of your own',
      '  daybook session show SESSION-003   the newest session',
      '  daybook usage daily                tokens and cost by day',
    ])
  })

  it('says what to do when nothing is recorded', async () => {
    const { stdout } = await type('', opened({}, 0))
    expect(stdout.split('\n')[0]).toBe('Nothing is recorded yet.')
    expect(stdout).toContain('daybook scan')
  })

  it('says demo over everything while the demo is shown', async () => {
    const { stdout } = await type('', opened({}, 6, { demo: true }))
    expect(stdout.split('\n')[0]).toBe('demo: a made-up history in its own store; remove it with daybook demo --remove')
  })
})

describe('the first run', () => {
  it('scans, shows what is here, and ends with 0 when asked to', async () => {
    const { stdout, stderr, code } = await type('first-run --once', opened({ scan: async () => REPORT }))
    expect(code).toBe(0)
    expect(stdout).toContain('1,641 sessions')
    expect(stderr).not.toContain('Watching')
  })

  it('stays and watches, naming what comes in, until it is stopped', async () => {
    const watches: Partial<Engines> = {
      scan: async () => REPORT,
      async watch({ read }) {
        await read({ ...REPORT, filesRead: 0, entriesAdded: 0 })
        await read({ ...REPORT, filesRead: 1, entriesAdded: 14 })
      },
    }
    const { stdout, stderr, code } = await type('first-run', opened(watches))
    expect(code).toBe(0)
    expect(stderr).toContain('Watching. Ctrl C stops it; all that was read is kept.\n')
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('15:42  SESSION-003  Cache tide tables on disk · 14 new entries')
    expect(stderr).toContain('Stopped. All that was read is kept; daybook scan catches up.\n')
    expect(stdout).toContain('Serving http://127.0.0.1:4750\n')
  })

  it('serves the page until it is stopped: on another port where its own is taken, not again where it is served', async () => {
    const watches: Partial<Engines> = { scan: async () => REPORT, watch: async () => undefined }
    const ports: number[] = []
    let closed = 0
    const serve: Partial<Setup> = {
      async serve(_, { port }) {
        ports.push(port)
        if (port !== 0) throw new AppError('unavailable', `port ${port} is taken`)
        return {
          url: 'http://127.0.0.1:4999',
          link: () => 'http://127.0.0.1:4999/sign-in/x',
          isBusy: () => false,
          close: async () => void closed++,
        }
      },
    }
    const taken = await type('first-run', { ...opened(watches), ...serve })
    expect(taken.stdout).toContain('Serving http://127.0.0.1:4999\n')
    expect([ports, closed]).toEqual([[4750, 0], 1])
    const running = { url: 'http://127.0.0.1:4751', link: () => 'http://127.0.0.1:4751/sign-in/y' }
    const found = await type('first-run', { ...opened(watches), ...serve, findServer: async () => running })
    expect(found.stdout).toContain('Serving http://127.0.0.1:4751\n')
    const ended = await type('first-run --once', { ...opened(watches), ...serve })
    expect(ended.stdout).not.toContain('Serving')
    expect(ports).toEqual([4750, 0])
  })

  it('shows the demo on a machine without transcripts', async () => {
    const asked: (string | undefined)[] = []
    const scan = async () => ({ ...REPORT, filesRead: 0 })
    const make = (which?: string) => {
      asked.push(which)
      const sessions = which === 'demo' ? 2 : 0
      return Promise.resolve({
        ...({
          context: {
            store: store(sessions),
            history,
            sources: [],
            env: { home: '' },
            clock: { now: () => NOW },
            timezone: 'UTC',
          },
        } as never as object),
        engines: { scan },
        demo: which === 'demo',
        location: '/x',
        close: async () => {},
      })
    }
    const { stdout, stderr, code } = await type('first-run --once', { openContext: make as never })
    expect(code).toBe(0)
    expect(asked).toEqual(['own', 'demo'])
    expect(stderr).toBe('No agent sessions on this machine.\n')
    expect(stdout.match(/demo --remove/g)).toHaveLength(1)
    expect(stdout.split('\n')[0]).toMatch(/^demo: /)
    expect(stdout).toContain('2 sessions')
  })
})

describe('keeping', () => {
  it('rebuilds with progress and says how much', async () => {
    const reindex: Engines['reindex'] = async (progress) => {
      progress({ transcripts: 10, done: 5 })
      return { transcripts: 10, entries: 300_118, unknownAgents: [] }
    }
    const { stdout, stderr } = await type('reindex', { ...opened({ reindex }), now: ticking(400) })
    expect(stderr).toContain('rebuilding  ##########..........  50%  5 of 10 transcripts')
    expect(stdout.split('\n')[0]).toBe('Rebuilt 300,118 entries of 10 transcripts from the archive · 1.2s')
  })

  it('copies to a path below the working directory', async () => {
    let target = ''
    const backup = async (path: string) => {
      target = path
      return { sizeBytes: 96_000_000 }
    }
    const logged: unknown[] = []
    const activities = { append: async (draft: unknown) => logged.push(draft) }
    const setup: Setup = { opened: { context: { store: { backup, activities } as never } } }
    expect((await type('backup copy.db', setup)).stdout.split('\n')[0]).toBe(
      'Copied the record to /code/tidewatch/copy.db, 96 MB.',
    )
    expect(target).toBe('/code/tidewatch/copy.db')
    expect(logged).toMatchObject([{ action: 'store.backed_up', target, actor: 'ana' }])
  })

  it.skipIf(process.platform !== 'linux')('says at once where no folder can be made for the copy', async () => {
    const setup: Setup = { opened: { context: { store: {} as never } } }
    expect(await type('backup /proc/daybook/copy.db', setup)).toMatchObject({
      code: 1,
      stderr: 'error: the folder /proc/daybook cannot be made: it is not there\ntry:   daybook backup --help\n',
    })
  })

  it('removes the demo, and says when there was none', async () => {
    expect((await type('demo --remove', { removeDemo: async () => true })).stdout).toBe(
      'Removed the demo and its store. Your own record was not touched.\n',
    )
    expect((await type('demo --remove')).stdout).toBe('There is no demo to remove.\n')
  })
})

it('closes what it opened, also when the command fails', async () => {
  let closed = 0
  const close = async () => void closed++
  await type('scan', opened({ scan: () => Promise.reject(new Error('x')) }, 1, { close }))
  expect(closed).toBe(1)
})
