import type { FeedEvent } from '../domain/feed.ts'

/** The live feed: the last ten thousand things that happened, each with its position. */
export interface FeedStore {
  /**
   * Gives positions to what was committed since, in any process. One at a time does; what commits later comes later, however
   * early it began.
   *
   * @returns how many events got one
   */
  publish(): Promise<number>
  /** Events after a position, in their order, at most `limit`. */
  list(after: number, limit: number): Promise<FeedEvent[]>
  /** Positions of the oldest and newest event that are kept; 0 and 0 while there is none. */
  bounds(): Promise<{ oldest: number; newest: number }>
}
