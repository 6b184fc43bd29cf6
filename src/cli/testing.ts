import type { Entry, EntryContent } from '../domain/entry.ts'
import type { OperationContext } from '../operations/operation.ts'
import { OPERATIONS } from '../operations/index.ts'
import type { CatalogueEntry } from '../operations/index.ts'
import type { SessionView } from '../operations/session-view.ts'
import type { UsageView } from '../operations/usage-view.ts'
import type { Engines } from './engines.ts'
import type { Io, Opened } from './io.ts'
import { run } from './run.ts'

/** The moment at which tests look: Friday 20 November 2026, 15:42 UTC. */
export const NOW = Date.parse('2026-11-20T15:42:00Z')

export interface Ran {
  code: number
  stdout: string
  stderr: string
}

export interface Setup extends Partial<Omit<Io, 'isTTY' | 'stdin'>> {
  /** What stands behind all three; single ends in `isTTY`. */
  terminal?: boolean
  isTTY?: Partial<Io['isTTY']>
  /** What a person types. */
  types?: string
  opened?: Partial<Omit<Opened, 'context' | 'engines'>> & {
    context?: Partial<OperationContext>
    engines?: Partial<Engines>
  }
  catalogue?: readonly CatalogueEntry[]
}

/** Runs a command line as a shell would, on a terminal of 80 columns unless told otherwise. */
export async function type(line: string | readonly string[], setup: Setup = {}): Promise<Ran> {
  const { terminal = true, types = '', opened, catalogue, isTTY, ...rest } = setup
  const written = { stdout: '', stderr: '' }
  const env = { NO_COLOR: '1', ...rest.env }
  const io: Io = {
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    stdin: lines(types),
    cwd: '/code/tidewatch',
    columns: 80,
    now: () => NOW,
    sources: async () => (await import('../sources/index.ts')).SOURCES,
    version: '0.1.0',
    signal: new AbortController().signal,
    openContext: async () => openedWith(opened),
    openElsewhere: async () => openedWith(opened),
    removeDemo: async () => false,
    serveTools: async () => undefined,
    serve: async () => ({
      url: 'http://127.0.0.1:4750',
      link: (to = '/') => `http://127.0.0.1:4750/sign-in/code?to=${to}`,
      isBusy: () => false,
      close: async () => {},
    }),
    findServer: async () => undefined,
    openBrowser: async () => false,
    startBackground: async () => {},
    serveBackground: async () => false,
    machine: { home: '/home/ana', platform: 'linux', variables: env },
    ...rest,
    env,
    isTTY: { stdin: terminal, stdout: terminal, stderr: terminal, ...isTTY },
  }
  const argv = typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line
  const code = await run(argv, io, catalogue)
  return { code, ...written }
}

async function* lines(text: string): AsyncGenerator<string> {
  if (text !== '') yield text
}

function openedWith({ context, engines, ...rest }: NonNullable<Setup['opened']> = {}): Opened {
  return {
    context: {
      sources: [{ id: 'claude-code', name: 'Claude Code', vendorKeepsDays: 30 }],
      env: { home: '/home/ana', platform: 'linux', variables: {} },
      clock: { now: () => NOW },
      actor: 'ana',
      timezone: 'UTC',
      ...context,
    } as unknown as OperationContext,
    engines: engines as Engines,
    takeIn: async () => {},
    demo: false,
    location: '/home/ana/.local/share/daybook',
    close: async () => {},
    ...rest,
  }
}

/** The catalogue with some operations answering what they are told to. Their inputs are checked all the same. */
export function answering(replies: Record<string, unknown>): CatalogueEntry[] {
  return OPERATIONS.map((entry) => {
    if (!(entry.name in replies)) return entry
    const reply = replies[entry.name]
    return {
      ...entry,
      load: async () => ({
        ...(await entry.load()),
        handle: async (_context, input) => (typeof reply === 'function' ? reply(input) : reply),
      }),
    }
  })
}

export function usage(change: Partial<UsageView> = {}): UsageView {
  return {
    inputTokens: 151_204,
    outputTokens: 41_230,
    cacheReadTokens: 4_610_400,
    cacheWriteTokens: 298_120,
    cacheWrite1hTokens: 0,
    reasoningTokens: 0,
    responses: 212,
    costMicrodollars: 4_371_250,
    costReason: null,
    unpricedTokens: 0,
    unpricedModels: [],
    ...change,
  }
}

export function session(change: Partial<SessionView> = {}): SessionView {
  return {
    id: '0193479a-7b00-7000-8000-000000000003',
    key: 'SESSION-003',
    ref: 'cc-7f3a91',
    projectId: 'p1',
    project: 'tidewatch',
    title: 'Cache tide tables on disk',
    titleSource: 'agent',
    purpose: null,
    kind: 'work',
    agent: 'claude-code',
    externalId: '7f3a9100-1111-4222-8333-444455556666',
    channel: 'import',
    machineId: 'm1',
    tags: [],
    status: 'active',
    archivedAt: null,
    starredAt: null,
    prunedAt: null,
    quarantined: false,
    handoffReady: false,
    parentId: null,
    relation: null,
    gitBranch: 'main',
    cwd: '/code/tidewatch',
    agentVersion: '2.1.0',
    userId: null,
    agentName: null,
    clientName: null,
    customMetadata: {},
    presence: null,
    implicit: false,
    optedOut: false,
    stack: [],
    pausedAt: null,
    resumedAt: null,
    summaryMarkdown: null,
    compactMarkdown: null,
    openedAt: null,
    calledAt: null,
    startedAt: '2026-11-20T13:04:00.000Z',
    lastActivityAt: '2026-11-20T15:10:00.000Z',
    endedAt: null,
    messageCount: 46,
    invocationCount: 148,
    failedCount: 5,
    subagentCount: 2,
    toolMs: 872_000,
    activeMs: 4_320_000,
    wallMs: 7_560_000,
    usage: usage(),
    ...change,
  }
}

export function entry(change: Partial<Omit<Entry, 'content'>>, content?: EntryContent): Entry {
  return {
    id: 'e0mi4x0v5kq0j1a',
    sessionId: '0193479a-7b00-7000-8000-000000000003',
    transcriptId: 1,
    type: content?.type ?? 'message',
    role: 'assistant',
    at: '2026-11-20T14:28:03.000Z',
    record: 1,
    block: 0,
    flags: [],
    tool: content?.type === 'tool_call' ? content.tool : null,
    ...change,
    ...(content ? { content } : {}),
  }
}
