// Several tools in one session: what each took and how it went.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open, sessionManager } from 'daybook'

const home = mkdtempSync(join(tmpdir(), 'daybook-multi-tool-'))
const book = await open({ home, cwd: home })
const manager = sessionManager(book)

await manager.createSession({ sessionId: 'tides-1', purpose: 'Compare two harbours' })
await manager.linkInvocation('tides-1', { invocationId: 'i-1', toolName: 'fetch', durationMs: 1500 })
await manager.linkInvocation('tides-1', { invocationId: 'i-2', toolName: 'parse', durationMs: 40 })
await manager.linkInvocation('tides-1', { invocationId: 'i-3', toolName: 'fetch', durationMs: 900, success: false })
await manager.completeSession('tides-1')

const { items } = await book.session.invocations({ session: 'tides-1' })
for (const { tool, outcome, durationMs } of items) console.log(`${tool}  ${outcome}  ${durationMs} ms`)
const statistics = await manager.getSessionStatistics('tides-1')
console.log(statistics?.totalInvocations, statistics?.totalDurationMs, statistics?.toolsUsed)

await book.close()
rmSync(home, { recursive: true })

/* Prints
fetch  ok  1500 ms
parse  ok  40 ms
fetch  error  900 ms
3 2440 [ 'fetch', 'parse' ]
*/
