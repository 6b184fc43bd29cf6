/** One line of the append-only, hash-chained log: who, when, what, on what. */
export interface Activity {
  id: number
  /** One chain per (writing install, session), one per install for the rest. */
  chain: string
  /** 1-based place in its chain. */
  sequence: number
  at: string
  actor: string
  /** `session.deleted`, `transcript.ingested`, ... */
  action: string
  /** What it was done to: a session id, a path, a project id. */
  target: string
  /** Null once erased; the chain still verifies. */
  payload: Record<string, unknown> | null
  erasedAt: string | null
}

/** What a caller wants recorded. */
export interface ActivityDraft {
  /** The session whose chain it belongs to, or null for the install's own chain. */
  sessionId: string | null
  at: string
  actor: string
  action: string
  target: string
  payload: Record<string, unknown>
}

/** A stored row as it is hashed. Hashes are lower-case hex SHA-256. */
export interface ChainRow {
  chain: string
  sequence: number
  at: string
  actor: string
  action: string
  target: string
  /** `sha256(salt + payload)`: stays when salt and payload are erased. */
  payloadHash: string
  previousHash: string
  hash: string
}

/** A row with all that its hash was made from, to be carried into another record. */
export interface ChainLink extends ChainRow {
  /** JSON as it was hashed, and the salt it was hashed with; both null once erased. */
  payload: string | null
  salt: string | null
  erasedAt: string | null
}

export const CHAIN_START = '0'.repeat(64)

/** The text that a row's hash covers: header, payload hash, previous hash, as one JSON array. */
export function chainText(row: Omit<ChainRow, 'hash'>): string {
  return JSON.stringify([
    'daybook-activity-1',
    row.chain,
    row.sequence,
    row.at,
    row.actor,
    row.action,
    row.target,
    row.payloadHash,
    row.previousHash,
  ])
}
