import { defineCommand, field } from './command.ts'
import { EXIT } from './exit-codes.ts'
import type { Call } from './command.ts'
import type { Opened } from './io.ts'
import { keepWatching } from './keep-watching.ts'
import { gatherOverview, printOverview } from './print/overview.ts'
import { showScan, stoppedLine } from './scan-progress.ts'
import { viewOf } from './view.ts'

/**
 * What `npm start` runs: scan with progress, show what is here, then stay and watch. With `--once` it ends there. A
 * machine without transcripts is shown the demo.
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
    if (total === 0) await showDemo(call, display.found.length)
    else await show(call, own)
    if (call.values['once'] === true) return EXIT.ok
    return keepWatching(call, own, true)
  },
})

async function showDemo(call: Call, sources: number): Promise<void> {
  const where = sources === 0 ? '' : ' Where they would be: daybook doctor.'
  call.err.line(`No agent sessions on this machine.${where}`)
  call.err.line('Showing a demo, kept apart in its own store. To remove it: daybook demo --remove')
  await show(call, await call.open('demo'))
}

async function show(call: Call, opened: Opened): Promise<void> {
  const here = { ...(await gatherOverview(opened.context)), scanned: true }
  if (call.json) call.out.json(here)
  else printOverview(viewOf(call, opened), here)
}
