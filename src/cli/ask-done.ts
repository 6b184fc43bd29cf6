import type { Done } from '../operations/done.ts'
import type { Io } from './io.ts'
import type { Screen } from './screen.ts'

/** What is asked beside what was typed. */
interface Again {
  refs: string[]
  summary: string | undefined
  force?: string
}

/**
 * Asks a person whose ticket cannot be called done yet which way to go: to say what was done now, to force it with a reason,
 * or to leave it.
 *
 * @returns what to ask anew beside what was typed; undefined to leave it
 */
export async function askDone(io: Io, screen: Screen, reply: Done): Promise<Again | undefined> {
  const answers = lines(io.stdin)
  const needsSummary = reply.items.some(({ validation }) => validation.errors.some(({ field }) => field === 'summary'))
  screen.line(needsSummary ? '1  say now what was done' : '1  say anew what was done')
  screen.line('2  close it all the same, with a reason (--force answers so)')
  screen.line('3  leave it as it is')
  screen.ask('1, 2 or 3? ')
  const way = (await answers()).trim()
  if (way !== '1' && way !== '2') return undefined
  screen.ask(way === '1' ? 'What was done? ' : 'Why? ')
  const words = (await answers()).trim()
  if (words === '') return undefined
  const refs = reply.items.map(({ ticket }) => ticket.id)
  const summary = way === '1' ? words : (reply.summary ?? undefined)
  return { refs, summary, ...(way === '1' ? {} : { force: words }) }
}

/** Reads one line at a time; an end of input is an empty line. */
function lines(input: Io['stdin']): () => Promise<string> {
  const chunks = input[Symbol.asyncIterator]()
  const decoder = new TextDecoder()
  let waiting = ''
  return async () => {
    while (!waiting.includes('\n')) {
      const next = await chunks.next()
      if (next.done) break
      waiting += typeof next.value === 'string' ? next.value : decoder.decode(next.value, { stream: true })
    }
    const [line = '', ...rest] = waiting.split('\n')
    waiting = rest.join('\n')
    return line
  }
}
