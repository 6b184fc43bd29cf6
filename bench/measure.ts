import { spawn } from 'node:child_process'

/** What several runs of one thing took, in milliseconds. */
export interface Timing {
  medianMs: number
  p95Ms: number
  bestMs: number
  runs: number
}

export function timing(samples: number[]): Timing {
  const sorted = [...samples].sort((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { medianMs: at(0.5), p95Ms: at(0.95), bestMs: at(0), runs: sorted.length }
}

/** Runs something so many times and times each. */
export async function timed(runs: number, work: (run: number) => unknown): Promise<Timing> {
  const samples: number[] = []
  for (let run = 0; run < runs; run++) {
    const started = performance.now()
    await work(run)
    samples.push(performance.now() - started)
  }
  return timing(samples)
}

/** What a process of its own took and gave. */
export interface ChildRun {
  durationMs: number
  exitCode: number | null
  stdout: string
  stderr: string
}

/** Runs a program to its end. */
export async function runProgram(
  command: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<ChildRun> {
  const started = performance.now()
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { durationMs: performance.now() - started, exitCode, stdout, stderr }
}

/** Starts a program a few times, after one start that warms caches. @throws when it fails */
export async function timedProgram(runs: number, args: string[], options: ProgramOptions = {}): Promise<Timing> {
  const [only] = await timedPrograms(runs, [args], options)
  return only!
}

export interface ProgramOptions {
  env?: NodeJS.ProcessEnv
  cwd?: string
}

/** The same for several programs of Node, by turns, so that what else the machine does meets all of them alike. */
export async function timedPrograms(
  runs: number,
  programs: string[][],
  options: ProgramOptions = {},
): Promise<Timing[]> {
  const samples = programs.map((): number[] => [])
  for (let run = 0; run <= runs; run++) {
    for (const [i, args] of programs.entries()) {
      const { durationMs, exitCode, stderr } = await runProgram(process.execPath, args, options)
      if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}: ${stderr.slice(0, 300)}`)
      if (run > 0) samples[i]!.push(durationMs)
    }
  }
  return samples.map(timing)
}
