import { isAppError } from '../domain/errors.ts'
import { defineCommand, field } from './command.ts'
import { USUAL_PORT, printServed } from './commands/serve.ts'
import { EXIT } from './exit-codes.ts'
import type { Call } from './command.ts'
import type { Opened, Served } from './io.ts'
import { keepWatching } from './keep-watching.ts'
import { gatherOverview, printOverview } from './print/overview.ts'
import { showScan, stoppedLine } from './scan-progress.ts'
import { viewOf } from './view.ts'

/**
 * What `npm start` runs: scan with progress, show what is here, then serve the page and watch. With `--once` it ends before.
 * A machine without transcripts is shown the demo.
 */
export const firstRun = defineCommand({
  fields: [field('once', 'boolean', 'end after the overview')],
  examples: [{ command: 'daybook first-run --once', says: 'scan, show, end' }],
  seeAlso: ['scan', 'watch', 'demo'],
  async run(call) {
    const own = await call.open('own')
    const display = showScan(call.io, call.err, own.context.env.home)
    try {
      await own.engines.scan(display.events)
    } catch (error) {
      display.done()
      if (!call.io.signal.aborted) throw error
      call.err.line(stoppedLine(display))
      return EXIT.interrupted
    }
    display.done()
    const { total } = await own.context.store.sessions.list({}, { limit: 1 })
    const shown = total === 0 ? await openDemo(call, display.found.length) : own
    await show(call, shown)
    if (call.values['once'] === true) return EXIT.ok
    const server = call.json ? undefined : await servePage(call, shown)
    try {
      return await keepWatching(call, own, { scanned: true, ...(server && { isBusy: () => server.isBusy() }) })
    } finally {
      await server?.close()
    }
  },
})

async function openDemo(call: Call, sources: number): Promise<Opened> {
  const where = sources === 0 ? '' : ' Where they would be: daybook doctor.'
  call.err.line(`No agent sessions on this machine.${where}`)
  return call.open('demo')
}

/** On another port where the usual one is taken; @returns undefined where the page is served already */
async function servePage(call: Call, opened: Opened): Promise<Served | undefined> {
  const running = await call.io.findServer()
  if (running) {
    printServed(call, running, running.link)
    return undefined
  }
  const on = (port: number): Promise<Served> => call.io.serve(opened, { port, toolsets: ['core'] })
  const server = await on(USUAL_PORT).catch((error: unknown) => {
    if (isAppError(error) && error.code === 'unavailable') return on(0)
    throw error
  })
  call.out.line()
  printServed(call, server, server.link)
  return server
}

async function show(call: Call, opened: Opened): Promise<void> {
  const here = { ...(await gatherOverview(opened.context)), scanned: true }
  if (call.json) call.out.json(here)
  else printOverview(viewOf(call, opened), here)
}
