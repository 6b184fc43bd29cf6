import type { Entry } from '../domain/entry.ts'
import type { Invocation } from '../domain/invocation.ts'

/** What came back of a call. Long text is cut: its first lines and its last ones, `leftOut` lines between them. */
export interface CallResult {
  entryId: string
  at: string
  failed: boolean
  head: string
  /** Empty where nothing is left out. */
  tail: string
  lines: number
  leftOut: number
  /** How many came beside the text: `session.pictures` has them. */
  pictures: number
}

/** A call with what is known of how it went. */
export interface CallView {
  /** Null for what a fork inherited: its numbers belong to the session that made it. */
  invocation: Invocation | null
  /** Null where no result is recorded: not a success. */
  result: CallResult | null
}

/** An entry as the page of its session shows it: a call has its result beside it. */
export type TranscriptItem = Entry & { call?: CallView }

const WHOLE_LINES = 40
const WHOLE_CHARACTERS = 8000
const HEAD_LINES = 3
const TAIL_LINES = 8
const LONGEST_LINE = 2000

/**
 * Puts results beside their calls, in file order. A result whose call is not among the entries stands alone, unless
 * `answered` knows it to be another entry's.
 *
 * @param whole results in full, whatever their length
 */
export function withResults(
  entries: readonly Entry[],
  invocations: ReadonlyMap<string, Invocation>,
  answered: (result: Entry) => boolean,
  whole = false,
): TranscriptItem[] {
  const results = new Map<string, Entry>()
  const calls = new Set<string>()
  for (const { content, ...entry } of entries) {
    if (content?.type === 'tool_result') results.set(content.callId, { ...entry, content })
    if (content?.type === 'tool_call') calls.add(content.callId)
  }
  return entries.flatMap((entry): TranscriptItem[] => {
    const { content } = entry
    if (content?.type === 'tool_result') return calls.has(content.callId) || answered(entry) ? [] : [entry]
    if (content?.type !== 'tool_call') return [entry]
    const result = results.get(content.callId)
    const call = { invocation: invocations.get(entry.id) ?? null, result: result ? resultOf(result, whole) : null }
    return [{ ...entry, call }]
  })
}

function resultOf({ id: entryId, at, flags, content }: Entry, whole: boolean): CallResult {
  const none: { text: string; failed: boolean; images?: number } = { text: '', failed: flags.includes('failed') }
  const said = content?.type === 'tool_result' ? content : none
  const { text, failed, images: pictures = 0 } = said
  return { entryId, at, failed, ...(whole ? uncut(text) : cut(text)), pictures }
}

function uncut(text: string): Pick<CallResult, 'head' | 'tail' | 'lines' | 'leftOut'> {
  return { head: text, tail: '', lines: text === '' ? 0 : text.split('\n').length, leftOut: 0 }
}

/** What a reader is shown of a long output. */
export function cut(text: string): Pick<CallResult, 'head' | 'tail' | 'lines' | 'leftOut'> {
  const lines = text.split('\n')
  if (lines.length <= WHOLE_LINES && text.length <= WHOLE_CHARACTERS) return uncut(text)
  const short = (some: string[]): string =>
    some.map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line)).join('\n')
  if (lines.length <= HEAD_LINES + TAIL_LINES) return { ...uncut(text), head: short(lines) }
  return {
    head: short(lines.slice(0, HEAD_LINES)),
    tail: short(lines.slice(-TAIL_LINES)),
    lines: lines.length,
    leftOut: lines.length - HEAD_LINES - TAIL_LINES,
  }
}
