/** What was deleted on purpose, so that the next scan does not bring it back. */
export interface Tombstone {
  agent: string
  externalId: string
  deletedAt: string
  deletedBy: string
  reason: string | null
}
