import { formatCount, formatDurationExact, formatTokens, formatWorkTime, plural } from '../../domain/format.ts'
import type { Note } from '../../domain/note.ts'
import type { SessionShown } from '../../operations/session-show.ts'
import { statusAt } from '../../domain/session.ts'
import { oneLine } from '../sanitize.ts'
import { bad, command, dots, plain, warn } from '../text.ts'
import type { Text } from '../text.ts'
import { printNext, quote } from '../view.ts'
import type { View } from '../view.ts'
import { cutEnd } from '../width.ts'
import { printSessionHeading } from './session-heading.ts'
import {
  branchName,
  clock,
  exactCost,
  moneyFact,
  printCostFoot,
  printDemoMark,
  printFacts,
  printRecord,
  sessionName,
  span,
} from './common.ts'

/** `daybook session show`. */
export function printSession(view: View, session: SessionShown): void {
  if (!view.out.terminal) {
    printRecord(view, record(view, session))
    return
  }
  printDemoMark(view)
  const name = sessionName(session)
  printSessionHeading(view, session)
  const branch = session.gitBranch === null ? undefined : branchName(session.gitBranch)
  const when = span(view, session.startedAt, session.lastActivityAt)
  view.out.line(dots(view.agentName(session.agent), session.project ?? undefined, branch, when))
  printFacts(view, facts(view, session, name))
  printCostFoot(view, session.usage, `daybook usage explain ${name}`)
  const failed = session.failedCount > 0
  printNext(view, [
    [`daybook session messages ${name}`, 'read it from the beginning'],
    failed
      ? [`daybook session messages ${name} --failed`, 'only what failed']
      : [`daybook usage explain ${name}`, 'where each figure comes from'],
  ])
}

function facts(view: View, session: SessionShown, name: string): [string, Text | undefined][] {
  const { usage, commits, files } = session
  const [newest] = commits.items
  const change = files.total === 0 ? 'no files' : plural(files.total, 'file')
  const lines = lineCounts(session)
  return [
    ['time', timeFact(session)],
    ['cost', moneyFact(usage)],
    ['tokens', tokensFact(session)],
    ['calls', callsFact(session)],
    [
      'changed',
      dots(`${change}${lines}`, newest && `${plural(commits.total, 'commit')}, ${newest.hash.slice(0, 7)} newest`),
    ],
    ['subagents', session.subagentCount > 0 ? formatCount(session.subagentCount) : undefined],
    ['parent', parentFact(session)],
    ['forks', session.forks.length > 0 ? session.forks.map(sessionName).join(', ') : undefined],
    ['asked', session.firstPrompt === null ? undefined : cutEnd(oneLine(session.firstPrompt), view.out.columns - 13)],
    ['problems', problemFact(session)],
    ['tags', session.tags.map(oneLine).join(', ')],
    ['starred', session.starredAt === null ? undefined : clock(view, session.starredAt)],
    [
      'pruned',
      session.prunedAt === null ? undefined : `${clock(view, session.prunedAt)}: its content is gone, its usage counts`,
    ],
    ['archived', session.archivedAt === null ? undefined : clock(view, session.archivedAt)],
    ...session.notes.slice(0, NOTES_SHOWN).map((note): [string, Text] => ['note', noteFact(view, note)]),
    ['', session.notes.length > NOTES_SHOWN ? `all ${session.notes.length}: daybook session notes ${name}` : undefined],
    ['resume', agentCommand(view, session, session.resumeCommand)],
    ['fork', agentCommand(view, session, session.forkCommand)],
    ['source', sourceFact(session, name)],
  ]
}

function parentFact({ parent, relation, forkedAt }: SessionShown): Text | undefined {
  if (!parent) return undefined
  return `${relation ?? 'continues'} ${sessionName(parent)}${forkedAt === null ? '' : ` at #${forkedAt}`}`
}

const NOTES_SHOWN = 3

function noteFact(view: View, { at, by, text, entryId }: Note): Text {
  const where = entryId === null ? '' : ` on #${entryId}`
  return cutEnd(`${oneLine(text)} (${oneLine(by)}, ${clock(view, at)}${where})`, 4 * view.out.columns)
}

/** As it is typed from here: agents look for a session only in the directory it was in. */
export function agentCommand(
  view: View,
  { cwd }: Pick<SessionShown, 'cwd'>,
  words: readonly string[] | null,
): Text | undefined {
  if (words === null) return undefined
  const typed = words.map(quote).join(' ')
  return command(cwd === null || cwd === view.cwd ? typed : `cd ${quote(cwd)} && ${typed}`)
}

