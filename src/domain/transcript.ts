export const TRANSCRIPT_KINDS = ['main', 'subagent'] as const
export type TranscriptKind = (typeof TRANSCRIPT_KINDS)[number]

/** Where a transcript lies that is rows of a database: the file, `#`, and the agent's own id. */
export function pathInDatabase(database: string, id: string): string {
  return `${database}#${id}`
}

/** The database and the id in a path made by `pathInDatabase`; `undefined` for the path of a file. */
export function databaseOf(path: string): { database: string; id: string } | undefined {
  const parts = /^(.+\.(?:db|sqlite3?|vscdb))#([^/\\#]+)$/.exec(path)
  return parts ? { database: parts[1]!, id: parts[2]! } : undefined
}

/** True for what lies in a database, or in a folder that is kept like one. */
export function isInDatabase(path: string, database: string): boolean {
  return path.startsWith(database) && ['#', '/', '\\'].includes(path[database.length] ?? '')
}

/** Where a conversation lies whose lines come in one by one: what programs keep here, what hooks tell. There is no such file. */
export function pathWithoutFile(agent: string, id: string): string {
  return `${agent}:${id}`
}

export function hasNoFile({ agent, path }: Pick<Transcript, 'agent' | 'path'>): boolean {
  return path.startsWith(`${agent}:`)
}

/** One agent's recorded conversation: one file, or one conversation in a database. It feeds one session. */
export interface Transcript {
  /** Row id, stable in one store. */
  id: number
  sessionId: string
  agent: string
  kind: TranscriptKind
  /** The agent's own id of this conversation: the session's for `main`, the subagent's for `subagent`. */
  externalId: string
  path: string
  /** Tool-use id of the call in the parent that started this subagent, where known. */
  parentCallId: string | null
  title: string | null
  startedAt: string | null
  lastActivityAt: string | null
  recordCount: number
  /** Bytes of the source that are archived. */
  sizeBytes: number
  problemCount: number
  /** When the source was last seen; null while it is there. The archive keeps what a vendor deleted. */
  sourceGoneAt: string | null
}
