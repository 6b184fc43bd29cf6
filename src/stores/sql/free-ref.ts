import { sha256 } from '../../domain/sha256.ts'
import { first } from './connection.ts'
import type { Connection } from './connection.ts'
import type { Scope } from './scope.ts'

const SHORTEST_REF = 6

/**
 * Hexadecimal digits of the agent's id, or of its hash; as many as it takes to be the only one. They are the id's first,
 * but where an id begins with the time (UUIDv7) its last group: sessions of one hour begin alike.
 */
export async function freeRef(
  connection: Connection,
  { workspaceId }: Scope,
  prefix: string,
  externalId: string,
): Promise<string> {
  const plain = externalId.replaceAll('-', '').toLowerCase()
  const hash = sha256(externalId)
  const digits = /^[0-9a-f]{6,}$/.test(plain)
    ? /^[0-9a-f]{12}7[0-9a-f]{19}$/.test(plain)
      ? plain.slice(20)
      : plain
    : hash
  for (const candidate of [digits, `${digits}${hash}`]) {
    for (let length = SHORTEST_REF; length <= candidate.length; length++) {
      const ref = `${prefix}-${candidate.slice(0, length)}`
      const taken = await first(connection, 'SELECT 1 AS one FROM session WHERE workspace_id = ? AND ref = ?', [
        workspaceId,
        ref,
      ])
      if (!taken) return ref
    }
  }
  throw new Error(`every short name for ${externalId} is taken`)
}
