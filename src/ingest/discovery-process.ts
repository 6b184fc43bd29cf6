import { once } from 'node:events'
import type { ChildProcess } from 'node:child_process'
import type { Env, Source } from '../sources/source.ts'
import type { Store } from '../stores/store.ts'
import { type Changed, type Discovered, type DiscoverySetup, discover } from './discover.ts'

/** Changed transcripts in one message: taking it in is a millisecond or two. */
const HANDED_AT_ONCE = 512

/** Discovery as plain data, for a process that opens the store at `path` by itself. */
export interface DiscoveryJob {
  path: string
  env: Pick<Env, 'home' | 'platform' | 'variables'>
  ignore: DiscoverySetup['ignore']
  agents: string[]
  nowMs: number
}

/** A message of the process. */
type Told = { failed: string } | { discovered: Omit<Discovered, 'changed'> } | { changed: Changed[] }

/** Its side: discovers once, and hands over what changed as it is asked for. It ends with the process that started it. */
export function serveDiscovery(open: (path: string) => Promise<Store>, sources: readonly Source[]): void {
  process.on('disconnect', () => process.exit())
  process.once('message', (job: DiscoveryJob) => {
    serve(open, sources, job).catch((error: unknown) => tell({ failed: String(error) }))
  })
}

async function serve(
  open: (path: string) => Promise<Store>,
  sources: readonly Source[],
  { path, env, ignore, agents, nowMs }: DiscoveryJob,
): Promise<void> {
  const store = await open(path)
  const { changed, ...discovered } = await discover({
    transcripts: store.transcripts,
    sources: sources.filter(({ id }) => agents.includes(id)),
    env,
    ignore,
    now: () => nowMs,
  })
  await store.close()
  let handed = 0
  process.on('message', () => tell({ changed: changed.slice(handed, (handed += HANDED_AT_ONCE)) }))
  tell({ discovered })
}

function tell(told: Told): void {
  process.send?.(told)
}

/**
 * What a process of its own discovers: this one answers others meanwhile, and the memory that 100,000 transcripts take goes
 * when that process ends. A thread leaves it behind.
 *
 * @throws the signal's reason when it is aborted, an Error when the process fails; it has ended then
 */
export async function discoverInProcess(
  start: () => ChildProcess,
  { sources, env, ignore, now, signal }: DiscoverySetup,
  path: string,
): Promise<Discovered> {
  signal?.throwIfAborted()
  const child = start()
  const stop = (): void => void child.kill()
  signal?.addEventListener('abort', stop)
  const ended = once(child, 'exit').then((): never => {
    throw new Error('the process that discovers ended')
  })
  // Whoever waits for an answer is told; afterwards its end is what is wanted.
  ended.catch(() => {})
  const answer = async (asked: DiscoveryJob | 'more'): Promise<Told> => {
    const heard = once(child, 'message')
    child.send(asked)
    const [told] = (await Promise.race([heard, ended])) as [Told]
    if ('failed' in told) throw new Error(told.failed)
    return told
  }
  try {
    const { home, platform, variables } = env
    const told = await answer({
      path,
      env: { home, platform, variables },
      ignore,
      agents: sources.map(({ id }) => id),
      nowMs: now(),
    })
    const { discovered } = told as Extract<Told, { discovered: unknown }>
    const changed: Changed[] = []
    for (;;) {
      const more = (await answer('more')) as Extract<Told, { changed: unknown }>
      changed.push(...more.changed)
      if (more.changed.length < HANDED_AT_ONCE) return { ...discovered, changed }
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', stop)
    stop()
  }
}