function timeFact(session: SessionShown): Text {
  const tools = session.toolMs > 0 ? `tools ${formatDurationExact(session.toolMs)}` : undefined
  return dots(`active ${formatWorkTime(session.activeMs)}`, `wall ${formatWorkTime(session.wallMs)}`, tools)
}

function tokensFact({ usage }: SessionShown): Text {
  if (usage.responses === 0) return 'not recorded'
  return dots(
    `in ${formatTokens(usage.inputTokens)}`,
    `out ${formatTokens(usage.outputTokens)}`,
    `cache read ${formatTokens(usage.cacheReadTokens)}`,
    `cache write ${formatTokens(usage.cacheWriteTokens)}`,
  )
}

function callsFact(session: SessionShown): Text {
  const failing = session.tools.filter((tool) => tool.failed > 0).map((tool) => `${tool.tool} ${tool.failed}`)
  if (session.failedCount === 0) return formatCount(session.invocationCount)
  const by = failing.length > 0 ? ` (${failing.slice(0, 3).map(oneLine).join(', ')})` : ''
  return [`${formatCount(session.invocationCount)}, `, bad(`${formatCount(session.failedCount)} failed`), by]
}

function lineCounts({ files }: SessionShown): string {
  const known = files.items.filter((file) => file.linesAdded !== null || file.linesRemoved !== null)
  // Only the first page is at hand: a sum of part of the files would look like all of them.
  if (known.length === 0 || files.nextCursor !== null) return ''
  const added = known.reduce((sum, file) => sum + (file.linesAdded ?? 0), 0)
  const removed = known.reduce((sum, file) => sum + (file.linesRemoved ?? 0), 0)
  return ` +${formatCount(added)} -${formatCount(removed)}`
}

function problemFact(session: SessionShown): Text | undefined {
  const problems = session.transcripts.reduce((sum, transcript) => sum + transcript.problemCount, 0)
  return problems === 0 ? undefined : warn(`${plural(problems, 'line')} could not be read: daybook problems`)
}

function sourceFact(session: SessionShown, name: string): Text | undefined {
  const gone = session.transcripts.filter((transcript) => transcript.sourceGoneAt !== null).length
  if (gone === 0) return undefined
  return warn(`${plural(gone, 'transcript file')} gone from disk, kept here: daybook restore ${name}`)
}

function record(view: View, session: SessionShown): [string, string | number | null][] {
  const { usage } = session
  return [
    ['KEY', sessionName(session)],
    ['ID', session.id],
    ['EXTERNAL_ID', session.externalId],
    ['TITLE', session.title],
    ['AGENT', session.agent],
    ['PROJECT', session.project],
    ['BRANCH', session.gitBranch],
    ['STATUS', statusAt(session, view.nowMs)],
    ['STARTED', session.startedAt],
    ['LAST_ACTIVITY', session.lastActivityAt],
    ['ACTIVE_MS', session.activeMs],
    ['WALL_MS', session.wallMs],
    ['TOOL_MS', session.toolMs],
    ['MESSAGES', session.messageCount],
    ['CALLS', session.invocationCount],
    ['FAILED', session.failedCount],
    ['SUBAGENTS', session.subagentCount],
    ['INPUT_TOKENS', usage.inputTokens],
    ['OUTPUT_TOKENS', usage.outputTokens],
    ['CACHE_READ_TOKENS', usage.cacheReadTokens],
    ['CACHE_WRITE_TOKENS', usage.cacheWriteTokens],
    ['COST_MICRODOLLARS', exactCost(usage)],
    ['UNPRICED_TOKENS', usage.unpricedTokens],
    ['FILES', session.files.total],
    ['COMMITS', session.commits.total],
    ['TAGS', session.tags.join(',')],
    ['STARRED_AT', session.starredAt],
    ['ARCHIVED_AT', session.archivedAt],
    ['NOTES', session.notes.length],
    ['PARENT', session.parent && sessionName(session.parent)],
    ['RELATION', session.relation],
    ['FORKED_AT', session.forkedAt],
    ['FORKS', session.forks.map(sessionName).join(',')],
    ['RESUME', plain(agentCommand(view, session, session.resumeCommand) ?? '')],
    ['FORK', plain(agentCommand(view, session, session.forkCommand) ?? '')],
  ]
}
