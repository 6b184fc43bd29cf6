import { existsSync, realpathSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import { plural } from '../../domain/format.ts'
import type { ImportReport } from '../../ingest/import/import-file.ts'
import { defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { oneLine } from '../sanitize.ts'
import { dots, meta, subject } from '../text.ts'
import { printNext } from '../view.ts'

/** `daybook import FILE...`. */
export const importFiles = defineCommand({
  fields: [
    field(
      'files',
      'text',
      'bundles, .sessions trees, chat exports (JSON, ZIP), lists of tickets (JSON, JSONL, CSV, Markdown)',
      {
        list: true,
        required: true,
      },
    ),
  ],
  args: ['files'],
  examples: [{ command: 'daybook import tidewatch.json', says: 'what daybook export wrote elsewhere' }],
  seeAlso: ['import list', 'import accept', 'export', 'scan'],
  async run({ io, out, values, json, open }) {
    const { context, engines } = await open('own')
    const reports: ImportReport[] = []
    const paths = (values['files'] as string[]).map((file) => resolve(io.cwd, file))
    for (const path of paths) checkOutside(path, context.dataDir)
    for (const path of paths) reports.push(await engines.importFile(path, context.actor))
    if (json) out.json({ items: reports, total: reports.length, nextCursor: null })
    else for (const report of reports) print(report)
    return EXIT.ok

    function print({ file, format, importId, sessions, tickets, problems }: ImportReport): void {
      if (!out.terminal) {
        out.line([oneLine(file), format, importId ?? '', sessions.adopted, tickets.made].join('\t'))
        return
      }
      const brought = dots(
        ...(importId === null ? [] : [plural(sessions.adopted, 'session')]),
        ...(tickets.made > 0 || importId === null ? [plural(tickets.made, 'ticket')] : []),
      )
      out.line(subject(oneLine(file)), ` (${format}): `, brought)
      const known = sessions.known + tickets.known
      if (known > 0) out.line(meta(`${known} here already: these stay as they were.`))
      if (sessions.deleted > 0) out.line(meta(`${sessions.deleted} deleted here before: these stay so.`))
      if (problems > 0) out.line(meta(`${plural(problems, 'problem')}, left out: daybook problems`))
      if (importId === null) return printNext({ out }, [['daybook ticket list --free', 'what can be taken']])
      if (sessions.adopted === 0) return
      out.prose('Agents are given nothing of it before you have accepted it.')
      printNext({ out }, [
        ['daybook session list', 'read what came'],
        [`daybook import accept ${importId}`, 'agents may be given it'],
        [`daybook import refuse ${importId}`, 'take it out again'],
      ])
    }
  },
})

/** Opening the store's file beside SQLite would drop its locks. @throws AppError `invalid` */
function checkOutside(path: string, dataDir: string | undefined): void {
  if (dataDir === undefined || !existsSync(path) || !existsSync(dataDir)) return
  if (!realpathSync(path).startsWith(`${realpathSync(dataDir)}${sep}`)) return
  throw new AppError('invalid', `${path} lies among Daybook’s own data`, { hint: 'daybook import --help' })
}
