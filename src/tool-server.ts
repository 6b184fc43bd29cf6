import type { AppSetup } from './app.ts'
import type { OpenedStore, ToolServing } from './cli/io.ts'
import { VERSION } from './domain/version.ts'
import type { ToolHost } from './mcp/host.ts'
import { answerFirst } from './mcp/first-reply.ts'
import type { ServerFactory } from './mcp/server.ts'
import { callerFromEnvironment } from './domain/caller-environment.ts'
import { OPERATIONS } from './operations/index.ts'

/** The process around a tool server. */
export interface ToolServerProcess {
  stdin: AsyncIterable<string | Uint8Array>
  stdout: { write(text: string): unknown }
  stderr: { write(text: string): unknown }
  processIds(): readonly number[]
  /** Starts the background process where hooks are at work and none runs. */
  startBackground?(): Promise<void>
  /** Lets go of standard input, so that nothing waits for it any more. */
  endInput(): void
}

/**
 * Serves tools until the client has gone, its process has died, or the signal is raised. The store is opened by the first call
 * that needs it.
 *
 * @throws AppError when the port is taken or the token cannot be read
 */
export async function serveTools(
  setup: AppSetup,
  surroundings: ToolServerProcess,
  { toolsets, http }: ToolServing,
): Promise<void> {
  const log = (line: string) => void surroundings.stderr.write(`daybook mcp: ${line}\n`)
  // Standard output belongs to the protocol, whoever prints.
  for (const method of ['log', 'info', 'debug'] as const)
    console[method] = (...words: unknown[]) => log(words.join(' '))
  let opening: Promise<OpenedStore> | undefined
  let hasAsked = false
  const folder = setup.machine.variables['CLAUDE_PROJECT_DIR'] || setup.cwd
  const host: ToolHost = {
    version: VERSION,
    catalogue: OPERATIONS,
    toolsets,
    open: async (access) => {
      opening ??= import('./app.ts').then(({ openDaybook }) => openDaybook(setup, 'own'))
      try {
        const opened = await opening
        await opened.takeIn()
        // A client is at work: its next start is answered more quickly. Once, and nothing waits for it.
        if (!hasAsked) void surroundings.startBackground?.().catch(() => {})
        hasAsked = true
        // Over standard input nobody is named, and nothing of HTTP is loaded.
        return access ? (await import('./http/access.ts')).openedFor(opened.context, access) : opened.context
      } catch (error) {
        // What was in the way may be gone at the next call.
        opening = undefined
        throw error
      }
    },
    caller: {
      ...callerFromEnvironment(setup.machine.variables),
      cwd: folder,
      get processIds() {
        return surroundings.processIds()
      },
    },
    log,
  }
  const factory = async (): Promise<ServerFactory> => (await import('./mcp/server.ts')).serverFactory(host)
  try {
    if (http === null) await overStdio(factory, setup, surroundings)
    else await overHttp(await factory(), setup, http.port, log)
  } finally {
    await (await opening?.catch(() => undefined))?.close()
  }
}

/** Clients speak as soon as they have started us; one that does not is waited for with the server loaded. */
const FIRST_MS = 10

async function overStdio(
  load: () => Promise<ServerFactory>,
  setup: AppSetup,
  surroundings: ToolServerProcess,
): Promise<void> {
  const { stdin, stdout } = surroundings
  // Before anything is said: whoever has heard us may be gone a moment later.
  const orphaned = new Promise<void>(watchParent)
  const { input, output } = await answerFirst({ input: stdin, output: stdout }, VERSION, FIRST_MS)
  const [factory, { serveStdio }, { StdioTransport }] = await Promise.all([
    load(),
    import('@modelcontextprotocol/server/stdio'),
    import('./mcp/stdio.ts'),
  ])
  // Told from others, not secret: loading `node:crypto` for it would take a tenth of the start.
  const connection = `mcp:${process.pid}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`
  const transport = new StdioTransport(input, output)
  const ended = new Promise<void>((resolve) => {
    void orphaned.then(resolve)
    setup.signal.addEventListener('abort', () => resolve(), { once: true })
    const handle = serveStdio((context) => factory(context, connection), {
      transport,
      onerror: (error) => void surroundings.stderr.write(`daybook mcp: ${error.message}\n`),
    })
    void transport.ended.then(async () => {
      await handle.close()
      resolve()
    })
  })
  if (setup.signal.aborted) return
  await ended
  surroundings.endInput()
}

const PARENT_CHECKED_MS = 2_000

/** A client killed at once may leave its pipe open in another process: then only the change of parent tells. */
function watchParent(gone: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid !== parent) gone()
  }, PARENT_CHECKED_MS)
  timer.unref()
}

async function overHttp(
  factory: ServerFactory,
  setup: AppSetup,
  port: number,
  log: (line: string) => void,
): Promise<void> {
  const [
    { httpFace },
    { toolAccess },
    { toolApp },
    { listen, LOOPBACK },
    { tokenFile },
    { readConfig },
    { makeDataDir },
  ] = await Promise.all([
    import('./mcp/http.ts'),
    import('./http/access.ts'),
    import('./http/tool-app.ts'),
    import('./http/listen.ts'),
    import('./config/own-token.ts'),
    import('./config/config.ts'),
    import('./config/places.ts'),
  ])
  const { dataDir } = (await readConfig(setup.machine, setup.cwd)).places
  makeDataDir(dataDir)
  const face = httpFace(factory, (error) => log(error.message))
  const app = toolApp({
    dataDir,
    now: setup.now,
    port: () => server.port,
    mcp: (request, access) => face.fetch(request, toolAccess(access)),
    log,
  })
  const server = await listen({
    host: LOOPBACK,
    port,
    command: 'daybook mcp --http',
    fetch: (request) => app.fetch(request),
  })
  log(`serving http://127.0.0.1:${server.port}/mcp; its token is in ${tokenFile(dataDir)}`)
  await new Promise<void>((resolve) => {
    if (setup.signal.aborted) resolve()
    setup.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await face.close()
  await server.close()
}
