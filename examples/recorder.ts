// A tool server whose calls are recorded from around it: the tools know nothing of sessions.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open, recordInvocations } from 'daybook'

interface Request {
  params: { name: string; arguments?: Record<string, unknown> }
}

/** What is used of a server of the Model Context Protocol; the one of its SDK fits as it is. */
class Server {
  handlers = new Map<string, (request: Request) => Promise<unknown>>()
  setRequestHandler(method: string, handler: (request: Request) => Promise<unknown>): void {
    this.handlers.set(method, handler)
  }
  call(name: string, given: Record<string, unknown>): Promise<unknown> {
    return this.handlers.get('tools/call')!({ params: { name, arguments: given } })
  }
}

const home = mkdtempSync(join(tmpdir(), 'daybook-recorder-'))
const book = await open({ home, cwd: home })
await book.session.create({ id: 'tides-1' })

const server = new Server()
recordInvocations(server, book)
server.setRequestHandler('tools/call', async ({ params }) => {
  console.log(`${params.name} gets`, params.arguments)
  return params.arguments?.['harbour'] === 'Nowhere' ? { isError: true } : { rows: 412 }
})
await server.call('fetch', { session_id: 'tides-1', harbour: 'Faro' })
await server.call('fetch', { session_id: 'tides-1', harbour: 'Nowhere' })
await server.call('fetch', { harbour: 'Lisboa' })

const { items } = await book.session.invocations({ session: 'tides-1' })
console.log(items.map(({ tool, outcome }) => `${tool} ${outcome}`).join(', '))

await book.close()
rmSync(home, { recursive: true })

/* Prints
fetch gets { harbour: 'Faro' }
fetch gets { harbour: 'Nowhere' }
fetch gets { harbour: 'Lisboa' }
fetch ok, fetch error
*/
