// An agent of your own: what it runs is followed, what it says is kept, and the next one takes over from it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agentTracker, open } from 'daybook'

const home = mkdtempSync(join(tmpdir(), 'daybook-agent-'))
const book = await open({ home, cwd: home })
const tracker = agentTracker(book)

await tracker.setSession('night-shift')
const rows = await tracker.run('fetch', { harbour: 'Faro' }, async () => 412)
await book.session.message({ session: 'night-shift', role: 'assistant', content: `I fetched ${rows} rows of Faro.` })
await tracker
  .run('fetch', { harbour: 'Nowhere' }, async () => {
    throw new Error('no such harbour')
  })
  .catch((error: Error) => console.log('failed:', error.message))
await book.session.handoff({
  sessionId: 'night-shift',
  currentState: 'Faro is fetched',
  nextSteps: ['fetch Lisboa', 'compare both'],
})
await tracker.setSession(null)

const next = await book.session.start({ title: 'Day shift' })
const accepted = await book.handoff.accept({ handoff: 'night-shift', session: next.session.key! })
console.log(`${accepted.session.key} goes on from ${accepted.from.key}:`)
console.log(accepted.handoff.markdown.split('\n\n').slice(0, 4).join('\n'))

await book.close()
rmSync(home, { recursive: true })

/* Prints
failed: no such harbour
SESSION-002 goes on from SESSION-001:
### Current State
> Faro is fetched
### Next Steps
- fetch Lisboa
- compare both
*/
