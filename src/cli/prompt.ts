import type { Io } from './io.ts'
import type { Screen } from './screen.ts'
import { command } from './text.ts'

/** True when a question can be put to a person: both ends are a terminal. */
export function canAsk(io: Io): boolean {
  return io.isTTY.stdin && io.isTTY.stderr
}

/** Asks a yes or no question on stderr and names the flag that answers it. Anything but yes is no. */
export async function confirm(io: Io, screen: Screen, question: string, flag: string): Promise<boolean> {
  screen.ask(question, ' [y/N] ', '(', command(flag), ' answers yes) ')
  let answer = ''
  for await (const chunk of io.stdin) {
    answer += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)
    if (answer.includes('\n')) break
  }
  return /^\s*y(?:es)?\s*$/i.test(answer.split('\n')[0] ?? '')
}
