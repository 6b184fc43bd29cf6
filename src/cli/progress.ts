import type { Io } from './io.ts'
import type { Screen } from './screen.ts'
import type { Text } from './text.ts'

const SHOW_AFTER_MS = 300
const REDRAW_MS = 100
const PIPE_LINE_MS = 5000

/** How far long work is, said on stderr. */
export interface Progress {
  /** `bar` for a terminal, `line` for anything else: a callback each, called only when it is drawn. */
  update(bar: () => Text, line: () => string): void
  /** Takes the bar away. */
  done(): void
}

/**
 * On a terminal one line that is redrawn ten times a second from 300 ms on and gone when done; elsewhere one line every
 * five seconds. `TERM=dumb` counts as elsewhere.
 */
export function startProgress(io: Io, screen: Screen): Progress {
  const redraws = screen.terminal && io.env['TERM'] !== 'dumb'
  let next = io.now() + (redraws ? SHOW_AFTER_MS : PIPE_LINE_MS)
  return {
    update(bar, line) {
      const now = io.now()
      if (now < next) return
      next = now + (redraws ? REDRAW_MS : PIPE_LINE_MS)
      if (redraws) screen.transient(bar())
      else screen.line(line())
    },
    done() {
      screen.clearTransient()
    },
  }
}

/** `############........` for 0.6 of 20. */
export function bar(done: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, done)) * width)
  return '#'.repeat(filled) + '.'.repeat(width - filled)
}
