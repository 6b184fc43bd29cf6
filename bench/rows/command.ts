import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { atMost, NotThere, type Figure } from '../figure.ts'
import { largeStore } from '../large-store.ts'
import { timedPrograms } from '../measure.ts'
import { machineOf, ROOT } from '../product.ts'
import type { BenchContext, Row } from '../row.ts'

const COMMANDS = [
  ['--version'],
  ['session', 'list', '--json'],
  ['usage', 'total', '--json'],
  ['usage', 'daily', '--json'],
  ['search', 'error', '--json'],
]

/** The bundle that people run. @throws NotThere before the first build */
export function builtBin(): string {
  const path = join(ROOT, 'dist', 'bin.js')
  if (!existsSync(path)) throw new NotThere('dist/bin.js is not built: npm run build')
  return path
}

/** Whole commands, from start to end of the process, on the store of this run and on a million entries. */
export const command: Row = {
  name: 'command',
  needsData: true,
  async measure(context) {
    const figures = await commands(context, context.data, COMMANDS, '')
    // The large store has no text to be found.
    const unread = COMMANDS.filter(([word]) => word !== 'search')
    if (context.large)
      figures.push(...(await commands(context, await largeStore(context.kept), unread, ', 1 M entries')))
    return figures
  },
}

/** Each beside an empty program that is started in turn with it. */
async function commands(
  { history, quick }: BenchContext,
  data: string,
  list: string[][],
  on: string,
): Promise<Figure[]> {
  const programs = [['-e', '0'], ...list.map((words) => [builtBin(), ...words])]
  const [empty, ...runs] = await timedPrograms(quick ? 7 : 21, programs, { env: machineOf(history.home, data) })
  return runs.map((run, i) => {
    const words = list[i] ?? []
    const ratio = run.medianMs / empty!.medianMs
    return {
      row: 'command',
      what: `daybook ${words.join(' ')}${on}`,
      value: run.medianMs,
      unit: 'ms',
      floor: 'node -e 0',
      ratio,
      // Searching has a goal of its own.
      ...(words[0] === 'search' ? {} : { goal: atMost(ratio, 2.2, 'x node -e 0') }),
    }
  })
}
