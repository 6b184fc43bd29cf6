import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { runningNote } from '../src/background/note.ts'
import type { Asked, Done } from './agent-process.ts'
import { type TestHome, testHome } from './home.ts'

const PROGRAM = fileURLToPath(new URL('../dist/bin.js', import.meta.url))
const AGENT_PROCESS = fileURLToPath(new URL('agent-process.ts', import.meta.url))

/** How an agent calls what `daybook setup` wrote for it, and what it takes from the answer. */
interface Form {
  /** Its file of settings, below the home. */
  file: string
  /** The command line of an event, as its settings have it. */
  command(settings: never, event: string): string
  shell: string
  events: { start: string; tool: string; end: string | null }
  said(session: string, cwd: string, source: string): object
  /** What its model is told. */
  told(answer: never): string
}

interface Groups {
  hooks: Record<string, [{ hooks: [{ command: string }] }]>
}
const groups = {
  command: (settings: Groups, event: string) => settings.hooks[event]![0].hooks[0].command,
  said: (session: string, cwd: string, source: string) => ({ session_id: session, cwd, source }),
  told: (answer: { hookSpecificOutput: { additionalContext: string } }) => answer.hookSpecificOutput.additionalContext,
}
const events = { start: 'SessionStart', tool: 'PreToolUse', end: 'SessionEnd' }

const FORMS: Readonly<Record<string, Form>> = {
  'claude-code': { ...groups, file: '.claude/settings.json', shell: '/bin/sh', events },
  codex: { ...groups, file: '.codex/hooks.json', shell: '/bin/sh', events: { ...events, end: null } },
  gemini: { ...groups, file: '.gemini/settings.json', shell: '/bin/bash', events: { ...events, tool: 'BeforeTool' } },
  copilot: {
    file: '.copilot/hooks/daybook.json',
    shell: '/bin/bash',
    events: { start: 'sessionStart', tool: 'preToolUse', end: 'sessionEnd' },
    command: (settings: { hooks: Record<string, [{ bash: string }]> }, event: string) => settings.hooks[event]![0].bash,
    said: (session, cwd, source) => ({ sessionId: session, cwd, source: source === 'startup' ? 'new' : source }),
    told: (answer: { additionalContext: string }) => answer.additionalContext,
  },
}
const PLUGIN = '.config/opencode/plugins/daybook.js'

export const AGENTS = [...Object.keys(FORMS), 'opencode'] as const

/** A machine of its own with the built program, set up for all agents that have hooks. */
export interface Installed {
  home: TestHome
  dataDir: string
  /** The built program. */
  program: string
  /** What every program has around it. */
  env: Readonly<Record<string, string>>
  project(name: string): string
  /** Starts an agent's process in a project. */
  agent(id: string, cwd: string): Agent
  /** The command line that set-up wrote for an event, and the shell that the agent gives it to. */
  command(agent: string, event: string): { shell: string; line: string }
  /** The events that set-up wrote for an agent. */
  events(agent: string): string[]
  /** A person's command, with what it answers as JSON. */
  ask(cwd: string, ...words: string[]): unknown
  /** Starts the background process and waits until it says that it is there. */
  background(): Promise<ChildProcess>
  remove(): Promise<void>
}

/** A process of an agent with one session at a time. */
export interface Agent {
  id: string
  pid: number
  /** The session that it is in, by its own id. */
  session: string
  /**
   * Begins or goes on with a session: the agent calls its hook. The answer comes within a second or not at all: on a machine
   * that is too busy for it the start is told again.
   *
   * @returns what its model is told
   */
  start(source: string): Promise<string>
  /** Calls a tool. */
  tool(command: string): Promise<void>
  daybook(...words: string[]): Promise<{ code: number | null; reply: Record<string, unknown> }>
  /** Ends as it does when its work is done, with what it tells then. */
  end(): Promise<void>
  /** kill -9. */
  kill(): Promise<void>
}

/** So often a start is told. */
const MOST_STARTS = 25

export function installed(): Installed {
  const home = testHome()
  const env = { HOME: home.path, PATH: '/usr/bin:/bin', USER: 'ada', DAYBOOK_BACKGROUND_IDLE_MINUTES: '0' }
  const dataDir = join(home.path, '.local/share/daybook')
  const running: ChildProcess[] = []
  const daybook = (cwd: string, words: readonly string[]): string => {
    const done = spawnSync(process.execPath, [PROGRAM, ...words], { cwd, env, encoding: 'utf8' })
    if (done.status !== 0) throw new Error(`daybook ${words.join(' ')}: ${done.status} ${done.stderr}${done.stdout}`)
    return done.stdout
  }
  daybook(home.path, ['setup', ...AGENTS, '--yes'])
  return {
    home,
    dataDir,
    program: PROGRAM,
    env,
    project(name) {
      mkdirSync(join(home.path, name), { recursive: true })
      return join(home.path, name)
    },
    agent(id, cwd) {
      const made = agentProcess(id, home.path, cwd, env)
      running.push(made.child)
      return made.agent
    },
    command: (agent, event) => commandOf(FORMS[agent]!, home.path, event),
    events: (agent) => Object.keys((settingsOf(FORMS[agent]!, home.path) as { hooks: object }).hooks),
    ask: (cwd, ...words) => JSON.parse(daybook(cwd, [...words, '--json'])),
    async background() {
      const child = spawn(process.execPath, [PROGRAM, 'background'], { env, stdio: 'ignore' })
      running.push(child)
      for (let i = 0; i < 600 && runningNote(dataDir)?.processId !== child.pid; i++) await wait(50)
      return child
    },
    async remove() {
      for (const child of running) await killed(child)
      home.remove()
    },
  }
}

