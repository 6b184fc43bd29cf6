import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AgentRun, CourseRun } from './run-agent.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FILE = join(ROOT, 'docs', 'agents-run.json')

/** A run as it is kept. */
export interface KeptRun extends AgentRun {
  /** What goes beyond one piece of work: a resume, a compaction, a crash; as far as the agent can be made to do it. */
  courses?: CourseRun[]
  at: string
  /** Of this program, when it ran; `+` behind it where files were changed since. */
  commit: string
  platform: string
  /** `none`: nothing but this machine could be reached. */
  network: 'none' | 'open'
  /** What the code was that it ran with: see `codeOf`. */
  code: string
}

/** Runs that are kept, one an agent. */
export function readRuns(): KeptRun[] {
  try {
    return (JSON.parse(readFileSync(FILE, 'utf8')) as { runs: KeptRun[] }).runs
  } catch {
    return []
  }
}

/** Keeps a run in place of the agent's last one. */
export function keepRun(run: KeptRun): void {
  const others = readRuns().filter(({ agent }) => agent !== run.agent)
  const runs = [...others, run].toSorted((a, b) => (a.agent < b.agent ? -1 : 1))
  writeFileSync(FILE, `${JSON.stringify({ runs }, null, 2)}\n`)
}

/**
 * SHA-256 of what a run of an agent tries: its own source, what sources share, the spool, the set-up. By content, so that it
 * is the same in a clone, a tarball and a tree with changes. Tests, fixtures and Markdown are not in it.
 */
export function codeOf(agent: string): string {
  const folders = ['src/spool', 'src/setup', `src/sources/${agent}`].flatMap((folder) => filesBelow(folder, true))
  const files = [...folders, ...filesBelow('src/sources', false)].filter(isCode).toSorted()
  const hash = createHash('sha256')
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0')
  return hash.digest('hex').slice(0, 16)
}

function filesBelow(folder: string, recursive: boolean): string[] {
  return readdirSync(join(ROOT, folder), { recursive, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length).replaceAll('\\', '/'))
}

function isCode(path: string): boolean {
  return /\.[jt]s$/.test(path) && !/\.(?:test|contract)\.ts$|\/fixtures\//.test(path)
}
