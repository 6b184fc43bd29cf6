import { plural } from '../../domain/format.ts'
import { wentOn } from '../../operations/handoff-chain.ts'
import { continueSession } from '../../operations/session-continue.ts'
import type { SessionName } from '../../operations/session-view.ts'
import type { Call } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { sessionName } from '../print/common.ts'
import { meta, subject } from '../text.ts'
import { startAgent } from './start-agent.ts'

/** Why a chain went no further. */
type Stopped = 'limit' | 'no_handoff' | 'not_taken' | 'failed' | 'interrupted'

interface Chain {
  /** The session it began with, and each that took over from the one before. */
  sessions: SessionName[]
  stopped: Stopped
  /** Of the agent that ran last. */
  exitCode: number
}

export interface ChainRequest {
  /** The one to begin with, by any name. */
  session: string | undefined
  /** Who goes on each time; each session's own agent when left out. */
  agent: string | undefined
  /** Agents to start at most. */
  max: number
}

/**
 * Runs one agent after another, each by itself, as long as each hands over to the next. It ends with the first that hands
 * nothing over, does not take what it was started for, or fails; at the limit; and at Ctrl C.
 *
 * @returns the exit code: 0 where it ended with nothing left to hand over or at the limit
 */
export async function runChain(call: Call, { session, agent, max }: ChainRequest): Promise<number> {
  const { context, takeIn } = await call.open()
  const chain: Chain = { sessions: [], stopped: 'limit', exitCode: 0 }
  let word = session
  for (let step = 1; step <= max; step++) {
    const told = await continueSession.handle(context, { session: word, with: agent, alone: true })
    if (step === 1) chain.sessions.push(told.session)
    call.err.line(meta(`${step} of at most ${max}: ${told.agent} goes on with ${sessionName(told.session)}`))
    chain.exitCode = await startAgent(call, told)
    await takeIn()
    const { session: next, handsOver } = await wentOn(context, told.handoff!)
    if (next !== null) chain.sessions.push(next)
    const stopped = reason(call, chain.exitCode, next, handsOver)
    if (stopped !== undefined) {
      chain.stopped = stopped
      break
    }
    word = next!.id
  }
  print(call, chain)
  return exitOf(chain)
}

function reason({ io }: Call, exitCode: number, next: SessionName | null, handsOver: boolean): Stopped | undefined {
  if (io.signal.aborted) return 'interrupted'
  if (exitCode !== 0) return 'failed'
  if (next === null) return 'not_taken'
  return handsOver ? undefined : 'no_handoff'
}

function print({ out, json }: Call, chain: Chain): void {
  if (json) return out.json(chain)
  const names = chain.sessions.map(sessionName)
  const last = names.at(-1) ?? ''
  const said: Record<Stopped, string> = {
    limit: `that is ${plural(chain.sessions.length - 1, 'agent')}; ${last} hands over: daybook continue ${last} --chain`,
    no_handoff: `${last} handed nothing over`,
    not_taken: `the agent did not take the handoff of ${last}: daybook handoff show ${last}`,
    failed: `the agent ended with ${chain.exitCode}`,
    interrupted: 'stopped',
  }
  out.line(subject(names.join(' > ')), meta(`  ${said[chain.stopped]}`))
}

function exitOf({ stopped, exitCode }: Chain): number {
  if (stopped === 'interrupted') return EXIT.interrupted
  if (stopped === 'failed') return exitCode
  return stopped === 'not_taken' ? EXIT.failed : EXIT.ok
}
