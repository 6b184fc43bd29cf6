import type { Setting } from '../../config/config.ts'
import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { shortHome } from '../print/common.ts'
import { printTable } from '../table.ts'
import { meta, subject, warn } from '../text.ts'
import { printNext, quote } from '../view.ts'

/** `daybook config`. Reads the files and opens no store, so it works when the store does not. */
export const config = defineCommand({
  examples: [{ command: 'daybook config', says: 'each value, and the file, variable or default it is from' }],
  seeAlso: ['trust', 'doctor'],
  async run({ io, out, json }) {
    const { readConfig } = await import('../../config/config.ts')
    const found = await readConfig(io.machine, io.cwd)
    const { settings, places, untrusted } = found
    if (json) {
      out.json({ items: settings, total: settings.length, nextCursor: null, places, untrusted })
      return EXIT.ok
    }
    printTable(
      out,
      [
        { header: 'KEY', cell: (setting) => subject(setting.key) },
        { header: 'VALUE', cell: (setting) => shown(setting), shrink: 16 },
        {
          header: 'FROM',
          cell: (setting) => (setting.from === null ? meta('default') : shortHome(io.machine, setting.from)),
          shrink: 12,
          cut: 'middle',
          pipe: { header: 'FROM', value: (setting) => setting.from ?? 'default' },
        },
      ],
      settings,
    )
    if (!out.terminal) return EXIT.ok
    out.line(
      meta(`Data in ${shortHome(io.machine, places.dataDir)}, settings in ${shortHome(io.machine, places.configFile)}`),
    )
    if (untrusted) {
      out.line(warn(`${shortHome(io.machine, untrusted.file)} does not count: the directory is not trusted`))
      printNext({ out }, [[`daybook trust ${quote(untrusted.directory)}`, 'let it count']])
    }
    return EXIT.ok
  },
})

function shown({ value }: Setting): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return '–'
  if (Array.isArray(value)) return value.join(', ')
  return value === true ? 'on' : value === false ? 'off' : String(value)
}
