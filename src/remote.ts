import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Elsewhere } from './cli/elsewhere.ts'
import type { OpenedStore } from './cli/io.ts'
import { isRunning } from './background/running-process.ts'
import { askOf } from './client/server.ts'
import { serverUrl } from './client/server-url.ts'
import type { Machine } from './config/places.ts'
import { AppError } from './domain/errors.ts'
import { type ServerNote, notedServer } from './http/server-note.ts'
import { readToken } from './config/own-token.ts'
import type { Caller } from './operations/caller.ts'
import type { Source } from './sources/source.ts'

/** What of this machine the asking depends on. */
export interface Here {
  machine: Machine
  /** Folder of the data here: the token of a server on this machine is in it. */
  dataDir: string
  now(): number
  signal: AbortSignal
  /** The session it names, and the terminal it types on. */
  caller: Pick<Caller, 'session' | 'connection'>
  /** As a session says its agent's name. */
  sources: readonly Source[]
  timezone: string
}

/**
 * Another Daybook in the place of an open record. Nothing is sent yet.
 *
 * @throws AppError `invalid` for what is no address of a server, `unauthenticated` where no token is known for it
 */
export function openRemote({ url: typed, tokenFile }: Elsewhere, here: Here): OpenedStore {
  const { machine, now, signal, caller } = here
  const url = serverUrl(typed)
  const ask = askOf({
    url,
    token: tokenFor(url, tokenFile, here),
    session: caller.session,
    connection: connectionOf(caller),
  })
  const refuse = (): never => {
    throw notHere(url)
  }
  const missing = new Proxy(Object.create(null) as object, { get: refuse }) as never
  return {
    context: {
      store: missing,
      history: missing,
      sources: here.sources,
      env: { home: machine.home, platform: machine.platform, variables: machine.variables },
      clock: { now },
      actor: '',
      timezone: here.timezone,
      redact: refuse,
      keeper: refuse,
      signal,
    },
    engines: missing,
    ask: (name, input) => ask(name, input, signal),
    takeIn: async () => {},
    demo: false,
    location: url,
    close: async () => {},
  }
}

/** In this order: the file that was named, `DAYBOOK_TOKEN`, and for the server of this machine its own. */
function tokenFor(url: string, file: string | undefined, { machine, dataDir }: Here): string {
  if (file !== undefined) return tokenIn(file)
  const said = machine.variables['DAYBOOK_TOKEN']?.trim()
  if (said) return said
  const note = notedServer(dataDir)
  // Another user's program may have taken the port of a server that has gone: it does not get the token.
  if (note?.url === url && isOwnProcess(note)) return readToken(dataDir)
  throw new AppError('unauthenticated', `no token is known for ${url}`, {
    details: ['daybook token show prints it on the machine that serves; give it as DAYBOOK_TOKEN or by a file'],
    hint: `daybook --url ${url} --token-file FILE session list`,
  })
}

function tokenIn(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new AppError('invalid', `the token file ${file} cannot be read`, { hint: `ls -l ${file}`, cause })
  }
  if (/^[\x21-\x7e]{1,200}$/.test(text)) return text
  throw new AppError('invalid', `the token file ${file} does not hold a token`, { hint: 'daybook token show' })
}

/** Ours, and the one that noted it: another process may have its number by now. */
function isOwnProcess({ processId, startedMs }: Required<ServerNote>): boolean {
  try {
    return process.kill(processId, 0) && isRunning(processId, startedMs)
  } catch {
    return false
  }
}

/** Terminals of two machines are called alike. */
function connectionOf({ connection }: Here['caller']): string | null {
  if (connection === null) return null
  return `tty:${createHash('sha256').update(`${hostname()}\n${connection}`).digest('base64url').slice(0, 32)}`
}

/** What is only where the record is. */
function notHere(url: string): AppError {
  return new AppError('unsupported', `this works where the record is, and it is at ${url}`, {
    hint: 'leave out --url, or type it there',
  })
}
