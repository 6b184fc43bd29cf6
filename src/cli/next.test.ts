import { describe, expect, it } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { instructionsFor } from '../domain/instructions.ts'
import { refusedInstructions, ticketInstructions } from '../domain/ticket-instructions.ts'
import type { InstructionEvent } from '../domain/instructions.ts'
import { OPERATIONS } from '../operations/index.ts'
import { HAND_WRITTEN } from './commands.ts'
import { FORMAT_FACTS } from '../sources/format.ts'
import { answering, entry, session, type, usage } from './testing.ts'

const page = <T>(items: T[]) => ({ items, total: items.length + 1, nextCursor: 'more' })
const SUMS = { ...usage({ unpricedTokens: 5, unpricedModels: ['x'] }), priceDate: '2026-11-01' }
const PROJECT = {
  id: 'p',
  name: "ana's tide watch",
  identityKind: 'path',
  identity: '/code/tidewatch',
  roots: [],
  ignoredAt: '2026-11-20T15:00:00.000Z',
  sessionCount: 6,
  lastActivityAt: null,
}

const AGENT = {
  agent: 'claude-code',
  name: 'Claude Code',
  mark: 'CC',
  roots: [{ path: '/a', present: true }],
  found: true,
  ignored: false,
  files: 1,
  newestAt: '2026-11-20T15:00:00Z',
  sessions: 1,
  problems: 1,
  unknownNames: 1,
  vendorKeepsDays: 30,
  verified: [],
  gives: Object.fromEntries(FORMAT_FACTS.map((fact) => [fact, { given: 'no', note: null }])),
}
const NOON = '2026-11-20T12:00:00.000Z'
const FIGURES = { activeMs: 60_000, sessions: 1, usage: usage() }

