import type { Opened } from './cli/io.ts'
import { run } from './cli/run.ts'
import { thisMachine } from './config/places.ts'
import { VERSION } from './domain/version.ts'

const stopped = new AbortController()
let asked = 0
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopped.abort()
    // The second Ctrl C does not wait for anything to be put in order; what is stored is stored.
    if (++asked > 1) process.exit(130)
  })
}
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`| head`) is no failure.
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
}

const machine = thisMachine()
const app = { machine, cwd: process.cwd(), now: Date.now, signal: stopped.signal }

void run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  isTTY: { stdin: process.stdin.isTTY ?? false, stdout: process.stdout.isTTY ?? false, stderr: process.stderr.isTTY ?? false },
  columns: process.stdout.columns ?? 80,
  now: Date.now,
  version: VERSION,
  signal: stopped.signal,
  openContext: async (which): Promise<Opened> => (await import('./app.ts')).openDaybook(app, which),
  removeDemo: async () => (await import('./app.ts')).removeDemo(app),
  machine,
}).then((code) => {
  process.exitCode = code
})
