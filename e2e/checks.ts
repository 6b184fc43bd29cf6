import { relative } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Driver } from './drivers/driver.ts'
import type { AnswerTokens } from './model/answer.ts'
import { COMMIT_SUBJECT, FAILING, NEXT_STEP, TICKET } from './model/scripts.ts'
import type { Played } from './model/server.ts'
import { PROTOCOLS } from './model/protocols.ts'
import type { World } from './world.ts'

/** Something the record was asked. */
export interface Checked {
  what: string
  expected: unknown
  found: unknown
  ok: boolean
}

export interface Listed<T> {
  items: T[]
  total: number
}

export interface Session {
  id: string
  startedAt: string
  key: string | null
  agent: string
  externalId: string
  parentId: string | null
  relation: string | null
  project: string | null
  channel: string
  presence: string | null
  status: string
  invocationCount: number
  failedCount: number
  subagentCount: number
  stack: { ref: string }[]
  files: Listed<{ path: string; kind: string; linesAdded: number | null; linesRemoved: number | null }>
  usage: Record<string, number>
}

export interface Handoff {
  id: string
  state: string
  acceptedBySessionId?: string | null
}

export function check(what: string, expected: unknown, found: unknown): Checked {
  return { what, expected, found, ok: isDeepStrictEqual(expected, found) }
}

/** The first session that begins gets the first key. */
export const FIRST = 'SESSION-001'

export const sessionsOf = ({ ask }: World, agent: string): Session[] =>
  (ask('session', 'list', '--agent', agent) as Listed<Session>).items

/** What the record holds of the work, against what the model said and git has. */
export function checkWork(world: World, agent: Driver, played: Played, asked: string): Checked[] {
  const prompt = agent.asWritten?.(asked) ?? asked
  const { ask, git, project } = world
  const found = sessionsOf(world, agent.id)
  const count = check('sessions', 1, found.length)
  if (found[0] === undefined) return [count]
  const id = found[0].id
  const session = ask('session', 'show', id) as Session
  const said = ask('session', 'messages', id, '--role', 'user', '--type', 'message') as Listed<{
    content: { text: string }
  }>
  const commits = ask('session', 'commits', id) as Listed<{ hash: string; subject: string }>
  const tickets = ask('session', 'tickets', id, '--action', 'worked_on') as Listed<{ ticket: { ref: string } }>
  const plan = (ask('session', 'messages', id, '--type', 'plan', '--newest') as Listed<{ content: Plan }>).items[0]
    ?.content
  const left = (ask('handoff', 'show', id) as { handoff: { payload: { record: HandoffRecord } } | null }).handoff
  const main = played.given.filter(({ step }) => step !== null)
  const calls = main.flatMap((given) => given.calls)
  return [
    count,
    check(
      'a session with a key, begun by a hook, in its project',
      [FIRST, 'hook', 'project'],
      [session.key, session.channel, session.project],
    ),
    check(
      'prompts',
      [prompt],
      said.items.map(({ content }) => content.text),
    ),
    check('calls', calls.length, session.invocationCount),
    check('files', ['README.md edit +1 -1', 'greet.js create +1 -0'], filesOf(session, project)),
    check('failed commands', 1, session.failedCount),
    ...(played.without.includes('plan')
      ? []
      : [
          check(
            'the plan',
            ['completed', 'completed', 'completed'],
            plan?.items.map(({ status }) => status),
          ),
        ]),
    check(
      'commits',
      [`${git('rev-parse', 'HEAD')} ${COMMIT_SUBJECT}`],
      commits.items.map(({ hash, subject }) => `${hash} ${subject}`),
    ),
    check(
      'tokens',
      expectedTokens(
        agent,
        main.map(({ tokens }) => tokens),
      ),
      recordedTokens(agent, session),
    ),
    check('answers', main.length, session.usage['responses']),
    check(
      'the ticket',
      [TICKET],
      tickets.items.map(({ ticket }) => ticket.ref),
    ),
    check('the handoff tells of goal, files and the failure', handedOn(prompt), told(left?.payload.record)),
    check('nothing unreadable', 0, (ask('problems') as Listed<unknown>).total),
  ]
}

interface Plan {
  items: { status: string }[]
}

interface HandoffRecord {
  goal: string | null
  files: { path: string }[]
  failures: { command: string; exitCode: number | null }[]
}

/** Made in the middle of a turn, from what the agent had written until then. */
function handedOn(goal: string): HandoffRecord {
  return {
    goal,
    files: [{ path: 'README.md' }, { path: 'greet.js' }],
    failures: [{ command: FAILING, exitCode: 3 }],
  }
}

function told(record: HandoffRecord | undefined): HandoffRecord | undefined {
  return (
    record && {
      goal: record.goal,
      files: record.files.map(({ path }) => ({ path })).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      failures: record.failures.map(({ command, exitCode }) => ({ command, exitCode })),
    }
  )
}

function filesOf({ files }: Session, project: string): string[] {
  return files.items
    .map(
      ({ path, kind, linesAdded, linesRemoved }) =>
        `${relative(project, path)} ${kind} +${linesAdded} -${linesRemoved}`,
    )
    .toSorted()
}

const COLUMNS: Readonly<Record<keyof AnswerTokens, string>> = {
  input: 'inputTokens',
  cacheRead: 'cacheReadTokens',
  cacheWrite: 'cacheWriteTokens',
  output: 'outputTokens',
  reasoning: 'reasoningTokens',
}

const countsOf = ({ protocol }: Driver) => PROTOCOLS.find(({ id }) => id === protocol)!.counts

export function expectedTokens(agent: Driver, tokens: AnswerTokens[]): Record<string, number> {
  return Object.fromEntries(countsOf(agent).map((name) => [name, tokens.reduce((sum, one) => sum + one[name], 0)]))
}

export function recordedTokens(agent: Driver, { usage }: Pick<Session, 'usage'>): Record<string, number | undefined> {
  return Object.fromEntries(countsOf(agent).map((name) => [name, usage[COLUMNS[name]]]))
}

/**
 * Whether the agent told its model of what is offered, or of something else, when it asked for the first step of a run: for a
 * title it may have asked before that.
 */
export function isTold({ given, bodies }: Played, what = NEXT_STEP): boolean {
  return bodies[given.findIndex(({ step }) => step !== null)]?.includes(what) ?? false
}

/** That the second agent was told of the handoff before it said a word, and that it has it: once, in its last session. */
export function checkHandedOn(world: World, successor: Driver, starts: Played[]): Checked[] {
  const mine = sessionsOf(world, successor.id).filter(({ key }) => key !== FIRST)
  const newest = mine.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1))[0]
  const { items } = world.ask('handoff', 'list') as Listed<Handoff>
  return [
    check(
      'the successor is told of the handoff at its start',
      true,
      starts.some((start) => isTold(start)),
    ),
    check(
      'the handoff is taken over, once, by the session that asked for it',
      [['accepted', true]],
      items.map(({ state, acceptedBySessionId }) => [state, acceptedBySessionId === newest?.id]),
    ),
  ]
}