/** A reply of every operation that prints its whole screen. */
const REPLIES: Record<string, unknown> = {
  'session.list': page([session()]),
  'session.show': {
    ...session(),
    parent: null,
    forkedAt: null,
    forks: [],
    transcripts: [{ problemCount: 1, sourceGoneAt: '2026-11-20T15:00:00.000Z' }],
    tools: [],
    files: page([]),
    commits: page([]),
    firstPrompt: null,
    resumeCommand: null,
    forkCommand: null,
    toolsUsed: [],
    notes: [],
  },
  'session.messages': { session: session(), ...page([entry({}, { type: 'message', text: 'x' })]) },
  'session.search': hits(),
  search: hits(),
  'session.commits': {
    session: session(),
    items: [],
    total: 0,
    nextCursor: null,
    timeframe: { since: '2026-11-20T13:04:00Z', until: '2026-11-20T15:10:00Z' },
    repository: null,
    problem: null,
  },
  'session.stats': {
    total: 1,
    byStatus: {},
    byAgent: {},
    byProject: [],
    entries: 1,
    oldestAt: null,
    newestAt: null,
    usage: SUMS,
    session: null,
  },
  'session.star': changed({ starredAt: '2026-11-20T15:00:00.000Z' }),
  'session.unstar': changed({}),
  'session.tag': changed({ tags: ['low water', 'tides'] }),
  'session.untag': changed({}),
  'session.rename': changed({}),
  'session.archive': changed({ archivedAt: '2026-11-20T15:00:00.000Z' }),
  'session.unarchive': changed({}),
  'session.note': note(),
  'session.notes': page([note()]),
  'session.unnote': note(),
  'filter.save': { ...savedFilter(), before: { starred: true } },
  'filter.list': page([savedFilter()]),
  'filter.delete': savedFilter(),
  'session.delete': {
    deleted: true,
    items: [],
    total: 1,
    nextCursor: null,
    usage: SUMS,
    entries: 1,
    transcripts: 1,
    tombstones: true,
    copies: [],
  },
  'session.forget': {
    deleted: true,
    items: [],
    total: 1,
    nextCursor: null,
    usage: SUMS,
    entries: 1,
    transcripts: 1,
    tombstones: true,
    copies: [],
  },
  'session.prune': {
    pruned: true,
    before: NOON,
    items: [session()],
    total: 11,
    nextCursor: null,
    sizeBytes: 2048,
    usage: SUMS,
    kept: { notEnded: 1, starred: 2 },
    copies: ['/a/b.db'],
  },
  'usage.total': { ...SUMS, firstAt: null, lastAt: null },
  'usage.daily': sums({ day: '2026-11-20', from: '2026-11-20T00:00:00.000Z' }),
  'usage.weekly': sums({ week: '2026-W47', from: '2026-11-16T00:00:00.000Z' }),
  'usage.monthly': sums({ month: '2026-11', from: '2026-11-01T00:00:00.000Z' }),
  'usage.session': sums({ sessionId: '3', key: 'SESSION-003' }),
  'usage.model': sums({ model: 'x' }),
  'usage.agent': sums({ agent: 'claude-code' }),
  'usage.project': sums({ projectId: null, project: null }),
  'usage.blocks': {
    ...sums({ agent: 'claude-code', from: NOON, to: '2026-11-20T17:00:00.000Z', active: true }),
    limits: [],
  },
  'usage.explain': {
    session: session(),
    ...page([]),
    totals: SUMS,
    dropped: { repeatedLines: 1, inherited: { rows: 1, usage: SUMS, owners: [] } },
    unpriced: [],
    costSources: {},
    priceDates: [],
  },
  'fleet.show': {
    ...page([
      { ...session(), presence: 'gone', evidence: 'told', about: null, since: NOON, worktree: '/code/tidewatch' },
    ]),
    live: 1,
    needYou: 0,
    warnings: [],
    today: { activeMs: 0, usage: usage() },
  },
  'work.report': report(),
  'work.suggestions': suggestions(),
  'file.list': page([
    {
      path: '/a',
      kind: 'edit',
      changes: 1,
      linesAdded: 1,
      linesRemoved: 0,
      sessions: 1,
      lastAt: '2026-11-20T15:00:00Z',
    },
  ]),
  'file.history': { ...page([touch()]), places: ['/a'] },
  'activity.list': page([
    {
      id: 1,
      chain: 'c',
      sequence: 1,
      at: '2026-11-20T15:00:00Z',
      actor: 'ana',
      action: 'a',
      target: 't',
      session: null,
      payload: null,
    },
  ]),
  'activity.verify': { ok: false, chains: 1, rows: 1, erased: 0, brokenAt: { chain: 'c', sequence: 1 }, lastAt: null },
  'project.list': page([PROJECT]),
  'project.ignore': { project: PROJECT, ignored: true, kept: { sessions: 6, usage: SUMS } },
  'problem.list': page([{ id: 1, agent: 'x', path: '/a', line: 1, reason: 'r', at: '2026-11-20T15:00:00Z' }]),
  'drift.list': page([
    {
      agent: 'x',
      agentVersion: '1',
      kind: 'type',
      name: 'n',
      count: 1,
      transcripts: 1,
      firstAt: '2026-11-20T15:00:00Z',
      lastAt: '2026-11-20T15:00:00Z',
    },
  ]),
  'agent.list': { ...page([AGENT]), unread: [] },
  doctor: { ok: true, errors: 0, warnings: 0, items: [], total: 0, nextCursor: null },
}

for (const name of ['session.start', 'session.attach', 'sprint.activate', 'task.activate', 'task.deactivate'])
  REPLIES[name] = {
    ...standing(),
    last: session(),
    ticket: {},
    errors: ['T-6 is open'],
    guidance: null,
    action: 'set',
    offers: null,
    checklist: [],
  }
for (const name of ['context.show', 'context.pop', 'context.clear', 'session.pause', 'session.switch', 'session.info'])
  REPLIES[name] = { ...standing(), expiresAt: null }
