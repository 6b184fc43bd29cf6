import type { TitleSource } from '../../domain/session.ts'
import type { RecordPlace } from '../line-parser.ts'
import type { Batch } from '../batch.ts'
import { asText, oneLine } from '../record.ts'
import type { Json } from '../record.ts'
import type { State } from './state.ts'

/** Strength of a title: a weaker one never replaces a stronger one. */
export const TITLE_RANK = { command: 1, prompt: 2, 'agent-name': 3, 'ai-title': 4, 'custom-title': 5 } as const
type TitleKind = keyof typeof TITLE_RANK

const SOURCES: Record<TitleKind, TitleSource> = {
  command: 'prompt',
  prompt: 'prompt',
  'agent-name': 'agent',
  'ai-title': 'agent',
  'custom-title': 'custom',
}

const TITLE_LIMIT = 200

/** Makes `text` the transcript's title unless it has a stronger one, or, for prompts, an earlier one. */
export function offerTitle(state: State, batch: Batch, kind: TitleKind, text: string): void {
  const rank = TITLE_RANK[kind]
  if (text === '' || rank < state.titleRank || (rank === state.titleRank && rank <= TITLE_RANK.prompt)) return
  state.titleRank = rank
  batch.facts.title = text
  batch.facts.titleSource = SOURCES[kind]
}

/**
 * A line that names the session: `ai-title`, `custom-title`, `agent-name`. They are written again and again, so only a
 * change becomes an entry; and they carry no time, so those above the first timed record are a fact without an entry.
 */
export function parseTitle(
  state: State,
  record: Json,
  place: RecordPlace,
  batch: Batch,
  kind: keyof typeof TITLE_FIELDS,
) {
  const text = titleText(record)
  if (text === undefined) return
  offerTitle(state, batch, kind, text)
  // `/rename` writes the new name twice: as custom title and as name of the agent.
  if (state.titles[kind] === text || state.titles['custom-title'] === text || state.lastAtMs === 0) return
  state.titles[kind] = text
  batch.entries.push({
    record: place.record,
    block: 0,
    recordId: asText(record.uuid) ?? place.lineId(),
    atMs: state.lastAtMs,
    type: 'title',
    role: 'system',
    flags: 0,
  })
}

export const TITLE_FIELDS = { 'ai-title': 'aiTitle', 'custom-title': 'customTitle', 'agent-name': 'agentName' } as const

/** The title in a title line; `undefined` when there is none. */
export function titleText(record: Json): string | undefined {
  if (!Object.hasOwn(TITLE_FIELDS, String(record.type))) return undefined
  const text = asText(record[TITLE_FIELDS[record.type as keyof typeof TITLE_FIELDS]])
  return text === undefined ? undefined : asText(oneLine(text, TITLE_LIMIT))
}

/**
 * Where the model could not be asked for a title, some versions wrote what it answered instead: `API Error: 400 {...}`
 * (2.0.10, ran), `Invalid API key · Please run /login` (1.0.60, ran).
 */
const NO_TITLE =
  /^(?:API Error\b|Invalid API key\b|Credit balance is too low|Claude (?:AI )?usage limit reached|OAuth token\b|Please run \/login|Prompt is too long|Request timed out)/

/** `{type: summary, summary, leafUuid}` (1.x): the title of the conversation that ends at that record, in whatever file. */
export function parseSummary(record: Json, batch: Batch): void {
  const title = asText(record.summary)
  const recordId = asText(record.leafUuid)
  if (title === undefined || recordId === undefined || NO_TITLE.test(title)) return
  batch.facts.titlesFor ??= []
  batch.facts.titlesFor.push({ recordId, title: oneLine(title, TITLE_LIMIT) })
}
