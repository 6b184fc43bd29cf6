import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { showScan, stoppedLine } from '../scan-progress.ts'
import { printScanSummary, recorded } from '../scan-summary.ts'
import { usageView } from '../../operations/usage-view.ts'
import { printNext } from '../view.ts'

/** `daybook scan`. */
export const scan = defineCommand({
  examples: [{ command: 'daybook scan', says: 'read what is new; twice in a row changes nothing' }],
  seeAlso: ['watch', 'doctor', 'problems'],
  async run({ io, out, err, json, open }) {
    const { context, engines } = await open('own')
    const display = showScan(io, err, context.env.home)
    let report
    try {
      report = await engines.scan(display.events)
    } catch (error) {
      display.done()
      if (!io.signal.aborted) throw error
      err.line(stoppedLine(display))
      return EXIT.interrupted
    }
    display.done()
    const now = await recorded(context)
    // An entry is added once for a copy that was read first and once more for the original; it is new only once.
    report.entriesAdded = Math.min(report.entriesAdded, now.entries)
    if (json) {
      out.json({
        ...report,
        found: display.found,
        sessions: now.sessions,
        entries: now.entries,
        usage: usageView(now.usage),
      })
      return EXIT.ok
    }
    if (!out.terminal) {
      const { costMicrodollars, unpricedTokens } = now.usage
      out.line(`SESSIONS\t${now.sessions}`)
      out.line(`ENTRIES\t${now.entries}`)
      out.line(`NEW_ENTRIES\t${report.entriesAdded}`)
      out.line(`FILES_READ\t${report.filesRead}`)
      out.line(`COST_MICRODOLLARS\t${costMicrodollars}`)
      out.line(`UNPRICED_TOKENS\t${unpricedTokens}`)
      out.line(`PROBLEMS\t${now.problems}`)
      out.line(`DURATION_MS\t${Math.round(report.durationMs)}`)
      return EXIT.ok
    }
    printScanSummary(out, report, now)
    if (now.sessions === 0) {
      printNext({ out }, [
        ['daybook doctor', 'which folders were looked in'],
        ['daybook demo', 'look around in a made-up history'],
      ])
    } else {
      printNext({ out }, [
        ['daybook session list', 'what was read'],
        ['daybook usage daily', 'what it took, by day'],
      ])
    }
    return EXIT.ok
  },
})