REPLIES['session.resume'] = { ...standing(), activities: [], idleMinutes: 9, reopened: false }
REPLIES['session.end'] = {
  ...standing('end'),
  errors: [],
  ticketsCompleted: [],
  commits: 1,
  filesChanged: 1,
  artifacts: 1,
  valid: true,
}
REPLIES['session.status'] = { standing: standing(), why: 'w', wallMs: 1, activeMs: 1, activities: [] }
const TEMPLATE = {
  name: 'release',
  purpose: 'p',
  kind: null,
  tags: ['a'],
  stack: ['T-4'],
  checklist: ['test'],
  savedAt: NOON,
  savedBy: 'ana',
}
for (const verb of ['create', 'show', 'delete']) REPLIES[`template.${verb}`] = TEMPLATE
REPLIES['template.list'] = page([TEMPLATE])
REPLIES['session.checklist'] = {
  session: session(),
  why: 'w',
  items: [{ number: 1, text: 'test', done: false }],
  open: 1,
}
REPLIES['context.recall'] = {
  query: "ana's tide",
  words: ['ana', 'tide*'],
  budget: 300,
  items: [
    {
      kind: 'entry',
      citation: 'SESSION-003#e1',
      session: 'SESSION-003',
      sessionTitle: 't',
      entryId: 'e1',
      ticket: 'T-4',
      at: NOON,
      who: 'user',
      text: 'x',
    },
  ],
  quotation: 'x',
  tokens: 90,
  leftOut: 2,
  partial: true,
}
REPLIES['context.history'] = page([
  { fromAt: null, toAt: null, stack: [], optedOut: true, change: 'opt_out', by: 'ana', source: 'declared' },
])

for (const name of ['list', 'search', 'children']) REPLIES[`ticket.${name}`] = page([ticket()])
for (const name of ['update', 'transition', 'link', 'unlink'])
  REPLIES[`ticket.${name}`] = { ticket: ticket(), changed: [], message: 'm', warnings: [], instructions: nextFor() }
REPLIES['ticket.create'] = { ...(REPLIES['ticket.update'] as object), session: session(), why: 'w', guidance: null }
REPLIES['ticket.show'] = {
  ...ticket(),
  above: [],
  children: { total: 0, closed: 0, items: [] },
  relations: [],
  notes: page([]),
  sessions: [],
  figures: { own: FIGURES, total: FIGURES, variance: null },
}
REPLIES['ticket.sessions'] = { ...page([link()]), ticket: ticket() }
for (const name of ['update', 'note', 'log']) REPLIES[`task.${name}`] = { ...standing('update'), note: {}, updates: 1 }
REPLIES['task.done'] = {
  valid: false,
  items: [{ ticket: ticket(), done: false, validation: validation(false) }],
  forced: null,
  summary: null,
  session: session(),
  why: 'w',
  message: 'm',
  warnings: [],
  instructions: refusedInstructions('cli', { ref: "ana's 1", title: null }, { ...validation(false), requirements: [] }),
}
REPLIES['validation.check'] = { ...validation(true), subject: { kind: 'task', ref: "ana's 1" }, message: 'm' }
REPLIES['session.tickets'] = { ...page([link()]), session: session() }
REPLIES['ticket.delete'] = { deleted: true, ticket: ticket(), notes: 1, children: ['T-5'], instructions: nextFor() }

function ticket() {
  const at = { updatedAt: NOON, closedAt: null, heldSince: NOON }
  const words = { ref: "ana's 1", title: 'Cache', kind: 'task', status: 'open', priority: 'high', tags: ['tide'] }
  return {
    ...at,
    ...words,
    estimateMinutes: 60,
    holder: session(),
    parentRef: null,
    assignee: null,
    tracker: 'local',
    summary: null,
    description: null,
    url: null,
  }
}

function validation(valid: boolean) {
  const error = { field: 'children', message: 'T-6 is open', refs: ['T-6'], claim: null }
  return {
    valid,
    errors: valid ? [] : [error],
    warnings: [],
    requirements: [],
    details: { evidence: [] },
    checklist: [],
  }
}

function link() {
  return { action: 'worked_on', at: NOON, by: 'ana', session: session(), ticket: ticket() }
}

function nextFor() {
  return ticketInstructions('cli', { ref: "ana's 1", title: 'Cache', status: 'open' })
}

