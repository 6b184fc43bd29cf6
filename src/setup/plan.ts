import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { captureScript } from '../spool/capture-script.ts'
import type { AgentSetup, SetupFile } from '../sources/setup.ts'
import type { Source } from '../sources/source.ts'
import { putBytes, readBytes, sha256 } from './files.ts'
import { backupFolder, readJournal, writeJournal } from './journal.ts'
import { type SetupPlace, captureFile, setupWords } from './words.ts'

/** What is to become of a file. */
export interface Change {
  agent: string
  path: string
  before: string | undefined
  after: string
}

export interface Plan {
  changes: Change[]
  /** Files that stand as they are to stand. */
  unchanged: number
  /** What a person has to know, by agent. */
  remarks: { agent: string; says: string }[]
  /** Agents whose plugin is installed: of those nothing is written. */
  packaged: string[]
  /** Agents that have both, the plugin and what set-up wrote: every event is told twice. */
  twice: string[]
}

export interface SetupSource extends Pick<Source, 'id' | 'name' | 'hooks'> {
  setup: AgentSetup
}

/** Agents that can be set up. */
export async function canBeSetUp(sources: readonly Source[]): Promise<SetupSource[]> {
  const found: SetupSource[] = []
  for (const { id, name, hooks, setup } of sources) {
    if (setup !== undefined) found.push({ id, name, hooks, setup: await setup() })
  }
  return found
}

/** True where the agent has left its folder on this machine. */
export function isHere(source: SetupSource, { env }: Pick<SetupPlace, 'env'>): boolean {
  return existsSync(source.setup.folder(env))
}

export function filesOf(source: SetupSource, place: SetupPlace): SetupFile[] {
  return source.setup.files(place.env, setupWords(place), eventsOf(source))
}

function eventsOf({ hooks }: SetupSource): string[] {
  return Object.keys(hooks?.events ?? {})
}

/** What set-up would change. Writes nothing. @throws AppError `invalid` for settings that cannot be read as such */
export function planSetup(sources: readonly SetupSource[], place: SetupPlace): Plan {
  const words = setupWords(place)
  const { files: written } = readJournal(place.dataDir)
  const ours = new Set(written.map(({ path }) => path))
  const plan: Plan = { changes: [], unchanged: 0, remarks: [], packaged: [], twice: [] }
  for (const source of sources) {
    if (source.setup.package?.isInstalled(place.env, textOf) === true) {
      const isTwice = written.some(({ agent }) => agent === source.id)
      plan[isTwice ? 'twice' : 'packaged'].push(source.id)
      const says = isTwice
        ? `its plugin is installed too, so every event is told twice: daybook setup ${source.id} --undo, or remove the plugin`
        : 'its plugin is installed and does it; nothing is written'
      plan.remarks.push({ agent: source.id, says })
      if (!isTwice) continue
    }
    for (const file of source.setup.files(place.env, words, eventsOf(source))) {
      const before = textOf(file.path)
      const after = added(file, before)
      if (after === before) plan.unchanged++
      else if (file.own === true && before !== undefined && !ours.has(file.path))
        plan.remarks.push({ agent: source.id, says: `${file.path} is not ours and stays as it is` })
      else plan.changes.push({ agent: source.id, path: file.path, before, after })
    }
    for (const says of source.setup.remarks?.(place.env, words, textOf) ?? [])
      plan.remarks.push({ agent: source.id, says })
  }
  return plan
}

function added(file: SetupFile, before: string | undefined): string {
  try {
    return file.add(before)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new AppError('invalid', `${file.path}: ${error.message}; it was left as it is`, { cause: error })
  }
}

/** A file in another encoding would not come back as it was. */
function textOf(path: string): string | undefined {
  const bytes = readBytes(path)
  if (bytes === undefined) return undefined
  const text = bytes.toString('utf8')
  if (Buffer.from(text, 'utf8').equals(bytes)) return text
  throw new AppError('invalid', `${path} is not in UTF-8; it was left as it is`)
}

function captureText({ dataDir, program, env }: SetupPlace): string {
  return captureScript({ dataDir, program, home: env.home, dataHome: Boolean(env.variables['DAYBOOK_HOME']) })
}

/** Writes what was planned, each file after a copy of it and a line in the journal. */
export function applySetup(plan: Plan, place: SetupPlace): void {
  const { dataDir } = place
  putBytes(captureFile(place.dataDir), captureText(place), 0o700)
  const journal = readJournal(dataDir)
  for (const { agent, path, before, after } of plan.changes) {
    const known = journal.files.find((file) => file.path === path)
    const next = { path, agent, sha256: sha256(after) }
    if (known) {
      const isOurs = before !== undefined && sha256(before) === known.sha256
      Object.assign(known, next, { restorable: known.restorable && isOurs })
    } else {
      const backup =
        before === undefined ? null : `${journal.files.length + 1}-${sha256(path).slice(0, 8)}-${basename(path)}`
      if (backup !== null) putBytes(join(backupFolder(dataDir), backup), before ?? '')
      journal.files.push({ ...next, backup, restorable: true, folders: [] })
    }
    writeJournal(dataDir, journal)
    const made = putBytes(path, after)
    if (made.length === 0) continue
    journal.files.find((file) => file.path === path)!.folders.push(...made)
    writeJournal(dataDir, journal)
  }
}
