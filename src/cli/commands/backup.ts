import { dirname, resolve } from 'node:path'
import { makeFolder } from '../../config/make-folder.ts'
import { reasonOf } from '../../config/places.ts'
import { AppError } from '../../domain/errors.ts'
import { formatBytes } from '../../domain/format.ts'
import { BACKED_UP } from '../../operations/leftovers.ts'
import { defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { meta, subject } from '../text.ts'

/** `daybook backup FILE`. */
export const backup = defineCommand({
  fields: [field('file', 'text', 'where the copy goes; it must not exist yet', { required: true })],
  args: ['file'],
  examples: [{ command: 'daybook backup daybook-backup.db', says: 'a whole copy, while others go on writing' }],
  seeAlso: ['restore', 'doctor'],
  async run({ io, out, values, json, open }) {
    const { context } = await open()
    const path = resolve(io.cwd, String(values['file']))
    makeFolderOf(path)
    const { sizeBytes } = await context.store.backup(path)
    const { actor, clock, store } = context
    const at = new Date(clock.now()).toISOString()
    await store.activities.append({
      sessionId: null,
      at,
      actor,
      action: BACKED_UP,
      target: path,
      payload: { sizeBytes },
    })
    if (json) out.json({ path, sizeBytes })
    else if (!out.terminal) out.line(`${path}\t${sizeBytes}`)
    else {
      out.line('Copied the record to ', subject(path), `, ${formatBytes(sizeBytes)}.`)
      out.line(meta('The search index is not in it: it is rebuilt from the copy when that is used.'))
    }
    return EXIT.ok
  },
})

function makeFolderOf(path: string): void {
  try {
    makeFolder(dirname(path))
  } catch (error) {
    throw new AppError('unavailable', `the folder ${dirname(path)} cannot be made: ${reasonOf(error)}`, {
      cause: error,
    })
  }
}
