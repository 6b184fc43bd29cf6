import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { atMost, NotThere, type Figure } from '../figure.ts'
import { timedProgram } from '../measure.ts'
import { machineOf, ROOT } from '../product.ts'
import type { Row } from '../row.ts'

/** The bundle that people run. @throws NotThere before the first build */
export function builtBin(): string {
  const path = join(ROOT, 'dist', 'bin.js')
  if (!existsSync(path)) throw new NotThere('dist/bin.js is not built: npm run build')
  return path
}

/** Whole commands, from start to end of the process, on the store of this run. */
export const command: Row = {
  name: 'command',
  needsData: true,
  async measure({ history, data, floors, quick }) {
    const bin = builtBin()
    const figures: Figure[] = []
    for (const words of [['--version'], ['session', 'list', '--json'], ['usage', 'total', '--json']]) {
      const run = await timedProgram(quick ? 7 : 21, process.execPath, [bin, ...words], {
        env: machineOf(history.home, data),
      })
      const ratio = run.medianMs / floors.nodeStartMs
      figures.push({
        row: 'command',
        what: `daybook ${words.join(' ')}`,
        value: run.medianMs,
        unit: 'ms',
        floor: 'node -e 0',
        ratio,
        goal: atMost(ratio, 2.2, 'x node -e 0'),
      })
    }
    return figures
  },
}
