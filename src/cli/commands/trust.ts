import { resolve } from 'node:path'
import { plural } from '../../domain/format.ts'
import { defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { shortHome } from '../print/common.ts'
import { meta, subject } from '../text.ts'
import { printNext, quote } from '../view.ts'

/** `daybook trust [DIRECTORY]`. Without a directory it lists those that are trusted. */
export const trust = defineCommand({
  fields: [
    field('directory', 'text', 'the directory whose own settings are to count'),
    field('remove', 'boolean', 'take trust back'),
  ],
  args: ['directory'],
  examples: [
    { command: 'daybook trust', says: 'which directories are trusted' },
    { command: 'daybook trust .', says: 'let ./.daybook/config.toml count' },
    { command: 'daybook trust . --remove', says: 'take that back' },
  ],
  seeAlso: ['config'],
  async run({ io, out, values, json }) {
    const [{ places }, list] = await Promise.all([import('../../config/places.ts'), import('../../config/trust.ts')])
    const here = places(io.machine)
    if (values['directory'] === undefined) {
      const trusted = list.trustedDirectories(here)
      if (json) out.json({ items: trusted, total: trusted.length, nextCursor: null })
      else if (!out.terminal) for (const { path, trustedAt } of trusted) out.line(`${path}\t${trustedAt}`)
      else {
        out.line(`${plural(trusted.length, 'directory', 'directories')} trusted.`)
        for (const { path } of trusted) out.line('  ', subject(shortHome(io.machine, path)))
        printNext({ out }, [['daybook trust --help', 'what trust means']])
      }
      return EXIT.ok
    }
    const directory = resolve(io.cwd, String(values['directory']))
    if (values['remove'] === true) {
      const removed = list.distrustDirectory(here, directory)
      if (json) out.json({ directory, trusted: false, changed: removed })
      else out.line(subject(directory), removed ? ' is no longer trusted.' : ' was not trusted; nothing changed.')
      return EXIT.ok
    }
    const { path, trustedAt } = list.trustDirectory(here, directory, io.now())
    if (json) out.json({ directory: path, trusted: true, trustedAt })
    else {
      out.line(subject(path), ' is trusted: its .daybook/config.toml counts.')
      if (out.terminal) {
        out.line(meta('It cannot set addresses, commands or paths outside the directory.'))
        printNext({ out }, [
          ['daybook config', 'what counts now'],
          [`daybook trust ${quote(path)} --remove`, 'take it back'],
        ])
      }
    }
    return EXIT.ok
  },
})
