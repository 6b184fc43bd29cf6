/** `waiting`: what came with it goes to no agent before somebody has accepted it. */
export const IMPORT_STATES = ['waiting', 'accepted', 'refused'] as const
export type ImportState = (typeof IMPORT_STATES)[number]

/** A file that was brought in. */
export interface Import {
  /** `I-1`: short, to be typed. */
  id: string
  /** Its name, without the folder. */
  file: string
  format: string
  state: ImportState
  at: string
  by: string
  decidedAt: string | null
  decidedBy: string | null
  /** Sessions of it that are still there. */
  sessions: number
}
