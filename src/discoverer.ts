import { type ChildProcess, fork } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'

/** A built program has it beside it as JavaScript; the sources run as they are. */
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
/** Behind whatever answers somebody. */
const PRIORITY = constants.priority.PRIORITY_BELOW_NORMAL

/** A process that looks for transcripts. It is given no environment: what it needs to know is sent to it. */
export function startDiscoverer(): ChildProcess {
  const program = fileURLToPath(new URL(`./discovery-process${EXTENSION}`, import.meta.url))
  const child = fork(program, {
    env: {},
    execArgv: ['--max-semi-space-size=4'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  child.on('error', () => {})
  if (child.pid !== undefined) lower(child.pid)
  return child
}

function lower(processId: number): void {
  try {
    setPriority(processId, PRIORITY)
  } catch {
    // It may have ended already, and some systems do not let it.
  }
}
