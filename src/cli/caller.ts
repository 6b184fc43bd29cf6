import { callerFromEnvironment } from '../domain/caller-environment.ts'
import type { Caller } from '../operations/caller.ts'
import type { Io } from './io.ts'

/** Who types, or which script or agent runs this command. Processes are asked only where somebody looks at them. */
export function callerOf(io: Io): Caller {
  let connection: string | null | undefined
  let processIds: readonly number[] | undefined
  return {
    channel: 'cli',
    get connection() {
      return (connection ??= io.processes?.terminal() ?? null)
    },
    clientName: null,
    ...callerFromEnvironment(io.env),
    toolUse: null,
    get processIds() {
      return (processIds ??= io.processes?.ids() ?? [])
    },
    cwd: io.cwd,
    get interactive() {
      return io.isTTY.stdin && io.isTTY.stderr
    },
  }
}
