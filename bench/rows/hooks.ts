import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { captureScript } from '../../src/spool/capture-script.ts'
import { type Figure, atMost } from '../figure.ts'
import { timing } from '../measure.ts'
import { machineOf } from '../product.ts'
import type { BenchContext, Row } from '../row.ts'
import { builtBin } from './command.ts'

/** What a hook adds to an agent's turn: events that are kept, and a start that is answered, beside a shell that does nothing. */
export const hooks: Row = {
  name: 'hooks',
  async measure({ scratch, quick }: BenchContext): Promise<Figure[]> {
    const home = mkdtempSync(join(scratch, 'hooks-'))
    const data = join(home, 'data')
    mkdirSync(data)
    const env = { ...machineOf(home, data), DAYBOOK_BACKGROUND_IDLE_MINUTES: '0' }
    const script = join(home, 'capture.sh')
    writeFileSync(script, captureScript({ dataDir: data, dataHome: true, program: [process.execPath, builtBin()] }))
    const runs = quick ? 40 : 200
    const bare: number[] = []
    const told = (event: string, count: number): number[] => {
      const took: number[] = []
      for (let run = 0; run < count; run++) {
        bare.push(timeOf(['-c', ':'], '', env))
        took.push(timeOf([script, 'claude-code', event], said(event, run, home), env))
        if (event !== 'SessionStart') continue
        if (spawnSync('/bin/sh', [script, 'claude-code', 'Stop'], { input: said('Stop', run, home), env }).status !== 0)
          throw new Error('a hook failed')
      }
      return took
    }
    try {
      const captured = told('PostToolUse', runs)
      rmSync(join(data, 'spool'), { recursive: true })
      const alone = told('SessionStart', Math.round(runs / 5))
      const server = spawn(process.execPath, [builtBin(), 'background'], { env, stdio: 'ignore' })
      try {
        await until(() => noteOf(data) === String(server.pid))
        const asked = told('SessionStart', runs)
        const resident = residentBytes(server.pid ?? 0) / 1e6
        const over = timing(bare).p95Ms
        const figure = (what: string, samples: number[], goalMs: number): Figure => {
          const value = timing(samples).p95Ms - over
          return {
            row: 'hooks',
            what,
            value,
            unit: 'ms',
            floor: 'sh -c :',
            ratio: (value + over) / over,
            goal: atMost(value, goalMs, 'ms'),
          }
        }
        return [
          figure('an event is kept, p95 over sh -c :', captured, 10),
          figure('a start is answered, p95 over sh -c :', asked, 25),
          figure('the same without the background process', alone, 900),
          {
            row: 'hooks',
            what: 'memory of the background process',
            value: resident,
            unit: 'MB',
            goal: atMost(resident, 100, 'MB'),
          },
        ]
      } finally {
        server.kill('SIGTERM')
        await new Promise((resolve) => server.once('close', resolve))
      }
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  },
}

function said(event: string, run: number, home: string): string {
  return JSON.stringify({
    session_id: `s${run % 20}`,
    cwd: home,
    hook_event_name: event,
    source: 'startup',
    tool_name: 'Bash',
    tool_input: { command: 'npm test' },
  })
}

function timeOf(words: string[], input: string, env: NodeJS.ProcessEnv): number {
  const started = performance.now()
  const { status } = spawnSync('/bin/sh', words, { input, env })
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}`)
  return performance.now() - started
}

function noteOf(data: string): string | undefined {
  try {
    return readFileSync(join(data, 'background'), 'utf8').split(' ')[0]
  } catch {
    return undefined
  }
}

async function until(there: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !there(); i++) await wait(25)
  if (!there()) throw new Error('the background process did not start')
}

/** As Linux counts it; nothing elsewhere. */
function residentBytes(pid: number): number {
  const status = process.platform === 'linux' ? readFileSync(`/proc/${pid}/status`, 'utf8') : ''
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024
}
