import type { CommitSeen, FileChange, FileChangeKind } from '../domain/invocation.ts'
import type { Page, PageRequest } from './page.ts'

export interface FileStore {
  /** One row a file: changes, lines, sessions, newest first. */
  list(
    filter: {
      sessionId?: string
      projectId?: string
      pathContains?: string
      within?: readonly string[]
      /** Only files that were changed in this way, whatever else happened to them. */
      changed?: FileChangeKind
    },
    page: PageRequest,
  ): Promise<Page<FileTouched>>
  /** Every change, newest first. `within` names files and directories: a directory stands for all below it. */
  changes(
    filter: { path?: string; within?: readonly string[]; sessionId?: string; projectId?: string },
    page: PageRequest,
  ): Promise<Page<FileChangeSeen>>
  commits(filter: { sessionId?: string }, page: PageRequest): Promise<Page<CommitSeen>>
}

/** A change, and the first commit that its session was seen to make after it; null where none was seen. */
export type FileChangeSeen = FileChange & { commit: Pick<CommitSeen, 'hash' | 'subject' | 'at'> | null }

export interface FileTouched {
  path: string
  /** The strongest that happened: create, edit or delete, the newest deciding between create and delete. */
  kind: FileChangeKind
  changes: number
  linesAdded: number | null
  linesRemoved: number | null
  sessions: number
  lastAt: string
}
