import type { Reply } from '../../api/operations.ts'
import type { ContextChange, Handoff } from '../reading.ts'

export type Item = Reply<'session.transcript'>['items'][number]

/** What stands on the page, one below the other. A run is reads and searches after one another. */
export type Row =
  | { type: 'prompt'; id: string; item: Item }
  | { type: 'turn'; id: string; at: string }
  | { type: 'text' | 'thinking' | 'call' | 'aside' | 'compaction' | 'plan' | 'result'; id: string; item: Item }
  | { type: 'run'; id: string; items: Item[] }
  | { type: 'idle'; id: string; gapMs: number }
  | { type: 'switch'; id: string; change: ContextChange }
  | { type: 'handoff'; id: string; handoff: Handoff }
  | { type: 'new'; id: string; lookedAt: string }

/** What is shown of a session. */
export const SHOWN = ['all', 'prompts', 'edits', 'failures'] as const
export type Shown = (typeof SHOWN)[number]

const IDLE_MS = 5 * 60_000

interface RowOptions {
  show: Shown
  switches: readonly ContextChange[]
  handoffs: readonly Handoff[]
  /** What stands before these items, as far as it was read. */
  before?: readonly Item[] | undefined
  /** Nothing of the session stands after these items. */
  isLast: boolean
  /** The first record that came since somebody looked, and when that was. */
  newFrom?: number | undefined
  lookedAt?: string | undefined
}

/** Entries of a stretch as rows. */
export function rowsOf(items: readonly Item[], options: RowOptions): Row[] {
  const { show, before = [], isLast, newFrom, lookedAt = '' } = options
  const rows: Row[] = []
  const firstNew = newFrom === undefined ? -1 : items.findIndex(({ record }) => record >= newFrom)
  const stands = standing(items)
  let lastAt = before.findLast(standing(before))?.at
  items.forEach((item, i) => {
    const isLeftOut = !stands(item)
    if (lastAt !== undefined && !isLeftOut) rows.push(...between(lastAt, item, options))
    if (i === firstNew) rows.push({ type: 'new', id: 'new', lookedAt })
    if (isLeftOut) return
    lastAt = item.at
    if (!isShown(item, show)) return
    if (isPrompt(item)) {
      rows.push({ type: 'prompt', id: item.id, item })
      const next = items[i + 1]
      if (next === undefined || !isPrompt(next))
        rows.push({ type: 'turn', id: `t-${item.id}`, at: next?.at ?? item.at })
      return
    }
    const last = rows.at(-1)
    // Of plans right after one another the last says what the others said.
    if (item.type === 'plan' && last?.type === 'plan') rows[rows.length - 1] = { type: 'plan', id: item.id, item }
    else if (isQuiet(item) && last?.type === 'run') last.items.push(item)
    else if (isQuiet(item) && last?.type === 'call' && isQuiet(last.item)) {
      rows[rows.length - 1] = { type: 'run', id: `r-${last.id}`, items: [last.item, item] }
    } else rows.push({ type: kindOf(item), id: item.id, item })
  })
  if (lastAt !== undefined && isLast) rows.push(...told(lastAt, undefined, options))
  return rows
}

/** Tells which of these items stand on the page: titles do not, nor calls beside the plans that they wrote. */
function standing(items: readonly Item[]): (item: Item) => boolean {
  const plans = items.some(({ type }) => type === 'plan')
  return (item) => item.type !== 'title' && !(plans && isPlanCall(item))
}

/** What happened between two entries: nothing for a while, or what was said of the session. */
function between(lastAt: string, item: Item, options: RowOptions): Row[] {
  const gapMs = Date.parse(item.at) - Date.parse(lastAt)
  const idle: Row[] = gapMs > IDLE_MS && options.show === 'all' ? [{ type: 'idle', id: `i-${item.id}`, gapMs }] : []
  return [...idle, ...told(lastAt, item.at, options)]
}

/** Another ticket, or a handoff, after one time and up to another one. */
function told(afterAt: string, untilAt: string | undefined, { show, switches, handoffs }: RowOptions): Row[] {
  if (show !== 'all') return []
  const isIn = (at: string | null): at is string =>
    at !== null && at > afterAt && (untilAt === undefined || at <= untilAt)
  return [
    ...switches
      .filter(({ fromAt }) => isIn(fromAt))
      .map((change): Row => ({ type: 'switch', id: `c-${change.fromAt}`, change })),
    ...handoffs
      .filter(({ offeredAt }) => isIn(offeredAt))
      .toReversed()
      .map((handoff): Row => ({ type: 'handoff', id: `h-${handoff.id}`, handoff })),
  ]
}

/** Typed by a person. */
function isPrompt({ type, role, flags }: Item): boolean {
  return type === 'message' && role === 'user' && !flags.some((flag) => ASIDE.has(flag))
}

const ASIDE: ReadonlySet<string> = new Set(['meta', 'injected', 'summary', 'sidechain'])

function kindOf(item: Item): 'text' | 'thinking' | 'call' | 'aside' | 'compaction' | 'plan' | 'result' {
  if (item.type === 'thinking' || item.type === 'compaction' || item.type === 'plan') return item.type
  if (item.type === 'tool_call') return 'call'
  if (item.type === 'tool_result') return 'result'
  return item.role === 'user' || item.role === 'system' || item.flags.some((flag) => ASIDE.has(flag)) ? 'aside' : 'text'
}

/** A read or a search that went well: several of them are one line. */
function isQuiet({ call, type }: Item): boolean {
  const { invocation, result } = call ?? {}
  if (type !== 'tool_call' || !invocation || !result || result.failed || invocation.outcome !== 'ok') return false
  return invocation.kind === 'read' || invocation.kind === 'search'
}

/** What it wrote stands as a plan of its own. */
function isPlanCall(item: Item): boolean {
  return item.call?.invocation?.kind === 'plan' && !hasFailed(item)
}

export function hasFailed({ call, flags }: Item): boolean {
  return call?.invocation?.outcome === 'error' || call?.result?.failed === true || flags.includes('failed')
}

function isShown(item: Item, show: Shown): boolean {
  if (show === 'all') return true
  if (isPrompt(item)) return true
  if (show === 'prompts') return item.type === 'message' && item.role === 'assistant'
  if (show === 'edits') return item.call?.invocation?.kind === 'edit'
  return hasFailed(item)
}
