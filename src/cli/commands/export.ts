import { extname, join, resolve, sep } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import { formatBytes, plural } from '../../domain/format.ts'
import type { Session } from '../../domain/session.ts'
import type { OperationContext } from '../../operations/operation.ts'
import { type Selection, checkSelection, isSelective, selected } from '../../operations/selection.ts'
import { type Call, defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { writeOut } from '../out-file.ts'
import { meta, subject } from '../text.ts'
import { quote } from '../view.ts'

export const EXPORT_FORMATS = ['json', 'jsonl', 'markdown', 'html', 'csv', 'tree'] as const
type Format = (typeof EXPORT_FORMATS)[number]

const BY_EXTENSION: Readonly<Record<string, Format>> = {
  '.json': 'json',
  '.jsonl': 'jsonl',
  '.md': 'markdown',
  '.html': 'html',
  '.csv': 'csv',
}

/** `daybook export`. */
export const exportSessions = defineCommand({
  fields: [
    field('sessions', 'text', 'sessions, by name', { list: true }),
    field('project', 'text', 'all sessions of this project: name, path or origin'),
    field('ticket', 'text', 'all sessions linked to this ticket'),
    field('agent', 'text', 'all sessions of this agent, as in claude-code'),
    field('since', 'text', 'from this day or time on: 2026-11-20, today, 7d'),
    field('until', 'text', 'through this day, or up to this time'),
    field('all', 'boolean', 'every session there is'),
    field('format', 'choice', 'what to write; the ending of the file says it too', { choices: EXPORT_FORMATS }),
    field('to', 'text', 'the file, or for tree the folder; without it, standard output'),
    field('force', 'boolean', 'replace what is there'),
  ],
  args: ['sessions'],
  examples: [
    { command: 'daybook export 1 --to session.html', says: 'one file to read, which loads nothing and runs nothing' },
    {
      command: 'daybook export --project tidewatch --to tidewatch.json',
      says: 'all of it, to bring into another record',
    },
    { command: 'daybook export --all --format csv --to sessions.csv', says: 'a list for a spreadsheet' },
  ],
  seeAlso: ['import', 'restore', 'backup'],
  async run(call) {
    const { io, out, values, json } = call
    const to = values['to'] === undefined ? undefined : resolve(io.cwd, String(values['to']))
    const { context } = await call.open()
    const sessions = await chosen(context, values)
    const format = formatOf(call, to)
    if (to === undefined) checkOutput(call, format)
    const force = values['force'] === true
    if (to !== undefined && context.dataDir !== undefined && `${to}${sep}`.startsWith(`${context.dataDir}${sep}`)) {
      throw new AppError('invalid', `${to} lies among Daybook’s own data`, {
        hint: 'daybook export 1 --to session.html',
      })
    }
    if (to === undefined) {
      for await (const piece of await piecesOf(context, format, sessions)) io.stdout.write(piece)
      return EXIT.ok
    }
    const files = format === 'tree' ? await writeTree(context, sessions, to, force) : undefined
    const sizeBytes = files?.sizeBytes ?? (await writeOut(to, await piecesOf(context, format, sessions), force))
    const left = sessions.filter(({ prunedAt }) => prunedAt !== null).length
    const reply = { path: to, format, sessions: sessions.length, files: files?.files ?? 1, sizeBytes, pruned: left }
    if (json) out.json(reply)
    else if (!out.terminal) out.line(`${to}\t${sizeBytes}`)
    else {
      out.line(`Exported ${plural(sessions.length, 'session')} to `, subject(to), `, ${formatBytes(sizeBytes)}.`)
      if (left > 0) out.line(meta(`${plural(left, 'session')} pruned before: of these there is nothing to read.`))
    }
    return EXIT.ok
  },
})

function formatOf({ name, words, values }: Call, to: string | undefined): Format {
  const typed = values['format'] as Format | undefined
  const known = typed ?? (to === undefined ? undefined : BY_EXTENSION[extname(to).toLowerCase()])
  if (known !== undefined) return known
  const [what, more] = to === undefined ? ['no file', '--to sessions.html'] : ['the file’s ending', '--format json']
  throw new AppError('invalid', `--format is not given, and ${what} says it`, {
    hint: `${[name, ...words.map(quote)].join(' ')} ${more}`,
  })
}

/** What was recorded goes to a terminal only as a screen of ours, and a folder needs a name. */
function checkOutput({ out, name, words }: Call, format: Format): void {
  if (!out.terminal && format !== 'tree') return
  throw new AppError(
    'invalid',
    format === 'tree' ? 'a tree needs a folder' : 'this is for a file, not for a terminal',
    {
      hint: `${[name, ...words.map(quote)].join(' ')} --to ${format === 'tree' ? 'exported' : `sessions.${ENDING[format]}`}`,
    },
  )
}

const ENDING: Record<Format, string> = {
  json: 'json',
  jsonl: 'jsonl',
  markdown: 'md',
  html: 'html',
  csv: 'csv',
  tree: '',
}

async function chosen(context: OperationContext, values: Record<string, unknown>): Promise<Session[]> {
  const { sessions = [], project, ticket, agent, since, until, all } = values
  const selection = { sessions, project, ticket, agent, since, until } as Selection
  if (all !== true || isSelective(selection)) checkSelection(selection)
  const found: Session[] = []
  for await (const session of selected(context, selection)) found.push(session)
  return found
}

async function piecesOf(
  { store, history }: OperationContext,
  format: Format,
  sessions: readonly Session[],
): Promise<AsyncIterable<string>> {
  if (format === 'csv') return (await import('../../history/export/csv.ts')).csvPieces(sessions)
  if (format === 'markdown') return (await import('../../history/export/markdown.ts')).markdownPieces(history, sessions)
  if (format === 'html') return (await import('../../history/export/html.ts')).htmlPieces(history, sessions)
  const { bundleJson, bundleLines } = await import('../../history/export/bundle.ts')
  return format === 'json' ? bundleJson(store, sessions) : bundleLines(store, sessions)
}

async function writeTree(
  context: OperationContext,
  sessions: readonly Session[],
  folder: string,
  force: boolean,
): Promise<{ files: number; sizeBytes: number }> {
  const { treeFiles } = await import('../../history/export/tree.ts')
  const written = { files: 0, sizeBytes: 0 }
  for await (const { path, pieces } of treeFiles(context, sessions)) {
    written.sizeBytes += await writeOut(join(folder, path), pieces, force)
    written.files++
  }
  return written
}
