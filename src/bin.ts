import type { OpenedStore } from './cli/io.ts'
import { thisProcess } from './cli/processes.ts'
import { run } from './cli/run.ts'
import { thisMachine } from './config/places.ts'
import { VERSION } from './domain/version.ts'
import { inputIsTTY, standardInput, standardSink } from './standard-streams.ts'

// Read by zod when it is loaded. Code that it makes for a schema at its first use pays from hundreds of uses on; a command
// or an agent's session sees few.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })

const stopped = new AbortController()
let asked = 0
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopped.abort()
    // The second Ctrl C does not wait for anything to be put in order; what is stored is stored.
    if (++asked > 1) process.exit(130)
  })
}
const machine = thisMachine()
const processes = thisProcess(process.platform)
const stdout = standardSink(1)
const stderr = standardSink(2)
const logLine = (line: string) => void stderr.write(`daybook: ${line}\n`)
const program = [process.execPath, process.argv[1] ?? '']
const app = { machine, cwd: process.cwd(), now: Date.now, signal: stopped.signal, notice: logLine }

const startBackground = async (ifHooked = false): Promise<void> =>
  (await import('./background-start.ts')).startConfigured(machine, app.cwd, program, ifHooked)

void run(process.argv.slice(2), {
  stdout,
  stderr,
  stdin: standardInput(),
  env: process.env,
  cwd: process.cwd(),
  isTTY: {
    get stdin() {
      return inputIsTTY()
    },
    stdout: stdout.isTTY,
    stderr: stderr.isTTY,
  },
  columns: stdout.columns,
  now: Date.now,
  version: VERSION,
  sources: async () => (await import('./app.ts')).SOURCES,
  program,
  signal: stopped.signal,
  openContext: async (which): Promise<OpenedStore> => (await import('./app.ts')).openDaybook(app, which),
  openElsewhere: async (elsewhere, caller) => (await import('./app.ts')).openElsewhere(app, elsewhere, caller),
  serveTools: async (serving) => (await import('./tool-server.ts')).serveTools(app, toolServerProcess(), serving),
  serve: async (opened, serving) => (await import('./web-server.ts')).serve(app, opened, serving, logLine),
  findServer: async () => (await import('./find-server.ts')).findServer(machine, Date.now),
  openBrowser: async (url) => (await import('./cli/browser.ts')).openBrowser(url, machine, app.cwd),
  startBackground,
  serveBackground: async () =>
    (await import('./background-server.ts')).serveBackground(app, process.argv[1] ?? '', VERSION),
  recordServer: async (command, told) => (await import('./tool-recorder.ts')).recordServer(command, told),
  removeDemo: async () => (await import('./app.ts')).removeDemo(app),
  processes,
  machine,
}).then((code) => {
  process.exitCode = code
})

/** How long anything that is still at work may keep the process of a tool server whose client has gone. */
const LAST_WORK_MS = 1_000

/** Standard input is read by the server alone, and nothing waits for it when that is done. */
function toolServerProcess() {
  return {
    stdin: standardInput(),
    stdout,
    stderr,
    processIds: processes.ids,
    startBackground: () => startBackground(true),
    endInput: () => {
      process.stdin.destroy()
      setTimeout(() => process.exit(), LAST_WORK_MS).unref()
    },
  }
}
