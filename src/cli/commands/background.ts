import { runningNote } from '../../background/note.ts'
import { readConfig } from '../../config/config.ts'
import { formatClockTime } from '../../domain/format.ts'
import { defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'

/** `daybook background`: the process that hooks start and ask. By hand it is looked at, or ended. */
export const background = defineCommand({
  fields: [
    field('status', 'boolean', 'only say whether it runs'),
    field('stop', 'boolean', 'end the one that runs; the next start of an agent starts another'),
  ],
  examples: [
    { command: 'daybook background --status', says: 'whether it runs, and since when' },
    { command: 'daybook background --stop', says: 'end it; nothing is lost' },
  ],
  seeAlso: ['hook', 'watch', 'doctor'],
  async run({ io, out, err, values, json }) {
    const { places, timezone } = await readConfig(io.machine, io.cwd)
    const serves = values['status'] !== true && values['stop'] !== true
    const note = runningNote(places.dataDir)
    if (serves && !note) {
      err.line('Taking in what hooks leave, and reading transcripts. Ctrl C ends it.')
      if (await io.serveBackground()) return EXIT.ok
      err.line('Nothing is recorded here yet, or another process holds the lock of this data folder.')
      return EXIT.ok
    }
    if (note && values['stop'] === true) process.kill(note.processId, 'SIGTERM')
    if (json) {
      const { processId = null, startedMs, version = null } = note ?? {}
      const startedAt = startedMs === undefined ? null : new Date(startedMs).toISOString()
      out.json({
        running: note !== undefined,
        processId,
        startedAt,
        version,
        stopped: values['stop'] === true && !!note,
      })
    } else if (!note) out.line('No background process runs. The next start of an agent starts one.')
    else {
      const since = formatClockTime(note.startedMs, io.now(), timezone)
      out.line(`Process ${note.processId} runs since ${since}${values['stop'] === true ? '; it is told to end.' : '.'}`)
    }
    return EXIT.ok
  },
})