/** Where a session stands, with all that is said of what to do next. */
function standing(event: InstructionEvent = 'activate') {
  const ticket = { ref: 'T-4', title: 'Cache', status: 'in_progress', estimateMinutes: 1 } as const
  const facts = { face: 'cli', association: 'attached', above: [], ticketMs: 120_000, idleMinutes: 9 } as const
  return {
    message: 'On T-4',
    warnings: ['SESSION-001 was put away; daybook resume SESSION-001 restores it'],
    session: session(),
    why: 'used on this terminal',
    association: 'attached',
    stack: [ticket],
    current: ticket,
    ticketMs: 120_000,
    instructions: instructionsFor(event, { ...facts, session: 'SESSION-003', ticket, requirements: [] }),
  }
}

for (const name of ['create', 'update', 'complete']) REPLIES[`session.${name}`] = session()
REPLIES['session.fork'] = {
  parent: session(),
  at: 'e',
  session: session(),
  inherited: 2,
  command: null,
  cwd: null,
  limits: [],
}
REPLIES['session.message'] = { session: session(), message: { id: 'e', role: 'user', at: NOON, content: 'x' } }
REPLIES['session.link'] = {
  session: session(),
  linked: true,
  invocation: { callId: 'inv-1', tool: 'fetch' },
  toolsUsed: ['fetch'],
}
REPLIES['session.invocations'] = page([
  { startedAt: NOON, session: session(), callId: 'inv-1', tool: 'fetch', durationMs: 1500, outcome: 'ok' },
])
for (const name of ['set', 'get']) REPLIES[`session.data.${name}`] = { session: session(), name: 'page', value: 4 }
REPLIES['session.data.list'] = { session: session(), ...page([{ name: 'page', value: 4 }]) }
for (const name of ['delete', 'clear']) REPLIES[`session.data.${name}`] = { session: session(), removed: 1 }
const IMPORT = {
  id: 'I-1',
  file: "ana's.json",
  format: 'bundle',
  state: 'waiting',
  at: NOON,
  by: 'ana',
  decidedAt: null,
  decidedBy: null,
  sessions: 2,
}
for (const verb of ['move', 'merge', 'split']) REPLIES[`project.${verb}`] = { project: PROJECT, message: 'm' }
REPLIES['import.list'] = page([IMPORT])
REPLIES['import.accept'] = { import: { ...IMPORT, state: 'accepted' }, items: [session()] }
REPLIES['import.refuse'] = { import: { ...IMPORT, state: 'refused' }, items: [session()] }
REPLIES['session.cleanup'] = REPLIES['session.delete']

const WEBHOOK = {
  id: 'wh-1',
  url: 'http://127.0.0.1:9000/x',
  kinds: ['activity'],
  addedAt: NOON,
  addedBy: 'ana',
  attempts: 2,
  nextAttemptAt: NOON,
  lastError: 'answered 500',
  deliveredAt: null,
  stoppedAt: null,
  behind: 3,
}
REPLIES['webhook.add'] = { ...WEBHOOK, secret: 'whsec_x' }
REPLIES['webhook.list'] = page([WEBHOOK])
REPLIES['webhook.retry'] = WEBHOOK
REPLIES['webhook.remove'] = WEBHOOK

