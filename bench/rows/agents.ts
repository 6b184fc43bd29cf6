import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { AGENTS, generateAgentHistory } from '../agents/history.ts'
import type { Figure } from '../figure.ts'
import { scanInChild } from '../product.ts'
import type { Row } from '../row.ts'

/** A cold scan of every other agent's history, each alone: speed, and size of the store. */
export const agents: Row = {
  name: 'agents',
  async measure({ kept, scratch, quick, floors }) {
    const figures: Figure[] = []
    const bare = (floors.parseMs + floors.rowsMs + floors.compressMs) / floors.bytes
    for (const agent of Object.keys(AGENTS)) {
      const home = generateAgentHistory(kept, agent, quick ? 10e6 : 60e6)
      const data = join(scratch, `${agent}-data`)
      const run = await scanInChild(home, data)
      rmSync(data, { recursive: true })
      const speed = (ms: number): number => run.bytes / 1e3 / ms
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
        { row: 'agents', what: `${agent}, store over transcripts`, value: run.storeBytes / run.bytes, unit: 'x' },
      )
    }
    return figures
  },
}
