/** Damaged input, kept beside the data. Never an exception that stops the rest. */
export interface Problem {
  id: number
  agent: string
  path: string
  /** 1-based line (or row) in the source, null where the whole file is meant. */
  line: number | null
  /** One plain sentence, without the content. */
  reason: string
  at: string
}
