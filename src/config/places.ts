import { chmodSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { makeFolder } from './make-folder.ts'

/** The machine as configuration sees it. Handed in, so that a test can be a machine. */
export interface Machine {
  /** Empty where the user has none. */
  home: string
  platform: NodeJS.Platform
  variables: Readonly<Record<string, string | undefined>>
}

/** Where Daybook keeps things on this machine. Nothing of it need exist yet. */
export interface Places {
  /** Store, search index, trust list. */
  dataDir: string
  /** The user's own `config.toml`. */
  configFile: string
  /** The user's own prices, unless `prices` names another file. */
  pricesFile: string
  /** Directories whose `.daybook/config.toml` counts. */
  trustFile: string
}

/** This machine. `home` is empty where there is none, which is an error only where one is needed. */
export function thisMachine(): Machine {
  let home = process.env.HOME ?? ''
  try {
    home = homedir()
  } catch {
    // No HOME and no entry in the user database: DAYBOOK_HOME still works.
  }
  return { home, platform: process.platform, variables: process.env }
}

/**
 * The folders in use: all of them under `DAYBOOK_HOME` where it is set, else the platform's own. Relative values of
 * `XDG_*` are ignored, as the XDG Base Directory Specification 0.8 demands.
 *
 * @throws AppError `invalid` for a relative `DAYBOOK_HOME`, `unavailable` without a home directory
 */
export function places(machine: Machine): Places {
  const own = machine.variables.DAYBOOK_HOME
  if (own !== undefined && own !== '') {
    if (!isAbsolute(own)) {
      throw new AppError('invalid', `DAYBOOK_HOME ${JSON.stringify(own)} is not an absolute path`, {
        hint: 'export DAYBOOK_HOME="$PWD/data"',
      })
    }
    return inFolders(own, own)
  }
  return inFolders(
    platformData(machine),
    join(absolute(machine.variables.XDG_CONFIG_HOME) ?? join(home(machine), '.config'), 'daybook'),
  )
}

function inFolders(dataDir: string, configDir: string): Places {
  return {
    dataDir,
    configFile: join(configDir, 'config.toml'),
    pricesFile: join(configDir, 'prices.toml'),
    trustFile: join(dataDir, 'trust.json'),
  }
}

function platformData(machine: Machine): string {
  const { platform, variables } = machine
  if (platform === 'darwin') return join(home(machine), 'Library', 'Application Support', 'daybook')
  if (platform === 'win32') {
    return join(absolute(variables.LOCALAPPDATA) ?? join(home(machine), 'AppData', 'Local'), 'daybook')
  }
  return join(absolute(variables.XDG_DATA_HOME) ?? join(home(machine), '.local', 'share'), 'daybook')
}

function home(machine: Machine): string {
  if (isAbsolute(machine.home)) return machine.home
  throw new AppError('unavailable', 'there is no home directory, so no place for data is known', {
    hint: 'export DAYBOOK_HOME=/a/folder/of/your/own',
  })
}

function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined
}

/**
 * Makes the data folder, for its owner alone, where it is not there yet.
 *
 * @throws AppError `unavailable` when it cannot be made or is not a folder
 */
export function makeDataDir(dataDir: string): void {
  try {
    // The mode of mkdir is cut by the umask and never widened by it; a strict umask must not lock us out either.
    if (makeFolder(dataDir) !== undefined) chmodSync(dataDir, 0o700)
    if (statSync(dataDir).isDirectory()) return
  } catch (error) {
    throw new AppError('unavailable', `the data folder ${dataDir} cannot be made: ${reasonOf(error)}`, {
      hint: 'export DAYBOOK_HOME=/a/folder/you/can/write',
      cause: error,
    })
  }
  throw new AppError('unavailable', `the data folder ${dataDir} is not a folder`)
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ENOENT: 'it is not there',
  ENOTDIR: 'a part of the path is not a folder',
  EEXIST: 'a file is in its place',
  EISDIR: 'it is a folder',
  ELOOP: 'a link leads to itself',
}

/** A system error in words. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return REASONS[code] ?? (code || String(error))
}
