import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { gatherOverview, printOverview } from '../print/overview.ts'
import { viewOf } from '../view.ts'

/** `daybook` alone: what is here and what to do next. */
export const overview = defineCommand({
  examples: [{ command: 'daybook', says: 'what is here' }],
  seeAlso: ['session list', 'usage daily', 'search'],
  async run(call) {
    const opened = await call.open()
    const here = await gatherOverview(opened.context)
    if (call.json) call.out.json(here)
    else printOverview(viewOf(call, opened), here)
    return EXIT.ok
  },
})
