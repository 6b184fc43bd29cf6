import type { Client } from '../clients.ts'
import type { Protocol } from '../model/answer.ts'
import type { World } from '../world.ts'

/** How one agent is run by itself, without a person. */
export interface Driver extends Client {
  name: string
  /** The word that starts it, which `daybook setup` asks for its version. */
  command: string
  protocol: Protocol['id']
  /** Settings a person would have before Daybook: a model, no questions. Written before `daybook setup`. */
  prepare(world: World, modelUrl: string): void
  /** Words that make it answer one prompt and end. */
  words(prompt: string): string[]
  /** Words that make it go on with a session of its own, by its id. */
  resumed(prompt: string, session: string): string[]
  /** Words that make it begin a new session with a copy of one, where it can. */
  forked?(prompt: string, session: string): string[]
  /** Words of one run after another that make it cut a session down to a summary and go on, where it can be made to. */
  compacted?(prompt: string, session: string): string[][]
  /** Whether answers that are such a summary are in its transcripts, with their tokens. */
  writesSummaries?: boolean
  /** Whether what a subagent does stands in its master's transcript. */
  subagentsInside?: boolean
  /** Whether a call is in its transcript only once it has an end. */
  writesCallsWhenDone?: boolean
  /** Whether an answer's tokens are in its transcript only once its calls have an end. */
  writesTokensWhenDone?: boolean
  /** How it is started on a terminal, and by what on the screen it is known to be ready. */
  typed?: { words: readonly string[]; isReady(shown: string): boolean }
  /** Words of the commands that install its plugin or extension out of a folder with those of all agents. */
  packaged?(agents: string): string[][]
  /** The prompt as it stands in the transcript, where the agent changes it. */
  asWritten?(prompt: string): string
  env(modelUrl: string): Record<string, string>
}
