import type { Activity, ChainLink } from '../../domain/activity.ts'

export interface ActivityRow {
  id: number
  chain: string
  sequence: number
  at: string
  actor: string
  action: string
  target: string
  payload: string | null
  salt: string | null
  payload_hash: string
  previous_hash: string
  hash: string
  erased_at: string | null
}

export const ACTIVITY_COLUMNS = `a.id, c.name AS chain, a.sequence, a.at, a.actor, a.action, a.target, a.payload, a.salt,
  a.payload_hash, a.previous_hash, a.hash, a.erased_at`

export function toActivity(row: ActivityRow): Activity {
  const { id, chain, sequence, at, actor, action, target } = row
  const payload = row.payload === null ? null : (JSON.parse(row.payload) as Record<string, unknown>)
  return { id, chain, sequence, at, actor, action, target, payload, erasedAt: row.erased_at }
}

export function toLink({
  chain,
  sequence,
  at,
  actor,
  action,
  target,
  payload,
  salt,
  hash,
  ...row
}: ActivityRow): ChainLink {
  const hashes = { payloadHash: row.payload_hash, previousHash: row.previous_hash, hash }
  return { chain, sequence, at, actor, action, target, payload, salt, ...hashes, erasedAt: row.erased_at }
}
