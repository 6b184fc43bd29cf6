import { AppError } from '../domain/errors.ts'
import { MOST_LISTENERS } from './event-stream.ts'

/** How many streams are open. */
export interface Listeners {
  /** @throws AppError `unavailable` when there are as many as there may be */
  enter(): { leave(): void }
}

export function countListeners(most = MOST_LISTENERS): Listeners {
  let count = 0
  return {
    enter() {
      if (count >= most) throw new AppError('unavailable', `${most} streams are open, and no more are served`)
      count++
      let isIn = true
      return {
        leave() {
          if (isIn) count--
          isIn = false
        },
      }
    },
  }
}
