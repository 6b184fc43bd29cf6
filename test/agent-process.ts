import { spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'

/** What the process is told to do; it answers each line with one of its own. */
export type Asked =
  /** A program of its own, as an agent's hook or a command that its model calls. */
  | { run: readonly string[]; input?: string }
  /** A hook of the plugin that it has loaded. */
  | { hook: string; given: unknown[] }

/** What came of it: what a program printed, or what a plugin made of what it was given. */
export interface Done {
  status: number | null
  stdout: string
  stderr: string
  given?: unknown[]
}

type Plugin = { Daybook(place: { directory: string }): Promise<Record<string, (...given: unknown[]) => unknown>> }

/**
 * A coding agent as far as others see it: a process that stands in a project and starts programs. `installed-agents.ts` starts it,
 * with the plugin to load as its only word, if there is one.
 */
async function stand([plugin]: readonly string[]): Promise<void> {
  const loaded =
    plugin === undefined ? {} : await ((await import(plugin)) as Plugin).Daybook({ directory: process.cwd() })
  for await (const line of createInterface({ input: process.stdin })) {
    const done = await work(JSON.parse(line) as Asked, loaded)
    process.stdout.write(`${JSON.stringify(done)}\n`)
  }
  process.exit()
}

async function work(asked: Asked, loaded: Awaited<ReturnType<Plugin['Daybook']>>): Promise<Done> {
  if ('hook' in asked) {
    await loaded[asked.hook]?.(...asked.given)
    return { status: 0, stdout: '', stderr: '', given: asked.given }
  }
  const [program = '', ...words] = asked.run
  const { status, stdout, stderr } = spawnSync(program, words, { input: asked.input ?? '', encoding: 'utf8' })
  return { status, stdout, stderr }
}

if (process.argv[1] === import.meta.filename) await stand(process.argv.slice(2))
