import { existsSync, mkdirSync, statSync, watch } from 'node:fs'
import type { AppSetup } from './app.ts'
import { lockFile, takeLock } from './background/lock.ts'
import { removeNote, writeNote } from './background/note.ts'
import type { OpenedStore } from './cli/io.ts'
import { readConfig } from './config/config.ts'
import { answer, beHeard, isAnyAsked, isAsked, sweepAsked } from './spool/ask.ts'
import { type SpooledEvent, readSpool, spoolFolder } from './spool/spool.ts'

const LOOK_EVERY_MS = 2_000
/** Events that nobody waits for are taken in together. */
const GATHER_MS = 150

/**
 * Takes in what hooks leave, answers those that ask, and reads transcripts as they grow, until nothing came for a while, the
 * signal is raised, or the program or its data folder are no longer what they were.
 *
 * @param program the file that was started: replaced by another version, the process ends
 * @returns false where another process does this already, or nothing is recorded yet
 */
export async function serveBackground(setup: AppSetup, program: string, version: string): Promise<boolean> {
  const config = await readConfig(setup.machine, setup.cwd)
  const { dataDir } = config.places
  // Of a folder that is gone nothing is to be done, least of all to make it again.
  if (!existsSync(dataDir)) return false
  process.umask(0o077)
  const lock = takeLock(dataDir)
  if (!lock) return false
  const ending = new AbortController()
  const signal = AbortSignal.any([setup.signal, ending.signal])
  const idleMs = config.backgroundMinutes * 60_000 || Infinity
  let lastMs = setup.now()
  const stamps = (): string => [program, lockFile(dataDir)].map(stampOf).join(' ')
  const atStart = stamps()
  const looks = setInterval(() => {
    if (setup.now() - lastMs > idleMs || stamps() !== atStart) ending.abort()
  }, LOOK_EVERY_MS)
  let opened: OpenedStore | undefined
  try {
    const { openDaybook } = await import('./app.ts')
    // The first that asks need not wait for what answers it.
    await Promise.all([import('./operations/start-context.ts'), import('./intake.ts')])
    opened = await openDaybook({ ...setup, signal }, 'own')
    const spool = followSpool(opened, spoolFolder(dataDir), setup.now, () => (lastMs = setup.now()))
    writeNote(dataDir, { processId: process.pid, startedMs: setup.now(), version })
    try {
      await opened.engines.watch({
        read: ({ entriesAdded }) => {
          if (entriesAdded > 0) lastMs = setup.now()
        },
      })
    } finally {
      await spool.close()
    }
  } finally {
    clearInterval(looks)
    if (stampOf(lockFile(dataDir)) !== GONE) removeNote(dataDir)
    await opened?.close()
    lock.release()
  }
  return true
}

const GONE = 'gone'

/** Tells one file from another in its place; a lock is never written to, a program is replaced as a whole. */
function stampOf(path: string): string {
  const facts = statSync(path, { throwIfNoEntry: false })
  return facts ? `${facts.ino}-${facts.mtimeMs}` : GONE
}

/** Takes events in as they come: at once where a hook waits for an answer. One at a time; what fails waits for the next. */
function followSpool(
  { context, takeIn }: OpenedStore,
  folder: string,
  now: () => number,
  came: () => void,
): { close(): Promise<void> } {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  sweepAsked(folder, now())
  let work: Promise<void> = Promise.resolve()
  let gathering: NodeJS.Timeout | undefined
  const take = async (): Promise<void> => {
    const asked = askedIn(folder, now())
    if (asked.length === 0) return takeIn()
    let isAnswered = false
    const taken = async (): Promise<void> => {
      isAnswered = true
      await answerAll(context, folder, asked)
    }
    await takeIn(taken)
    // Somebody else took them in, or the store cannot be written to: what is known is told all the same.
    if (!isAnswered) await taken()
  }
  const takeNext = (): void => {
    clearTimeout(gathering)
    gathering = undefined
    work = work.then(take).catch(() => {})
  }
  const watcher = watch(folder, (_, name) => {
    came()
    if (name?.startsWith('.silent-')) beHeard(folder)
    if (name?.startsWith('.')) return
    // A file is seen from its first byte on: an event that is asked about is taken in when it is whole.
    if (isAnyAsked(folder) && askedIn(folder, now()).length > 0) takeNext()
    else gathering ??= setTimeout(takeNext, GATHER_MS)
  })
  watcher.on('error', () => {})
  return {
    async close() {
      watcher.close()
      clearTimeout(gathering)
      await work
    },
  }
}

async function answerAll(context: OpenedStore['context'], folder: string, asked: SpooledEvent[]): Promise<void> {
  const { answerStart } = await import('./operations/start-context.ts')
  for (const { name, agent, event, payload } of asked) {
    const source = context.sources.find(({ id }) => id === agent)
    const told = source?.hooks?.read(event, payload)
    const said = source && told && (await answerStart(context, source, told))
    if (said) answer(folder, name, said)
  }
}

function askedIn(folder: string, nowMs: number): SpooledEvent[] {
  return readSpool(folder, nowMs).events.filter(({ name }) => isAsked(folder, name))
}
