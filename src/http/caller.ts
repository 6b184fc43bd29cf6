import { parse } from 'node:path'
import type { Caller } from '../operations/caller.ts'
import type { Access } from './access.ts'

const LONGEST_KEY = 200

/** Who calls over HTTP: no process and no folder of this machine is taken for the caller's. */
export function callerOf(headers: Headers, access: Access): Caller {
  const key = headers.get('x-session-key')
  return {
    channel: access.via === 'cookie' ? 'gui' : 'api',
    connection: access.connection,
    clientName: null,
    session: key === null || key === '' ? null : key.slice(0, LONGEST_KEY),
    agentSession: null,
    toolUseId: null,
    processIds: [],
    cwd: parse(process.cwd()).root,
    interactive: false,
  }
}
