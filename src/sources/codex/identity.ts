import { hash48 } from '../../domain/ids.ts'
import { asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import type { State } from './state.ts'

/** Ids that providers and Codex make are at least this long (`call_` and 24 digits, UUIDs): no two are equal by accident. */
const UNIQUE = 24
const RANKS = 256

/** A new `session_meta`: what follows belongs to that thread, until the next one. */
export function beginThread(state: State, thread: string): void {
  state.lineage = thread
  state.chain = 0
  beginTurn(state, '')
}

/** Turns have ids (UUIDv7) from early 2026 on; a copy keeps them. */
export function beginTurn(state: State, turn: string): void {
  if (turn === state.turn && turn !== '') return
  state.turn = turn
  state.ranks = {}
}

/** A user message: what follows is named after it too, where turns have no ids. */
export function chainMessage(state: State, text: string): void {
  state.chain = hash48(`${state.chain}:${digest(text)}`)
  if (state.turn === '') state.ranks = {}
}

/**
 * What records of the current turn are named after: equal in every copy of the turn, whatever file and time it was copied
 * to, and different everywhere else.
 */
export function anchor(state: State): string {
  return state.turn.length >= UNIQUE ? state.turn : `${state.lineage}:${state.chain.toString(36)}`
}

/**
 * The id of a record: its own where that is unique, else made of the turn, its words and its rank among equals.
 * @param words what it says, from its beginning
 */
export function recordId(state: State, payload: Json, kind: string, words: string): string {
  const callId = asText(payload.call_id)
  if (callId !== undefined && callId.length >= UNIQUE) return `${kind}:${callId}`
  const id = asText(payload.id)
  if (id !== undefined && id.length >= UNIQUE) return `${kind}:${id}`
  const turn = turnOf(payload)
  const key = `${turn ?? anchor(state)}:${kind}:${callId ?? id ?? ''}:${digest(words).toString(36)}`
  return `${key}:${rank(state, key)}`
}

function turnOf(payload: Json): string | undefined {
  const turn = asText(asObject(payload.internal_chat_message_metadata_passthrough)?.turn_id) ?? asText(payload.turn_id)
  return turn !== undefined && turn.length >= UNIQUE ? turn : undefined
}

function rank(state: State, key: string): number {
  const name = hash48(key).toString(36)
  const known = Object.hasOwn(state.ranks, name) ? state.ranks[name]! : 0
  if (known > 0 || Object.keys(state.ranks).length < RANKS) state.ranks[name] = known + 1
  return known
}

function digest(text: string): number {
  return hash48(`${text.length}:${text.slice(0, 512)}:${text.slice(-128)}`)
}
