import { isAppError } from '../domain/errors.ts'
import { formatClockTime, plural } from '../domain/format.ts'
import type { Interval } from '../domain/slice.ts'
import type { Invocation } from '../domain/invocation.ts'
import type { Session } from '../domain/session.ts'
import { type TestRun, testRunIn } from '../domain/test-run.ts'
import type { Evidence } from '../domain/validation.ts'
import type { Store } from '../stores/store.ts'
import { commitsMade } from './commits-made.ts'
import type { OperationContext } from './operation.ts'
import { everyItem } from './page.ts'
import { repositoryOf } from './session-place.ts'

/** One session's part in a ticket: when it stood on it, what it edited then, and what tests it ran whenever. */
interface Part {
  session: Session
  spans: Interval[]
  edits: Invocation[]
  runs: Invocation[]
}

const MOST_CALLS = 1000

/**
 * What the record and the repository show of the work on tickets: whether tests passed after the last edit, a commit, and a
 * clean work tree. Nothing is said of what does not apply: without an edit no tests are expected.
 *
 * @param ticketIds a ticket and what lies below it
 * @param saying what people wrote on it: a word that tests pass is worth what it is worth
 */
export async function evidenceOf(
  context: OperationContext,
  ticketIds: readonly string[],
  saying: readonly string[],
): Promise<Evidence[]> {
  const parts = await partsOf(context, ticketIds)
  const evidence = [await testEvidence(context, parts, saying), await commitEvidence(context, parts)]
  const tree = await treeEvidence(context, parts)
  return [...evidence, tree].filter((one) => one !== undefined)
}

/** Sessions that worked on any of these tickets, each once. */
export async function workedOn(store: Store, ticketIds: readonly string[]): Promise<Session[]> {
  const sessions = new Map<string, Session>()
  for (const ticketId of ticketIds) {
    for (const { sessionId } of await store.tickets.links({ ticketId, action: 'worked_on' })) {
      const session = sessions.get(sessionId) ?? (await store.sessions.find(sessionId))
      if (session) sessions.set(sessionId, session)
    }
  }
  return [...sessions.values()]
}

async function partsOf({ store, clock }: OperationContext, ticketIds: readonly string[]): Promise<Part[]> {
  const parts: Part[] = []
  for (const session of await workedOn(store, ticketIds)) {
    const sessionId = session.id
    const spans: Interval[] = []
    for await (const { stack, fromAt, toAt } of everyItem((page) => store.contexts.history({ sessionId }, page))) {
      if (!stack.some(({ ticketId }) => ticketIds.includes(ticketId))) continue
      spans.push({
        startMs: fromAt === null ? -Infinity : Date.parse(fromAt),
        endMs: toAt === null ? clock.now() : Date.parse(toAt),
      })
    }
    const newest = { limit: MOST_CALLS, descending: true }
    const edits = (await store.invocations.list({ sessionId, kind: 'edit', outcome: 'ok' }, newest)).items
    const commands = (await store.invocations.list({ sessionId, kind: 'command' }, newest)).items
    parts.push({
      session,
      spans,
      edits: edits.filter(({ startedAt }) => isWithin(spans, Date.parse(startedAt))),
      runs: commands.filter(({ subject, outcome }) => outcome !== 'unanswered' && testRunIn(subject) !== undefined),
    })
  }
  return parts
}

function isWithin(spans: readonly Interval[], atMs: number): boolean {
  return spans.some(({ startMs, endMs }) => startMs <= atMs && atMs <= endMs)
}

async function testEvidence(
  context: OperationContext,
  parts: readonly Part[],
  saying: readonly string[],
): Promise<Evidence | undefined> {
  const edits = parts.flatMap((part) => part.edits)
  const runs = parts.flatMap((part) => part.runs).toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
  const [newest] = runs
  if (newest === undefined) return edits.length === 0 ? undefined : notTested(saying)
  const after = runs.find((run) => edits.every((edit) => isAfter(run, edit)))
  if (after !== undefined) return ranTests(context, after, edits.length > 0)
  const later = edits.filter((edit) => !isAfter(newest, edit)).length
  const { says, ...told } = await ranTests(context, newest, false)
  return { ...told, ok: told.ok === false ? false : null, says: `${says}, and ${plural(later, 'edit')} came after` }
}

function notTested(saying: readonly string[]): Evidence {
  const isSaid = saying.some((words) => /\btests?\b[^.!?]{0,40}\b(?:pass(?:es|ed|ing)?|green|ok)\b/i.test(words))
  const says = isSaid
    ? 'said to pass; no run after the last edit is recorded'
    : 'no run is recorded after the last edit'
  return { name: 'tests', claim: isSaid ? 'asserted' : 'inferred', ok: null, says, at: null, entryId: null }
}