const LINES: Record<string, string> = {
  'webhook.add': 'webhook add http://127.0.0.1:9000/x',
  'webhook.retry': 'webhook retry wh-1',
  'webhook.remove': 'webhook remove wh-1',
  'session.update': 'session update 3 --purpose x',
  'session.fork': 'session fork 3',
  'session.message': 'session message 3 x',
  'session.link': 'session link 3 inv-1 fetch',
  'session.data.set': 'session data set 3 page 4',
  'session.data.get': 'session data get 3 page',
  'session.data.list': 'session data list 3',
  'session.data.delete': 'session data delete 3 page',
  'session.data.clear': 'session data clear 3 --yes',
  'session.complete': 'session complete 3',
  'session.cleanup': 'session cleanup --yes',
  'task.update': 'update x',
  'task.note': 'note x',
  'task.log': 'log x',
  'task.done': 'done x',
  'validation.check': 'check T-4',
  'ticket.create': 'ticket create Cache',
  'ticket.show': 'ticket show T-4',
  'ticket.search': 'ticket search tide',
  'ticket.children': 'ticket children T-4',
  'ticket.update': 'ticket update T-4',
  'ticket.transition': 'ticket transition T-4 waiting',
  'ticket.link': 'ticket link T-4 T-5',
  'ticket.unlink': 'ticket unlink T-4 T-5',
  'ticket.sessions': 'ticket sessions T-4',
  'session.tickets': 'session tickets 3',
  'ticket.delete': 'ticket delete T-4 --yes',
  'session.attach': 'attach T-4',
  'sprint.activate': 'sprint activate 1',
  'task.activate': 'task activate T-4',
  'session.switch': 'switch 3',
  'session.show': 'session show 3',
  'session.messages': 'session messages 3',
  'session.commits': 'session commits 3',
  'session.search': 'session search tide',
  search: 'search tide',
  'session.delete': 'session delete 3 --yes',
  'session.forget': 'forget 3 --yes',
  'import.accept': 'import accept I-1',
  'project.move': 'project move x y',
  'project.merge': 'project merge x y --yes',
  'project.split': 'project split x y',
  'import.refuse': 'import refuse I-1 --yes',
  'session.prune': 'prune --older-than 90d --yes',
  'file.history': 'blame a',
  'session.star': 'session star 3',
  'session.unstar': 'session unstar 3',
  'session.tag': 'session tag 3 tides',
  'session.untag': 'session untag 3 tides',
  'session.rename': 'session rename 3 x',
  'session.archive': 'session archive 3',
  'session.unarchive': 'session unarchive 3',
  'session.note': 'session note 3 x',
  'session.unnote': 'session unnote 4 --yes',
  'filter.save': 'filter save lately --since 7d',
  'filter.delete': 'filter delete lately',
  'project.ignore': 'project ignore x',
}

function hits() {
  return { ...page([]), totalReason: null, partial: true, indexed: 1, entries: 2 }
}

function changed(change: Parameters<typeof session>[0]) {
  return { items: [session(change)], total: 1, nextCursor: null, changed: [session().id] }
}

function note() {
  const at = '2026-11-20T15:00:00.000Z'
  return { id: 4, sessionId: session().id, entryId: 'e0mi4x0v5kq0j1a', text: 'x', at, by: 'ana', session: session() }
}

function savedFilter() {
  const words = { project: "ana's", tag: ['low water', 'tides'], allTags: true }
  return { name: 'lately', words, savedAt: '2026-11-20T15:00:00.000Z', savedBy: 'ana' }
}

function touch() {
  const commit = { hash: '9f31c2e0', subject: 'Cut', at: '2026-11-20T15:10:00Z' }
  const change = { path: '/a', kind: 'edit', linesAdded: 1, linesRemoved: 0, at: '2026-11-20T15:00:00Z' }
  return { ...change, entryId: 'e', sessionId: '3', session: session(), citation: 'SESSION-003#e', commit }
}

function sums(row: object) {
  return { ...page([{ ...row, ...SUMS }]), totals: SUMS, priceDate: '2026-11-01' }
}

function suggestions() {
  const { id: sessionId, agent, title, project, lastActivityAt } = session()
  const found = {
    sessionId,
    session: '3',
    agent,
    title,
    project,
    lastActivityAt,
    ref: 'T-5',
    confidence: 0.97,
    sure: true,
  }
  const reasons = [{ place: 'branch', text: 't-5-harbour' }]
  return { ...page([{ ...found, reasons }]), accepted: [], refused: [], unplaced: 1 }
}

function report() {
  const figures = { ...SUMS, activeMs: 60_000, elapsedMs: 60_000, sessions: 1, calls: 2, failedCalls: 0 }
  const row = {
    place: 'unattributed',
    label: null,
    title: null,
    ticket: null,
    sessionId: null,
    depth: 0,
    estimate: null,
  }
  const asked = { by: 'ticket', from: null, to: null, project: null, priceDate: '2026-11-01' }
  return { ...page([{ ...row, own: figures, total: figures }]), ...asked, totals: figures }
}

