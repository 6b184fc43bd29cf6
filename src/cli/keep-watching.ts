import { formatClockTime, plural } from '../domain/format.ts'
import type { Call } from './command.ts'
import type { ScanReport, WatchOptions } from './engines.ts'
import { EXIT } from './exit-codes.ts'
import type { Opened } from './io.ts'
import { sessionName, titleOf } from './print/common.ts'
import { showScan } from './scan-progress.ts'
import { command, meta, plain, subject, warn } from './text.ts'
import { cutEnd } from './width.ts'

/** Sessions named in one line of news; more than that are counted. */
const NAMED = 3

/** Watches until Ctrl C: one line for each reading that brought something. With `--json` one object a line. */
export async function keepWatching(
  call: Call,
  { context, engines }: Opened,
  { scanned = false, isBusy }: { scanned?: boolean } & Pick<WatchOptions, 'isBusy'> = {},
): Promise<number> {
  const { io, out, err, json } = call
  const display = showScan(io, err, context.env.home, scanned)
  let watching = false
  const begin = (): void => {
    display.done()
    if (!watching && !json) err.line('Watching. ', meta('Ctrl C stops it; all that was read is kept.'))
    watching = true
  }
  await engines.watch({
    events: display.events,
    async read(report) {
      const first = !watching
      begin()
      if (json) out.json({ at: new Date(io.now()).toISOString(), ...report })
      else if (report.entriesAdded > 0 && !(first && scanned)) await printNews(call, context, report)
    },
    ...(isBusy && { isBusy }),
    degraded(reason) {
      err.line(warn('warning: '), reason)
    },
  })
  begin()
  if (!json) err.line('Stopped. All that was read is kept; ', command('daybook scan'), ' catches up.')
  return EXIT.ok
}

async function printNews({ io, out }: Call, { store, timezone }: Opened['context'], report: ScanReport): Promise<void> {
  const at = io.now()
  const news = plural(report.entriesAdded, 'new entry', 'new entries')
  const stamp = out.terminal ? (formatClockTime(at, at, timezone).split(' ')[1] ?? '') : new Date(at).toISOString()
  const named = report.sessionIds.slice(0, NAMED)
  if (report.sessionIds.length > NAMED || named.length === 0) {
    out.line(meta(stamp), `  ${news} in ${plural(report.sessionIds.length, 'session')}`)
    return
  }
  for (const id of named) {
    const session = await store.sessions.find(id)
    if (!session) continue
    const title = plain(titleOf(session))
    const counted = named.length === 1 ? ` · ${news}` : ''
    const room = out.columns - stamp.length - sessionName(session).length - counted.length - 4
    out.line(
      meta(stamp),
      '  ',
      subject(sessionName(session)),
      '  ',
      out.terminal ? cutEnd(title, room) : title,
      counted,
    )
  }
}
