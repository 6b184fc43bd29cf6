import { type Call, defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import type { Opened, Served } from '../io.ts'
import { keepWatching } from '../keep-watching.ts'
import { command, meta } from '../text.ts'
import { TOOLSETS } from '../../operations/tool.ts'
import { readToolsets } from '../toolsets.ts'

export const USUAL_PORT = 4750

/** `daybook serve`. */
export const serve = defineCommand({
  fields: [
    field('port', 'number', 'the port; 0 takes a free one', { minimum: 0, maximum: 65_535, usual: USUAL_PORT }),
    field('watch', 'boolean', 'read what your agents write meanwhile; --no-watch leaves it', { usual: true }),
    field(
      'toolsets',
      'text',
      `tools beyond core at /mcp: ${TOOLSETS.slice(1).join(', ')}, with commas between, or all`,
    ),
  ],
  examples: [
    { command: 'daybook serve', says: 'the page, until Ctrl C; transcripts are read meanwhile' },
    { command: 'daybook serve --port 0 --no-watch', says: 'on a free port, reading nothing' },
  ],
  seeAlso: ['open', 'watch', 'mcp'],
  async run(call) {
    const opened = await call.open()
    const toolsets = readToolsets(call.values['toolsets'] ?? call.io.env['DAYBOOK_TOOLSETS'])
    const server = await call.io.serve(opened, { port: Number(call.values['port']), toolsets })
    if (call.json) call.out.json({ url: server.url, demo: opened.demo })
    else printServed(call, server, server.link)
    return keepServing(call, opened, server, call.values['watch'] === true)
  },
})

/** Says where the page is. In a pipe without the link: what is written there may be kept. */
export function printServed({ out }: Call, { url }: Pick<Served, 'url'>, link: Served['link'], to?: string): void {
  out.line('Serving ', url)
  if (!out.terminal) return
  out.line('Open    ', command(link(to)))
  out.line(meta('        signs one browser in, once, within two minutes; another: daybook open'))
}

/** Until Ctrl C. The demo is not watched: nothing is written there. */
export async function keepServing(call: Call, opened: Opened, server: Served, watches: boolean): Promise<number> {
  try {
    if (watches && !opened.demo) return await keepWatching(call, opened)
    const { signal } = call.io
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    return EXIT.ok
  } finally {
    await server.close()
  }
}
