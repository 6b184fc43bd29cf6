import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { AppError, shownValue } from '../../domain/errors.ts'
import { type Continued, continueSession } from '../../operations/session-continue.ts'
import { type Call, defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { sessionName } from '../print/common.ts'
import { command, meta, subject } from '../text.ts'
import { quote } from '../view.ts'

/** `daybook continue`: prints what starts the agent that goes on, or starts it. */
export const continueIn = defineCommand({
  fields: [
    field('session', 'text', 'a session; the one you are in, or the one active last here, when left out'),
    field('with', 'text', 'the agent that goes on, as in codex; its own agent when left out'),
    field('run', 'boolean', 'start it here, in this terminal'),
  ],
  args: ['session'],
  examples: [
    { command: 'daybook continue 3', says: 'in its own agent, where it left off' },
    { command: 'daybook continue 3 --with codex', says: 'in another agent, with a handoff' },
  ],
  seeAlso: ['session handoff', 'handoff accept', 'resume', 'fleet'],
  async run(call) {
    const { context } = await call.open()
    const { session, with: agent, run } = call.values
    const input = { session: session as string | undefined, with: agent as string | undefined, alone: false }
    const told = await continueSession.handle(context, input)
    if (run === true) return start(call, told)
    print(call, told)
    return EXIT.ok
  },
})

function print({ out, json, io }: Call, told: Continued): void {
  if (json) return out.json(told)
  const line = told.command.map(quote).join(' ')
  const there = told.cwd === null || told.cwd === io.cwd ? line : `cd ${quote(told.cwd)} && ${line}`
  if (!out.terminal) return out.line(there)
  const name = sessionName(told.session)
  out.line(
    subject(name),
    told.handoff === null ? ' goes on in its own agent:' : ' is handed over to whoever runs this:',
  )
  out.line('  ', command(there))
  out.line(meta(`or here and now: daybook continue ${name} --with ${told.agent} --run`))
}

/** @throws AppError where the agent or the folder is not there */
async function start({ io, err }: Call, { command: words, cwd }: Continued): Promise<number> {
  const [program = '', ...rest] = words
  const path = programFile(program, io.machine.variables['PATH'] ?? '')
  if (path === undefined) {
    throw new AppError('not_found', `${shownValue(program)} is in no folder of PATH`, { hint: 'daybook agents' })
  }
  if (cwd !== null && !(existsSync(cwd) && statSync(cwd).isDirectory())) {
    throw new AppError('not_found', `the folder ${cwd} is not there any more`, { hint: 'daybook project list' })
  }
  err.line(meta(`starting ${program} in ${cwd ?? io.cwd}`))
  const child = spawn(path, rest, { cwd: cwd ?? io.cwd, stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? EXIT.failed))
  })
}

/** Only where PATH says so in full: the folder it is started in is somebody else's. */
function programFile(program: string, path: string): string | undefined {
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder))
  return folders.map((folder) => join(folder, program)).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
