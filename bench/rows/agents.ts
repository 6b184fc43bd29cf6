import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { AGENTS, generateAgentHistory } from '../agents/history.ts'
import type { Figure } from '../figure.ts'
import { scanInChild, type ScanRun } from '../product.ts'
import type { Row } from '../row.ts'

/**
 * A cold scan of the same conversations as each agent writes them down, each alone. How often an agent repeats itself makes
 * its transcripts large or small; so what a store takes is set against what it takes of Claude Code's.
 */
export const agents: Row = {
  name: 'agents',
  async measure({ kept, scratch, quick, floors }) {
    const figures: Figure[] = []
    const bare = (floors.parseMs + floors.rowsMs + floors.compressMs) / floors.bytes
    let claude: ScanRun | undefined
    for (const agent of Object.keys(AGENTS)) {
      const home = generateAgentHistory(kept, agent, quick ? 10e6 : 60e6)
      const data = join(scratch, `${agent}-data`)
      const run = await scanInChild(home, data)
      rmSync(data, { recursive: true })
      // The first of them.
      claude ??= run
      const speed = (ms: number): number => run.bytes / 1e3 / ms
      const floor = 'that of Claude Code’s'
      figures.push(
        {
          row: 'agents',
          what: `${agent}, visible`,
          value: speed(run.visibleMs),
          unit: 'MB/s',
          floor: 'parse, rows and zstd of Claude Code’s, by size',
          ratio: run.visibleMs / (bare * run.bytes),
        },
        { row: 'agents', what: `${agent}, searchable`, value: speed(run.searchableMs), unit: 'MB/s' },
        {
          row: 'agents',
          what: `${agent}, CPU of all threads`,
          value: run.cpuMs,
          unit: 'ms',
          floor,
          ratio: run.cpuMs / claude.cpuMs,
        },
        { row: 'agents', what: `${agent}, store over transcripts`, value: run.storeBytes / run.bytes, unit: 'x' },
        {
          row: 'agents',
          what: `${agent}, store`,
          value: run.storeBytes / 1e6,
          unit: 'MB',
          floor,
          ratio: run.storeBytes / claude.storeBytes,
        },
      )
    }
    return figures
  },
}
