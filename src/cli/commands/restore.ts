import { resolve } from 'node:path'
import { AppError, isAppError } from '../../domain/errors.ts'
import { formatBytes, plural } from '../../domain/format.ts'
import { restoreSession } from '../../history/restore.ts'
import { oneSession } from '../../operations/filter.ts'
import { defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { sessionName, shortHome } from '../print/common.ts'
import { printTable } from '../table.ts'
import { meta } from '../text.ts'
import { printNext, quote } from '../view.ts'

/** `daybook restore SESSION`. */
export const restore = defineCommand({
  fields: [
    field('session', 'text', 'a session: key, ref, number, id, or the first letters of one', { required: true }),
    field('to', 'text', 'folder to write below; without it, where the agent had them'),
    field('force', 'boolean', 'write over files that are there'),
  ],
  args: ['session'],
  examples: [{ command: 'daybook restore 1 --to restored', says: 'the session’s files, below ./restored' }],
  seeAlso: ['session show', 'backup'],
  async run({ io, out, values, json, open }) {
    const { context } = await open()
    const session = await oneSession(context, String(values['session']))
    const folder = values['to'] === undefined ? undefined : resolve(io.cwd, String(values['to']))
    const name = sessionName(session)
    const files = await restoreSession(context.store, session.id, { folder, force: values['force'] === true }).catch(
      (error: unknown) => {
        throw isAppError(error) && error.code === 'conflict' ? inTheWay(error, name, folder) : error
      },
    )
    if (json) {
      out.json({
        session: { id: session.id, key: session.key, ref: session.ref },
        items: files,
        total: files.length,
        nextCursor: null,
      })
      return EXIT.ok
    }
    if (out.terminal) out.line(`Restored ${name}: ${plural(files.length, 'file')}.`)
    const { home } = context.env
    printTable(
      out,
      [
        {
          header: 'FILE',
          cell: (file) => shortHome({ home }, file.path),
          shrink: 20,
          cut: 'middle',
          pipe: { header: 'FILE', value: (file) => file.path },
        },
        {
          header: 'SIZE',
          align: 'right',
          cell: (file) => formatBytes(file.sizeBytes),
          pipe: { header: 'SIZE_BYTES', value: (file) => file.sizeBytes },
        },
      ],
      files,
    )
    if (!out.terminal) return EXIT.ok
    const rows = files.some(({ form }) => form === 'rows')
    out.line(meta(`${rows ? ROWS : 'As the agent wrote them'}, with placeholders where secrets were redacted.`))
    const resume = context.sources.find((source) => source.id === session.agent)?.resumeCommand?.(session)
    if (resume && folder === undefined)
      printNext({ out }, [[resume.map(quote).join(' '), 'go on with it in the agent']])
    return EXIT.ok
  },
})

const ROWS = 'The agent keeps these in a database: here each row is a line of JSON'

/** The same refusal with a way out that can be pasted: another folder, by name. */
function inTheWay(error: AppError, name: string, folder: string | undefined): AppError {
  const target = folder === undefined ? `restored-${name}` : `${folder}-again`
  return new AppError('conflict', error.message, {
    details: ['--force writes over it'],
    hint: `daybook restore ${name} --to ${quote(target)}`,
    cause: error,
  })
}
