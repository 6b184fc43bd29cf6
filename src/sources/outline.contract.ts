import { entryFlags } from '../domain/entry.ts'
import type { Source } from './source.ts'
import type { Batch, EntryDraft, TranscriptFacts, UsageDraft } from './batch.ts'

/** What a transcript brought, in lines that a person can check against the file. */
export interface Outline {
  entries: string[]
  invocations: string[]
  results: string[]
  usage: string[]
  fileChanges: string[]
  commits: string[]
  facts: Record<string, unknown>
  problems: string[]
  unknown: Record<string, number>
}

/** A batch list as a person checks it. Text is shown as `content` gives it, cut to 80 characters. */
export function outline(source: Source, batches: Batch[], lines: Buffer[]): Outline {
  const all = <K extends 'invocations' | 'results' | 'fileChanges' | 'commits' | 'problems' | 'usage'>(
    key: K,
  ): Batch[K] => batches.flatMap((batch) => batch[key] as never[]) as Batch[K]
  return {
    entries: allEntries(batches).map((entry) => entryLine(source, entry, lines[entry.record]!)),
    invocations: all('invocations').map(
      (call) => `${call.callId} ${call.kind} ${call.server ? `${call.server}/` : ''}${call.tool}: ${call.subject}`,
    ),
    results: all('results').map((result) =>
      words(
        result.callId,
        result.failed ? 'failed' : 'ok',
        named('exit', result.exitCode),
        named('ms', result.durationMs),
      ),
    ),
    usage: joinUsage(all('usage')).map(usageLine),
    fileChanges: all('fileChanges').map(
      (change) =>
        `${change.callId} ${change.kind} ${change.path} +${change.linesAdded ?? '?'} -${change.linesRemoved ?? '?'}`,
    ),
    commits: all('commits').map(
      (commit) => `${commit.callId} ${commit.hash} on ${commit.branch ?? '?'}: ${commit.subject}`,
    ),
    facts: joinFacts(batches.map((batch) => batch.facts)),
    problems: all('problems').map((problem) => `line ${problem.line}: ${problem.reason}`),
    unknown: joinCounts(batches.map((batch) => batch.unknown)),
  }
}

function entryLine(source: Source, entry: EntryDraft, line: Buffer): string {
  const at = new Date(entry.atMs).toISOString().slice(0, 19)
  const head = words(
    place(entry),
    entry.role,
    at,
    ...entryFlags(entry.flags),
    named('opens', entry.opens),
    named('closes', entry.closes),
  )
  return `${head} | ${entryText(source, entry, line)}`
}

function entryText(source: Source, entry: EntryDraft, line: Buffer): string {
  if (entry.plan) return entry.plan.map((item) => `${item.text} (${item.status})`).join(', ')
  const content = source.content(JSON.parse(line.toString()), entry.block, entry.type)
  if (content === undefined) return '(no content)'
  if (content.type === 'tool_call') return content.tool
  if (!('text' in content)) return ''
  const extra =
    'images' in content ? named('images', content.images) : 'trigger' in content ? content.trigger : undefined
  return words(JSON.stringify(content.text.slice(0, 80)), extra)
}

function usageLine(usage: UsageDraft): string {
  return words(
    `line ${usage.line}`,
    usage.responseId,
    usage.requestId,
    usage.model,
    `in=${usage.inputTokens} out=${usage.outputTokens} read=${usage.cacheReadTokens} write=${usage.cacheWriteTokens}`,
    `1h=${usage.cacheWrite1hTokens} reasoning=${usage.reasoningTokens} lines=${usage.lines}`,
    named('tier', usage.serviceTier),
    usage.speed,
    named('cost', usage.reportedCostMicrodollars),
    usage.sidechain ? 'sidechain' : undefined,
  )
}

function words(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ')
}

function named(name: string, value: unknown): string | undefined {
  return value === undefined ? undefined : `${name}=${String(value)}`
}

/** As a store joins them: the row with the most output counts, lines add up, a missing request id matches any. */
function joinUsage(drafts: UsageDraft[]): UsageDraft[] {
  const joined: UsageDraft[] = []
  for (const draft of drafts) {
    const index = joined.findIndex(
      (held) =>
        held.responseId === draft.responseId &&
        (held.requestId === draft.requestId || held.requestId === undefined || draft.requestId === undefined),
    )
    const held = joined[index]
    if (held === undefined) {
      joined.push(draft)
      continue
    }
    const more = draft.outputTokens - held.outputTokens || draft.inputTokens - held.inputTokens
    const requestId = held.requestId ?? draft.requestId
    joined[index] = { ...(more > 0 ? draft : held), requestId, lines: held.lines + draft.lines }
  }
  return joined.sort((a, b) => a.line - b.line)
}

function joinFacts(all: TranscriptFacts[]): Record<string, unknown> {
  const joined: TranscriptFacts = {}
  for (const facts of all) {
    const { firstAtMs = Infinity, lastAtMs = -Infinity, titlesFor = [], subagents = [] } = joined
    Object.assign(joined, facts)
    joined.firstAtMs = Math.min(firstAtMs, facts.firstAtMs ?? Infinity)
    joined.lastAtMs = Math.max(lastAtMs, facts.lastAtMs ?? -Infinity)
    joined.titlesFor = [...titlesFor, ...(facts.titlesFor ?? [])]
    joined.subagents = [...subagents, ...(facts.subagents ?? [])]
  }
  const { firstAtMs, lastAtMs, openedAtMs, titlesFor, subagents, ...rest } = joined
  const known: Record<string, unknown> = { ...rest }
  if (Number.isFinite(firstAtMs)) known.first = new Date(firstAtMs!).toISOString()
  if (Number.isFinite(lastAtMs)) known.last = new Date(lastAtMs!).toISOString()
  if (openedAtMs !== undefined) known.opened = new Date(openedAtMs).toISOString()
  if (titlesFor?.length) known.titlesFor = titlesFor
  if (subagents?.length) known.subagents = subagents
  return known
}

function joinCounts(all: Record<string, number>[]): Record<string, number> {
  const joined: Record<string, number> = {}
  for (const counts of all) for (const [key, count] of Object.entries(counts)) joined[key] = (joined[key] ?? 0) + count
  return joined
}

/** Record, block and type of an entry. */
export function place(entry: EntryDraft): string {
  return `${entry.record}.${entry.block} ${entry.type}`
}

export function allEntries(batches: Batch[]): EntryDraft[] {
  return batches.flatMap((batch) => batch.entries)
}
