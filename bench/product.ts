import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OpenedStore } from '../src/cli/io.ts'
import type { BareRun } from './bare-scan.ts'
import { buildProgram } from './built.ts'
import { NotThere } from './figure.ts'
import { runProgram } from './measure.ts'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** What a process needs to believe that this is a machine of its own. */
export function machineOf(home: string, data: string): NodeJS.ProcessEnv {
  const { PATH, DAYBOOK_BENCH_NODE_OPTIONS } = process.env
  return {
    PATH,
    HOME: home,
    DAYBOOK_HOME: data,
    TZ: 'UTC',
    ...(DAYBOOK_BENCH_NODE_OPTIONS === undefined ? {} : { NODE_OPTIONS: DAYBOOK_BENCH_NODE_OPTIONS }),
  }
}

/** The product in this process, on a machine made of two folders. */
export async function openProduct(
  home: string,
  data: string,
  signal = new AbortController().signal,
): Promise<OpenedStore> {
  const { openDaybook } = await import('../src/app.ts')
  const machine = { home, platform: process.platform, variables: machineOf(home, data) }
  return openDaybook({ machine, cwd: home, now: Date.now, signal }, 'own')
}

/** What a scan in a process of its own took. */
export interface ScanRun {
  /** Until every row and every usage figure can be queried. */
  visibleMs: number
  /** Until every entry can be found. */
  searchableMs: number
  /** Until the index is in one piece and pages are filled: the scan ends. */
  endedMs: number
  /** Processor time of all threads until then. */
  cpuMs: number
  /** Most memory the process held. */
  peakBytes: number
  files: number
  bytes: number
  entries: number
  storeBytes: number
}

/**
 * The same threads with nothing of the product in them, with one and with two that read: the better of both.
 *
 * @param store a finished one whose rows are written instead of plain ones
 * @param reading `ours`: with the product's own reading as well
 */
export async function scanBare(home: string, scratch: string, store?: string, reading?: 'ours'): Promise<BareRun> {
  const script = await buildProgram(ROOT, 'bare-scan', join(ROOT, 'bench', 'out', 'built'))
  const runs: BareRun[] = []
  for (const readers of ['1', '2']) {
    const data = join(scratch, 'bare')
    mkdirSync(data)
    const more = [store, reading].filter((word) => word !== undefined)
    const run = await runProgram(process.execPath, [script, home, data, readers, ...more], {
      env: machineOf(home, data),
      cwd: ROOT,
    })
    rmSync(data, { recursive: true })
    if (run.exitCode !== 0) throw new NotThere(`the bare scan ended with ${run.exitCode}: ${run.stderr.slice(0, 200)}`)
    runs.push(JSON.parse(run.stdout) as BareRun)
  }
  return runs.reduce((best, run) => (run.searchableMs < best.searchableMs ? run : best))
}

/** Scans in a fresh process. @throws NotThere when the product cannot do it yet */
export async function scanInChild(home: string, data: string): Promise<ScanRun> {
  const script = await buildProgram(ROOT, 'scan-child', join(ROOT, 'bench', 'out', 'built'))
  const run = await runProgram(process.execPath, [script, home, data], { env: machineOf(home, data), cwd: ROOT })
  if (run.exitCode !== 0) {
    const reason = run.stderr.split('\n').find((line) => /Error/.test(line)) ?? run.stderr.slice(0, 200)
    throw new NotThere(`the scan ended with ${run.exitCode}: ${reason}`)
  }
  return JSON.parse(run.stdout) as ScanRun
}
