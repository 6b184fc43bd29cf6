import { defineCommand } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { gatherHere, printHere } from '../print/here.ts'
import { gatherOverview, printOverview } from '../print/overview.ts'
import { viewOf } from '../view.ts'

/** `daybook` alone: the session one stands on and what to do next; without one, what is here. */
export const overview = defineCommand({
  examples: [{ command: 'daybook', says: 'where you are, or what is here' }],
  seeAlso: ['status', 'session list', 'usage daily', 'search'],
  async run(call) {
    const opened = await call.open()
    const here = await gatherHere(opened.context)
    if (call.json) call.out.json({ ...(await gatherOverview(opened.context)), here: here ?? null })
    else if (here !== undefined && call.out.terminal) printHere(viewOf(call, opened), here)
    else printOverview(viewOf(call, opened), await gatherOverview(opened.context))
    return EXIT.ok
  },
})
