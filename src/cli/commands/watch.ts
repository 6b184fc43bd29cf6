import { defineCommand } from '../command.ts'
import { keepWatching } from '../keep-watching.ts'

/** `daybook watch`. */
export const watch = defineCommand({
  examples: [{ command: 'daybook watch', says: 'until Ctrl C; every line is kept as soon as it is written' }],
  seeAlso: ['scan'],
  async run(call) {
    return keepWatching(call, await call.open('own'))
  },
})
