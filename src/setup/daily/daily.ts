import { spawnSync } from 'node:child_process'
import { rmSync, statSync } from 'node:fs'
import { AppError } from '../../domain/errors.ts'
import { putBytes, readBytes } from '../files.ts'
import { readJournal } from '../journal.ts'
import { type Change, type SetupSource, applySetup, planSetup } from '../plan.ts'
import { programFile } from '../../config/program-file.ts'
import { type Undone, undoSetup } from '../undo.ts'
import type { SetupPlace } from '../words.ts'
import { dailyFile, dailyScript, logFile, ranFile } from './script.ts'
import { type DailyWay, cron, launchd, systemd, withCronLine, withoutCronLine } from './ways.ts'

/** What changes of this are filed under, beside the agents. */
export const DAILY = 'daily'

const CRON = 'crontab'
const LONGEST_MS = 10_000

/** How reading once a day stands. */
export interface DailyState {
  by: DailyWay['id']
  name: string
  /** What starts it says that it counts. */
  enabled: boolean
  /** When it last ended, ISO; null before the first time. */
  ranAt: string | null
  exitCode: number | null
  /** It should have run by now. */
  late: boolean
}

/** What would be written. @throws AppError `unsupported` where nothing here starts a program once a day */
export function planDaily(place: SetupPlace): Change[] {
  const way = wayHere(place)
  if (way !== cron) return planSetup([asSource(way, place)], place).changes
  const before = cronList(place)
  const after = withCronLine(before ?? '', place.dataDir)
  return after === before ? [] : [{ agent: DAILY, path: CRON, before, after }]
}

/** Writes what was planned, and makes it count. */
export function applyDaily(changes: Change[], place: SetupPlace): void {
  const { dataDir, program, env } = place
  const way = wayHere(place)
  const script = dailyScript({ dataDir, program, dataHome: Boolean(env.variables['DAYBOOK_HOME']) })
  putBytes(dailyFile(dataDir), script, 0o700)
  if (changes.length === 0) return
  if (way === cron) return writeCron(place, changes[0]!.after)
  applySetup({ changes, unchanged: 0, remarks: [], packaged: [], twice: [] }, place)
  for (const words of way.enable(env, userId())) told(way, words, place)
}

/** Takes it back: ends it, removes what says so, leaves the rest of a person's list of cron as it is. */
export function undoDaily(place: SetupPlace): Undone[] {
  const done: Undone[] = []
  const way = writtenWay(place)
  if (way === cron) {
    writeCron(place, withoutCronLine(cronList(place) ?? ''))
    done.push({ path: CRON, how: 'cleaned' })
  } else if (way) {
    for (const words of way.disable(userId())) tell(way, words, place)
    removeScripts(place)
    done.push(...undoSetup([asSource(way, place)], place))
    if (way === systemd) tell(way, ['--user', 'daemon-reload'], place)
  }
  removeScripts(place)
  return done
}

function removeScripts({ dataDir }: SetupPlace): void {
  for (const path of [dailyFile(dataDir), ranFile(dataDir), logFile(dataDir)]) rmSync(path, { force: true })
}

const LATE_MS = 48 * 3_600_000

/** @returns undefined where it is not set up */
export function checkDaily(place: SetupPlace, nowMs: number): DailyState | undefined {
  const way = writtenWay(place)
  if (!way) return undefined
  const [code, ranAt = null] = (readBytes(ranFile(place.dataDir))?.toString('utf8') ?? '').trim().split(' ')
  const sinceMs =
    ranAt === null ? statSync(dailyFile(place.dataDir), { throwIfNoEntry: false })?.mtimeMs : Date.parse(ranAt)
  return {
    by: way.id,
    name: way.name,
    enabled: tell(way, way.isEnabled(userId()), place).status === 0,
    ranAt,
    exitCode: ranAt === null ? null : Number(code),
    late: sinceMs === undefined || nowMs - sinceMs > LATE_MS,
  }
}

function asSource(way: DailyWay, { dataDir }: SetupPlace): SetupSource {
  const files = way.files
  return {
    id: DAILY,
    name: 'Once a day',
    hooks: undefined,
    setup: { folder: () => dataDir, files: (env) => files(env, dataDir) },
  }
}

/** The way that was written before; else the first that works here. */
function wayHere(place: SetupPlace): DailyWay {
  const written = writtenWay(place)
  if (written) return written
  const { platform } = place.env
  if (platform === 'darwin' && isThere(launchd, place)) return launchd
  // Without a session bus nobody starts timers of a person.
  if (
    platform === 'linux' &&
    isThere(systemd, place) &&
    tell(systemd, ['--user', 'show-environment'], place).status === 0
  )
    return systemd
  if (platform !== 'win32' && isThere(cron, place)) return cron
  throw new AppError('unsupported', 'nothing here starts a program once a day: no systemd of yours, launchd or cron', {
    hint: 'daybook watch',
  })
}

function writtenWay(place: SetupPlace): DailyWay | undefined {
  const paths = readJournal(place.dataDir).files.flatMap(({ agent, path }) => (agent === DAILY ? [path] : []))
  if (paths.some((path) => path.endsWith('.timer'))) return systemd
  if (paths.some((path) => path.endsWith('.plist'))) return launchd
  const list = isThere(cron, place) ? cronList(place) : undefined
  return list !== undefined && withoutCronLine(list) !== list ? cron : undefined
}

function isThere({ program }: DailyWay, { env, cwd }: SetupPlace): boolean {
  return programFile(program, env, cwd) !== undefined
}

/** @returns undefined where the person has no list */
function cronList(place: SetupPlace): string | undefined {
  const { status, stdout } = tell(cron, ['-l'], place)
  return status === 0 ? stdout : undefined
}

/** An empty list goes, as it was not there before ours. */
function writeCron(place: SetupPlace, list: string): void {
  if (list === '') told(cron, ['-r'], place)
  else told(cron, ['-'], place, list)
}

function told(way: DailyWay, words: readonly string[], place: SetupPlace, input = ''): void {
  const { status, stderr } = tell(way, words, place, input)
  if (status === 0) return
  const says = stderr.trim().split('\n')[0] || `it ended with ${status}`
  throw new AppError('unavailable', `${way.program} ${words.join(' ')}: ${says}`, {
    hint: 'daybook setup --undo --daily --yes',
  })
}

function tell(way: DailyWay, words: readonly string[], { env, cwd }: SetupPlace, input = '') {
  const program = programFile(way.program, env, cwd)
  if (program === undefined) return { status: 127, stdout: '', stderr: `${way.program} is in no folder of PATH` }
  const { status, stdout, stderr } = spawnSync(program, words, {
    input,
    env: { ...env.variables },
    encoding: 'utf8',
    timeout: LONGEST_MS,
  })
  return { status, stdout, stderr }
}

function userId(): number {
  return process.getuid?.() ?? 0
}
