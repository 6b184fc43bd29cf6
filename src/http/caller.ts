import { parse } from 'node:path'
import type { Caller } from '../operations/caller.ts'
import type { Access } from './access.ts'

const LONGEST_KEY = 200

/** What a client calls one terminal or program of its own, so that its calls belong together. */
const CONNECTION = /^[A-Za-z0-9:._-]{1,100}$/

/** Who calls over HTTP: no process and no folder of this machine is taken for the caller's. */
export function callerOf(headers: Headers, access: Access): Caller {
  const key = headers.get('x-session-key')
  return {
    channel: access.via === 'cookie' ? 'gui' : 'api',
    connection: access.connection ?? connectionOf(headers, access),
    clientName: null,
    session: key === null || key === '' ? null : key.slice(0, LONGEST_KEY),
    agentSession: null,
    toolUse: null,
    processIds: [],
    cwd: parse(process.cwd()).root,
    interactive: false,
  }
}

/** Kept apart by token: nobody gets into another's session by calling a connection as that one does. */
function connectionOf(headers: Headers, { name }: Access): string | null {
  const given = headers.get('x-connection')
  return given !== null && CONNECTION.test(given) ? `api:${name}:${given}` : null
}
