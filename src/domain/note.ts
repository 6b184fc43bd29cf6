/** What somebody wrote about a session, or about one entry of it. Kept apart from the transcript, so a re-index keeps it. */
export interface Note {
  id: number
  sessionId: string
  /** Public id of the entry it is about; null for the session as a whole. */
  entryId: string | null
  text: string
  at: string
  by: string
}

export type NoteDraft = Omit<Note, 'id'>
