import type { Note, NoteDraft } from '../domain/note.ts'
import type { SavedFilter } from '../domain/saved-filter.ts'

/** What people wrote about sessions and entries. Deleted with their session. */
export interface NoteStore {
  add(draft: NoteDraft): Promise<Note>
  /** @throws AppError `not_found` */
  get(id: number): Promise<Note>
  /** Newest first. */
  list(filter: { sessionId?: string }): Promise<Note[]>
  remove(id: number): Promise<void>
}

/** Questions under a name. */
export interface SavedFilterStore {
  /** By name. */
  list(): Promise<SavedFilter[]>
  /** Takes the place of one with the same name. */
  save(filter: SavedFilter): Promise<void>
  remove(name: string): Promise<void>
}
