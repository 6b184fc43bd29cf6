import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spoolFolder } from '../spool/spool.ts'
import { type SetupSource, planSetup } from './plan.ts'
import { type SetupPlace, setupWords } from './words.ts'

/** What a dry run of one agent's set-up showed. */
export interface Checked {
  agent: string
  /** Files that are not as set-up would write them. */
  differing: string[]
  /** How long a hook took; null when it left no event. */
  hookMs: number | null
  /** How long the tool server took to answer for the first time and end; null when it did not. */
  toolsMs: number | null
  remarks: string[]
  /** Its plugin does it, and set-up wrote nothing. */
  packaged: boolean
  /** Both do it. */
  twice: boolean
}

const LONGEST_MS = 30_000

/** Runs a hook and the tool server as the agent would, on a data folder that is thrown away, and compares its files. */
export function checkSetup(source: SetupSource, place: SetupPlace): Checked {
  const plan = planSetup([source], place)
  const scratch = mkdtempSync(join(tmpdir(), 'daybook-check-'))
  try {
    return {
      agent: source.id,
      differing: plan.changes.map(({ path }) => path),
      hookMs: plan.packaged.length > 0 ? null : hookMs(source, place, scratch),
      toolsMs: toolsMs(place, scratch),
      remarks: plan.remarks.map(({ says }) => says),
      packaged: plan.packaged.length > 0,
      twice: plan.twice.length > 0,
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function hookMs(source: SetupSource, place: SetupPlace, scratch: string): number | null {
  const [event = ''] = Object.entries(source.hooks?.events ?? {}).find(([, kind]) => kind === 'stop') ?? []
  const startedMs = performance.now()
  const { status } = spawnSync(setupWords(place).hook(source.id, event), {
    shell: true,
    input: JSON.stringify({ session_id: 'check', sessionId: 'check' }),
    env: { ...place.env.variables, DAYBOOK_HOME: scratch },
    timeout: LONGEST_MS,
  })
  const tookMs = Math.round(performance.now() - startedMs)
  return status === 0 && filesIn(spoolFolder(scratch)) === 1 ? tookMs : null
}

function filesIn(folder: string): number {
  try {
    return readdirSync(folder).length
  } catch {
    return 0
  }
}

function toolsMs(place: SetupPlace, scratch: string): number | null {
  const { command, args } = setupWords(place).mcp
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'check', version: '1' } }
  const startedMs = performance.now()
  const { stdout } = spawnSync(command, args, {
    input: `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`,
    env: { ...place.env.variables, DAYBOOK_HOME: scratch },
    timeout: LONGEST_MS,
    encoding: 'utf8',
  })
  return /"serverInfo"/.test(stdout ?? '') ? Math.round(performance.now() - startedMs) : null
}
