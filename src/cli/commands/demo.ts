import { plural } from '../../domain/format.ts'
import { defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { overview } from './overview.ts'
import { recorded } from '../scan-summary.ts'

/** `daybook demo` and `daybook demo --remove`. */
export const demo = defineCommand({
  fields: [field('remove', 'boolean', 'remove the demo’s store')],
  examples: [
    { command: 'daybook demo', says: 'a small made-up history, read like a real one' },
    { command: 'daybook demo --remove', says: 'gone; your own record is never touched' },
  ],
  async run(call) {
    const { io, out, values, json, open } = call
    if (values['remove'] === true) {
      const removed = await io.removeDemo()
      if (json) out.json({ removed })
      else
        out.line(
          removed ? 'Removed the demo and its store. Your own record was not touched.' : 'There is no demo to remove.',
        )
      return EXIT.ok
    }
    const opened = await open('demo')
    if (json) {
      const { sessions, entries } = await recorded(opened.context)
      out.json({ location: opened.location, sessions, entries })
      return EXIT.ok
    }
    const { sessions } = await recorded(opened.context)
    out.line(`The demo has ${plural(sessions, 'session')}, made up, kept apart in ${opened.location}.`)
    out.line('Commands show it for as long as nothing of your own is recorded.')
    return overview.run({ ...call, open: async () => opened })
  },
})