/** Inside a transcript the order of lines decides; between two, time. */
function isAfter(run: Invocation, edit: Invocation): boolean {
  if (run.transcriptId === edit.transcriptId) return run.record > (edit.resultRecord ?? edit.record)
  return run.startedAt > edit.startedAt
}

async function ranTests(context: OperationContext, run: Invocation, hasEdits: boolean): Promise<Evidence> {
  const command = await commandOf(context, run)
  const found: TestRun = (command === undefined ? undefined : testRunIn(command)) ?? {
    runner: testRunIn(run.subject)?.runner ?? 'tests',
    proves: false,
    blames: false,
  }
  const time = formatClockTime(Date.parse(run.startedAt), context.clock.now(), context.timezone)
  const failed = run.outcome === 'error' || (run.exitCode !== null && run.exitCode !== 0)
  const told = { name: 'tests', at: run.startedAt, entryId: run.id } as const
  if (failed) {
    const exit = run.exitCode === null ? '' : `, exit ${run.exitCode}`
    const claim = found.blames && run.exitCode !== null ? 'verified' : 'inferred'
    return { ...told, claim, ok: false, says: `${found.runner} failed ${time}${exit}` }
  }
  const when = hasEdits ? ', after the last edit' : ''
  if (!found.proves) {
    return {
      ...told,
      claim: 'inferred',
      ok: null,
      says: `${found.runner} ran ${time}${when}; its outcome is hidden by the rest of the command`,
    }
  }
  if (run.exitCode === 0) return { ...told, claim: 'verified', ok: true, says: `${found.runner} passed ${time}${when}` }
  return {
    ...told,
    claim: 'inferred',
    ok: true,
    says: `${found.runner} passed ${time}${when}; no exit code is recorded`,
  }
}

/** The command as it was called, whole: what a list shows of it has no line ends and may be cut. */
async function commandOf(
  { history }: OperationContext,
  { transcriptId, record, id }: Invocation,
): Promise<string | undefined> {
  const filter = { transcriptId, record, types: ['tool_call' as const], includeSidechain: true, includeMeta: true }
  const { items } = await history.entries(filter, { limit: 100 })
  const content = items.find((entry) => entry.id === id)?.content
  return content?.type === 'tool_call' ? commandIn(content.input) : undefined
}

function commandIn(input: unknown): string | undefined {
  if (typeof input === 'string') return input
  if (typeof input !== 'object' || input === null) return undefined
  const { command, cmd, script } = input as Record<string, unknown>
  const given = command ?? cmd ?? script
  if (typeof given === 'string') return given
  if (!Array.isArray(given) || !given.every((word) => typeof word === 'string')) return undefined
  return given.map((word: string) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
}

async function commitEvidence(context: OperationContext, parts: readonly Part[]): Promise<Evidence | undefined> {
  let seen: Evidence | undefined
  for (const { session, spans, edits } of parts) {
    if (session.cwd === null && edits.length === 0) continue
    const { commits } = await commitsMade(context, session)
    for (const commit of commits) {
      if (!isWithin(spans, Date.parse(commit.at)) || commit.evidence === 'shared') continue
      const claim = commit.inRepository === true ? 'verified' : 'inferred'
      const says = `${commit.hash.slice(0, 7)} ${commit.subject}`
      const found: Evidence = { name: 'commit', claim, ok: true, says, at: commit.at, entryId: commit.entryId }
      if (claim === 'verified') return found
      seen ??= found
    }
  }
  if (seen !== undefined || parts.every(({ edits }) => edits.length === 0)) return seen
  return { name: 'commit', claim: 'inferred', ok: false, says: 'no commit is seen', at: null, entryId: null }
}

/** The work tree of the session that edited last. */
async function treeEvidence(context: OperationContext, parts: readonly Part[]): Promise<Evidence | undefined> {
  const [last] = parts
    .filter(({ edits }) => edits.length > 0)
    .toSorted((a, b) => ((a.edits[0]?.startedAt ?? '') < (b.edits[0]?.startedAt ?? '') ? 1 : -1))
  if (last === undefined) return undefined
  const repository = await repositoryOf(context, last.session)
  if (repository === undefined) return undefined
  try {
    const { readWorkTree } = await import('../git/work-tree.ts')
    const { changes } = await readWorkTree(repository, context.env.variables)
    const dirty = changes.length
    const says = dirty === 0 ? 'nothing is uncommitted' : `${plural(dirty, 'file')} not committed`
    return { name: 'tree', claim: 'verified', ok: dirty === 0, says, at: null, entryId: null }
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}
