import type { TitleSource } from '../../domain/session.ts'
import { asText, firstLine, oneLine } from '../record.ts'
import type { Batch } from '../batch.ts'
import type { State } from './state.ts'

/** Strength of a title: a weaker one never replaces a stronger one. */
const TITLE_RANK = { prompt: 1, agent: 2, custom: 3 } as const

const TITLE_LIMIT = 200
const PROMPT_LIMIT = 120

/** Makes `text` the transcript's title unless it has a stronger one, or, for prompts, an earlier one. */
export function offerTitle(
  state: State,
  batch: Batch,
  source: TitleSource & keyof typeof TITLE_RANK,
  text: string,
): void {
  const rank = TITLE_RANK[source]
  if (text === '' || rank < state.titleRank || (rank === state.titleRank && source === 'prompt')) return
  state.titleRank = rank
  batch.facts.title = text
  batch.facts.titleSource = source
}

/** The IDE extension puts open files and the selection in front of what was typed (told of 2026's versions). */
const IDE_CONTEXT = '# Context from my IDE setup'
const IDE_REQUEST = /^## My request for Codex:?[ \t]*\n/m

/** A title made of a prompt: its first line. */
export function promptTitle(text: string): string {
  const request = text.startsWith(IDE_CONTEXT) ? IDE_REQUEST.exec(text.slice(0, 100_000)) : null
  return oneLine(firstLine(request ? text.slice(request.index + request[0].length) : text), PROMPT_LIMIT)
}

/** The name in a `thread_name_updated` event; `undefined` when it has none. */
export function threadName(name: unknown): string | undefined {
  const text = asText(name)
  return text === undefined ? undefined : asText(oneLine(text, TITLE_LIMIT))
}
