import { AppError } from '../../domain/errors.ts'
import { findTicket } from '../../operations/find-ticket.ts'
import { name, oneSession } from '../../operations/filter.ts'
import type { OperationContext } from '../../operations/operation.ts'
import { defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import type { Opened } from '../io.ts'
import { command, meta } from '../text.ts'
import { USUAL_PORT, keepServing, printServed } from './serve.ts'

/** `daybook open`. Where no server runs it is the server, until Ctrl C. */
export const open = defineCommand({
  fields: [
    field('what', 'text', 'a session, a ticket or an address on the page, as in SESSION-3, T-4 or /reports'),
    field('browser', 'boolean', 'show it in a browser; --no-browser only prints the link', { usual: true }),
  ],
  args: ['what'],
  examples: [
    { command: 'daybook open', says: 'the page, signed in' },
    { command: 'daybook open --no-browser', says: 'the link alone; it works once, within two minutes' },
  ],
  seeAlso: ['serve'],
  async run(call) {
    const { io, out, json, values } = call
    const what = values['what'] as string | undefined
    const running = await io.findServer()
    const toPage = async ({ context }: Opened) => (what === undefined ? undefined : addressOf(context, what))
    const show = async (link: string) => {
      if (values['browser'] === true && out.terminal) await io.openBrowser(link)
    }
    if (running) {
      const link = running.link(what === undefined ? undefined : await toPage(await call.open()))
      if (json) out.json({ url: running.url, link })
      else {
        out.line('Open    ', command(link))
        if (out.terminal) out.line(meta('        signs one browser in, once, within two minutes'))
        await show(link)
      }
      return EXIT.ok
    }
    const opened = await call.open()
    const to = await toPage(opened)
    const server = await io.serve(opened, { port: USUAL_PORT, toolsets: ['core'] })
    if (json) out.json({ url: server.url, link: server.link(to) })
    else {
      printServed(call, server, server.link, to)
      await show(server.link(to))
    }
    return keepServing(call, opened, server, true)
  },
})

/** @throws AppError `not_found` for what is neither a session nor a ticket */
async function addressOf(context: OperationContext, what: string): Promise<string> {
  if (what.startsWith('/')) return what
  const [session] = await context.store.sessions.resolve(what)
  if (session) return `/sessions/${encodeURIComponent(name(await oneSession(context, what)))}`
  const ticket = await findTicket(context.store, what).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error
    const said = `no session or ticket ${JSON.stringify(what.slice(0, 120))}; an address on the page begins with /`
    throw new AppError('not_found', said, { hint: 'daybook session list' })
  })
  return `/tickets/${encodeURIComponent(ticket.ref)}`
}