function commandOf(form: Form, home: string, event: string): { shell: string; line: string } {
  return { shell: form.shell, line: form.command(settingsOf(form, home) as never, event) }
}

function settingsOf({ file }: Form, home: string): unknown {
  return JSON.parse(readFileSync(join(home, file), 'utf8'))
}

let sessions = 0

function agentProcess(
  id: string,
  home: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): { agent: Agent; child: ChildProcess } {
  const form = FORMS[id]
  const words = form === undefined ? [AGENT_PROCESS, join(home, PLUGIN)] : [AGENT_PROCESS]
  const child = spawn(process.execPath, words, { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (asked: Asked): Promise<Done> => {
    child.stdin.write(`${JSON.stringify(asked)}\n`)
    const { value } = (await lines.next()) as { value: string }
    return JSON.parse(value) as Done
  }
  const calls = form === undefined ? pluginCalls(ask) : hookCalls(form, home, cwd, ask)
  const agent: Agent = {
    id,
    pid: child.pid!,
    session: '',
    async start(source) {
      if (source === 'startup' || source === 'clear') agent.session = `${id}-${++sessions}`
      for (let i = 0; i < MOST_STARTS; i++) {
        const told = await calls.start(agent.session, source)
        if (told !== '') return told
        // A plugin tells of a session's start once.
        if (form === undefined) agent.session = `${id}-${++sessions}`
      }
      throw new Error(`${id} was told nothing at ${MOST_STARTS} starts`)
    },
    tool: (command) => calls.tool(agent.session, command),
    async daybook(...said) {
      const { status, stdout } = await ask({ run: [process.execPath, PROGRAM, ...said, '--json'] })
      return { code: status, reply: JSON.parse(stdout) as Record<string, unknown> }
    },
    async end() {
      await calls.end(agent.session)
      child.stdin.end()
      await over(child)
    },
    kill: () => killed(child),
  }
  return { agent, child }
}

interface Calls {
  start(session: string, source: string): Promise<string>
  tool(session: string, command: string): Promise<void>
  end(session: string): Promise<void>
}

/** An agent that starts a program for each event. Whatever happens, that ends with 0 and says nothing on standard error. */
function hookCalls(form: Form, home: string, cwd: string, ask: (asked: Asked) => Promise<Done>): Calls {
  const tell = async (event: string, said: object): Promise<string> => {
    const { shell, line } = commandOf(form, home, event)
    const { status, stdout, stderr } = await ask({ run: [shell, '-c', line], input: JSON.stringify(said) })
    if (status !== 0 || stderr !== '') throw new Error(`${event} ended with ${status}: ${stderr}`)
    return stdout
  }
  return {
    async start(session, source) {
      const answer = await tell(form.events.start, form.said(session, cwd, source))
      return answer === '' ? '' : form.told(JSON.parse(answer) as never)
    },
    async tool(session, command) {
      const call = { tool_name: 'Bash', tool_input: { command }, toolName: 'bash', toolArgs: { command } }
      await tell(form.events.tool, { ...form.said(session, cwd, ''), ...call })
    },
    async end(session) {
      if (form.events.end !== null) await tell(form.events.end, { ...form.said(session, cwd, ''), reason: 'other' })
    },
  }
}

/** OpenCode has loaded our plugin into its own process, which tells of the end by itself. */
function pluginCalls(ask: (asked: Asked) => Promise<Done>): Calls {
  return {
    async start(sessionID, source) {
      if (source === 'compact') {
        const compacting = { hook: 'experimental.session.compacting', given: [{ sessionID }, { context: [] }] }
        return ((await ask(compacting)).given![1] as { context: string[] }).context[0] ?? ''
      }
      const created = { event: { type: 'session.created', properties: { info: { id: sessionID } } } }
      if (source !== 'resume') await ask({ hook: 'event', given: [created] })
      const message = { message: { id: 'msg_1' }, parts: [{ id: 'prt_0001', type: 'text', text: 'Go on' }] }
      const { given } = await ask({ hook: 'chat.message', given: [{ sessionID }, message] })
      return (given![1] as { parts: { text: string; synthetic?: boolean }[] }).parts[1]?.text ?? ''
    },
    async tool(sessionID, command) {
      await ask({ hook: 'tool.execute.before', given: [{ tool: 'bash', sessionID }, { args: { command } }] })
    },
    end: () => Promise.resolve(),
  }
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await over(child)
}

async function over(child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) await wait(20)
}
