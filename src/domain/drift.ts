/**
 * Something that an agent wrote and its reader does not know: by name, never by content. What it stands for is in the
 * archive, and is read once a reader knows it (`daybook reindex`).
 */
export interface Drift {
  agent: string
  /** The last version that its sessions name; null where they name none. */
  agentVersion: string | null
  /** What is not known: `type` of a record, `field`, `block` of a message; readers may tell other kinds apart. */
  kind: string
  /** The name as the agent writes it, with the type it stands in: `user.newField`. */
  name: string
  /** How often it stands in the transcripts. */
  count: number
  transcripts: number
  /** First and last activity of the transcripts that hold it; null where none is dated. */
  firstAt: string | null
  lastAt: string | null
}

/** `field:user.newField` as a reader counts it, in its two parts. */
export function driftName(counted: string): { kind: string; name: string } {
  const colon = counted.indexOf(':')
  return colon < 0
    ? { kind: 'other', name: counted }
    : { kind: counted.slice(0, colon), name: counted.slice(colon + 1) }
}
