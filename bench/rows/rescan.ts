import { join } from 'node:path'
import { atMost } from '../figure.ts'
import { timed, timedPrograms } from '../measure.ts'
import { machineOf, openProduct, ROOT } from '../product.ts'
import type { Row } from '../row.ts'
import { builtBin } from './command.ts'

/** Nothing has changed since the last scan. */
export const rescan: Row = {
  name: 'warm rescan',
  needsData: true,
  async measure({ history, data, quick }) {
    const product = await openProduct(history.home, data)
    const warm = await timed(quick ? 10 : 30, async () => {
      const report = await product.engines.scan({})
      if (report.filesRead > 0) throw new Error(`a rescan of nothing new read ${report.filesRead} files`)
    })
    await product.close()
    const programs = [
      ['-e', '0'],
      [builtBin(), 'scan', '--json'],
    ]
    const [empty, command] = await timedPrograms(quick ? 5 : 15, programs, {
      env: machineOf(history.home, data),
      cwd: join(ROOT, 'bench'),
    })
    return [
      {
        row: 'warm rescan',
        what: `in process, ${history.files} files`,
        value: warm.medianMs,
        unit: 'ms',
        goal: atMost(warm.medianMs, 40, 'ms'),
      },
      {
        row: 'warm rescan',
        what: 'as a command',
        value: command!.medianMs,
        unit: 'ms',
        floor: 'node -e 0',
        ratio: command!.medianMs / empty!.medianMs,
        goal: atMost(command!.medianMs, 100, 'ms'),
      },
    ]
  },
}