const OFFERED = {
  id: '01a21bc1-a13a-7ea2-89f7-c1647d9e3083',
  state: 'offered',
  offeredAt: NOON,
  offeredBy: 'ana',
  markdown: '- Test it',
}
const LEFT_OUT = [
  { section: 'Plan', items: 2, open: 1, command: 'daybook session messages 3 --type plan --newest --limit 1' },
]
Object.assign(REPLIES, {
  'session.handoff': {
    session: session(),
    why: 'named 3',
    handoff: OFFERED,
    tokens: 4,
    leftOut: LEFT_OUT,
    record: { gitProblem: null },
  },
  'handoff.show': { session: session(), handoff: OFFERED, markdown: '- Test it' },
  'handoff.list': page([{ ...OFFERED, session: session(), ticket: 'T-4', firstLine: 'Test it' }]),
  'handoff.accept': { session: session(), from: session(), handoff: OFFERED, quotation: '> - Test it' },
})
Object.assign(LINES, {
  'handoff.show': 'handoff show 3',
  'handoff.accept': 'handoff accept 3',
  'context.recall': 'context tide',
  'template.create': 'template create release --purpose x',
  'template.show': 'template show release',
  'template.delete': 'template delete release',
})

describe('every command that a screen names', () => {
  const typable = OPERATIONS.filter(({ path }) => path.length > 0)
  it.each(typable.map(({ name, path }) => [name, LINES[name] ?? path.join(' ')]))(
    'of %s can be typed',
    async (name, line) => {
      const { stdout } = await type(line, { catalogue: answering({ [name]: REPLIES[name] }) })
      const commands = printedCommands(stdout)
      for (const command of commands) expect(`${command}: ${await typed(command)}`).toBe(`${command}: understood`)
      // A doctor with nothing to say names nothing.
      expect(commands.length > 0).toBe(name !== 'doctor')
    },
  )

  it.each([...typable, ...HAND_WRITTEN].map((one) => [one.path.join(' '), one] as const))(
    'as an example of %s can be typed',
    async (path, one) => {
      const { stdout } = await type(`${path} --help`)
      const { examples } = 'effect' in one ? ((await one.load()).cli ?? { examples: [] }) : await one.load()
      expect(examples.length).toBeGreaterThan(0)
      expect(stdout).toContain('Examples')
      for (const { command } of examples) expect(`${command}: ${await typed(command)}`).toBe(`${command}: understood`)
    },
  )
})

/** Commands on a screen: below `Next`, after `try:`, after a colon at the end of a line. */
function printedCommands(text: string): string[] {
  const commands: string[] = []
  for (const line of text.split('\n')) {
    const next = /^ {2}(daybook .*?)(?: {3}|$)/.exec(line) ?? /(?:: |try: +)(daybook [a-z].*)$/.exec(line)
    if (next?.[1]) commands.push(next[1])
  }
  return commands
}

/** `understood` when words, flags and values are all known; what it runs into then is not looked at. */
async function typed(command: string): Promise<string> {
  const unavailable = () => Promise.reject(new AppError('unavailable', 'understood'))
  const catalogue = answering(Object.fromEntries(OPERATIONS.map(({ name }) => [name, unavailable])))
  const words = (command.match(/'(?:[^']|'\\'')*'|"[^"]*"|\S+/g) ?? []).map(unquote).slice(1)
  const { stderr, code } = await type(words, {
    catalogue,
    openContext: unavailable,
    removeDemo: unavailable,
    serveTools: unavailable,
    recordServer: unavailable,
    machine: NOWHERE,
  })
  return code === 2 ? stderr : 'understood'
}

function unquote(word: string): string {
  return /^["'].*["']$/.test(word) ? word.slice(1, -1).replaceAll("'\\''", "'") : word
}

/** A machine without a home: what reads configuration fails, and not over what was typed. */
const NOWHERE = { home: '', platform: 'linux', variables: {} } as const
