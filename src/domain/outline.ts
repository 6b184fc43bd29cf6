/**
 * A session told by its prompts. Pure: what was found of it is handed in.
 */
import type { InvocationKind, Outcome } from './invocation.ts'

/** A place in a session: the record of one of its transcripts. */
export interface Place {
  entryId: string
  transcriptId: number
  record: number
  at: string
}

/** Where something was read that hangs on a turn, and when it was, Unix milliseconds. */
interface Hanging {
  transcriptId: number
  record: number
  atMs: number
}

export interface TurnCall extends Hanging {
  kind: InvocationKind
  outcome: Outcome
}

/** Usage of a response. */
export interface TurnUsage extends Hanging {
  model: string
  costMicrodollars: number | null
  outputTokens: number
  /** All tokens of a response without a price. */
  unpricedTokens: number
}

/** From a person's prompt to the next one. The first turn has no prompt where the agent began by itself. */
export interface Turn {
  /** Null for what came before the first prompt. */
  prompt: Place | null
  /** The prompt's beginning; empty without one. */
  text: string
  calls: number
  failed: number
  edits: number
  /** Of its own responses and its subagents'; null where nothing in it has a price. */
  costMicrodollars: number | null
  /** The part of it that subagents took. */
  subagentMicrodollars: number
  unpricedTokens: number
  outputTokens: number
  /** In the order of their first response. */
  models: string[]
}

/** A prompt with its beginning, in file order. */
export type Prompt = Place & { text: string }

/**
 * Turns with what happened in each. Inside a transcript file order decides; what other transcripts (subagents) did belongs to
 * the turn that went on at that time.
 *
 * @param mainIds transcripts that prompts stand in, in the order in which the session is read
 */
export function turnsOf(
  prompts: readonly Prompt[],
  mainIds: readonly number[],
  calls: readonly TurnCall[],
  usage: readonly TurnUsage[],
): Turn[] {
  const turns = [emptyTurn(null, ''), ...prompts.map(({ text, ...place }) => emptyTurn(place, text))]
  const find = placer(prompts, mainIds)
  for (const call of calls) {
    const turn = turns[find(call.transcriptId, call.record, call.atMs)] as Turn
    turn.calls++
    if (call.outcome === 'error') turn.failed++
    if (call.kind === 'edit') turn.edits++
  }
  for (const row of usage) {
    const turn = turns[find(row.transcriptId, row.record, row.atMs)] as Turn
    if (row.costMicrodollars !== null) turn.costMicrodollars = (turn.costMicrodollars ?? 0) + row.costMicrodollars
    if (!mainIds.includes(row.transcriptId)) turn.subagentMicrodollars += row.costMicrodollars ?? 0
    turn.unpricedTokens += row.unpricedTokens
    turn.outputTokens += row.outputTokens
    if (!turn.models.includes(row.model)) turn.models.push(row.model)
  }
  const [first, ...rest] = turns as [Turn, ...Turn[]]
  return first.calls + first.outputTokens + first.unpricedTokens > 0 || rest.length === 0 ? turns : rest
}

function emptyTurn(prompt: Place | null, text: string): Turn {
  return {
    prompt,
    text,
    calls: 0,
    failed: 0,
    edits: 0,
    costMicrodollars: null,
    subagentMicrodollars: 0,
    unpricedTokens: 0,
    outputTokens: 0,
    models: [],
  }
}

/** Which turn a record belongs to: 0 before the first prompt, then 1 for the first. Each asks its list by halves. */
function placer(
  prompts: readonly Prompt[],
  mainIds: readonly number[],
): (transcriptId: number, record: number, atMs: number) => number {
  const order = new Map(mainIds.map((id, i) => [id, i]))
  const times = prompts.map(({ at }, i) => ({ atMs: Date.parse(at), turn: i + 1 })).sort((a, b) => a.atMs - b.atMs)
  const isAtOrBefore = (prompt: Prompt, transcript: number, record: number): boolean => {
    const place = order.get(prompt.transcriptId) ?? -1
    return place < transcript || (place === transcript && prompt.record <= record)
  }
  return (transcriptId, record, atMs) => {
    const transcript = order.get(transcriptId)
    if (transcript === undefined) return times[countWhile(times, (one) => one.atMs <= atMs) - 1]?.turn ?? 0
    return countWhile(prompts, (prompt) => isAtOrBefore(prompt, transcript, record))
  }
}

/** How many items from the start on `holds` is true for; it is true up to a point and false from there on. */
function countWhile<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(items[middle] as T)) low = middle + 1
    else high = middle
  }
  return low
}
