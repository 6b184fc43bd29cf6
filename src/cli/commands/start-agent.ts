import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { programFile } from '../../config/program-file.ts'
import { AppError, shownValue } from '../../domain/errors.ts'
import type { Continued } from '../../operations/session-continue.ts'
import type { Call } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { meta } from '../text.ts'

/**
 * Starts the agent that goes on, in the session's folder and this terminal, and waits for its end. Ctrl C ends it too. With
 * `--json` what it prints goes to standard error.
 *
 * @returns its exit code
 * @throws AppError `not_found` where the agent or the folder is not there
 */
export async function startAgent({ io, err, json }: Call, { command, cwd }: Continued): Promise<number> {
  const [program = '', ...words] = command
  const folder = cwd ?? io.cwd
  const path = programFile(program, io.machine, folder)
  if (path === undefined) {
    throw new AppError('not_found', `${shownValue(program)} is in no folder of PATH`, { hint: 'daybook agents' })
  }
  if (!(existsSync(folder) && statSync(folder).isDirectory())) {
    throw new AppError('not_found', `the folder ${folder} is not there any more`, { hint: 'daybook project list' })
  }
  err.line(meta(`starting ${program} in ${folder}`))
  const child = spawn(path, words, { cwd: folder, stdio: ['inherit', json ? 2 : 'inherit', 'inherit'] })
  const end = () => void child.kill('SIGTERM')
  io.signal.addEventListener('abort', end)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve(code ?? EXIT.failed))
    })
  } finally {
    io.signal.removeEventListener('abort', end)
  }
}
