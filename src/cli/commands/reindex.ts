import { formatDuration, plural } from '../../domain/format.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { bar, startProgress } from '../progress.ts'
import { warn } from '../text.ts'
import { printNext } from '../view.ts'

/** `daybook reindex`. */
export const reindex = defineCommand({
  examples: [{ command: 'daybook reindex', says: 'the agents’ own files are not needed for it' }],
  seeAlso: ['doctor', 'scan'],
  async run({ io, out, err, json, open }) {
    const { context, engines } = await open()
    const startedMs = io.now()
    const progress = startProgress(io, err)
    let done = 0
    let report
    try {
      report = await engines.reindex((now) => {
        done = now.done
        const percent = Math.floor((now.done / Math.max(1, now.transcripts)) * 100)
        progress.update(
          () =>
            `rebuilding  ${bar(now.done / Math.max(1, now.transcripts), 20)}  ${percent}%  ${now.done} of ${now.transcripts} transcripts`,
          () => `reindex: ${now.done}/${now.transcripts} transcripts, ${percent}%`,
        )
      })
    } catch (error) {
      progress.done()
      if (!io.signal.aborted) throw error
      err.line(
        `Stopped after ${plural(done, 'transcript')}. The archive is untouched; `,
        'daybook reindex',
        ' starts over.',
      )
      return EXIT.interrupted
    }
    progress.done()
    // As every view counts them: a copy that was read before its original was added twice.
    report.entries = (await context.store.sessions.stats({})).entries
    const durationMs = io.now() - startedMs
    if (json) out.json({ ...report, durationMs })
    else if (!out.terminal) {
      out.line(`TRANSCRIPTS\t${report.transcripts}`)
      out.line(`ENTRIES\t${report.entries}`)
      out.line(`DURATION_MS\t${Math.round(durationMs)}`)
    } else {
      const what = `${plural(report.entries, 'entry', 'entries')} of ${plural(report.transcripts, 'transcript')}`
      out.line(`Rebuilt ${what} from the archive · ${formatDuration(durationMs)}`)
      if (report.unknownAgents.length > 0) {
        out.line(warn(`Left as they were, this build cannot read them: ${report.unknownAgents.join(', ')}`))
      }
      printNext({ out }, [
        ['daybook usage total', 'the totals now'],
        ['daybook doctor', 'check the rest'],
      ])
    }
    return EXIT.ok
  },
})
