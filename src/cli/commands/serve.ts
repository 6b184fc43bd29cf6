import { resolve } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import { type Call, defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import type { Opened, Served, Serving } from '../io.ts'
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
    field('host', 'text', 'the address to listen on; 0.0.0.0 for all this machine has, with TLS', {
      usual: '127.0.0.1',
    }),
    field('allowHost', 'text', 'a name that others reach it by: daybook.example.com', { list: true }),
    field('tlsCert', 'text', 'a certificate, PEM, with those that stand above it'),
    field('tlsKey', 'text', 'its key, PEM'),
    field('behindProxy', 'boolean', 'a proxy before it has TLS; its X-Forwarded-Host and -Proto are believed'),
    field(
      'toolsets',
      'text',
      `tools beyond core at /mcp: ${TOOLSETS.slice(1).join(', ')}, with commas between, or all`,
    ),
  ],
  examples: [
    { command: 'daybook serve', says: 'the page, until Ctrl C; transcripts are read meanwhile' },
    { command: 'daybook serve --port 0 --no-watch', says: 'on a free port, reading nothing' },
    {
      command: 'daybook serve --host 0.0.0.0 --allow-host nas.local --tls-cert cert.pem --tls-key key.pem',
      says: 'for others too, by that name, over TLS',
    },
  ],
  seeAlso: ['open', 'watch', 'mcp'],
  async run(call) {
    const opened = await call.open()
    const toolsets = readToolsets(call.values['toolsets'] ?? call.io.env['DAYBOOK_TOOLSETS'])
    const server = await call.io.serve(opened, { port: Number(call.values['port']), toolsets, ...exposureOf(call) })
    if (call.json) call.out.json({ url: server.url, demo: opened.demo })
    else printServed(call, server, server.link)
    return keepServing(call, opened, server, call.values['watch'] === true)
  },
})

function exposureOf({ values, io }: Call): Pick<Serving, 'exposed' | 'tlsFiles'> {
  const [cert, key] = [values['tlsCert'], values['tlsKey']]
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] = cert === undefined ? ['--tls-key', '--tls-cert'] : ['--tls-cert', '--tls-key']
    throw new AppError('invalid', `${given} needs ${missing}`, { hint: 'give both: --tls-cert FILE --tls-key FILE' })
  }
  return {
    exposed: {
      host: String(values['host']),
      allowHosts: (values['allowHost'] ?? []) as string[],
      behindProxy: values['behindProxy'] === true,
    },
    ...(cert === undefined
      ? {}
      : { tlsFiles: { cert: resolve(io.cwd, String(cert)), key: resolve(io.cwd, String(key)) } }),
  }
}

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
    if (watches && !opened.demo) return await keepWatching(call, opened, { isBusy: () => server.isBusy() })
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
