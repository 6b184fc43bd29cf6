import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { compare, type Difference } from './compare.ts'
import { buildHome, manyFiles, ORDERS, type Order } from './home.ts'
import { report, type Outcome } from './report.ts'
import { commandTool, daybook, scriptTool, type Tool } from './tool.ts'
import { readTraps, totalsOf, type Totals, type Trap } from './trap.ts'

const HELP = `npm run traps -- [options]
  --command TEXT   the tool to try, as a shell command: 'mytool --json {home}'; without it, Daybook
  --adapter FILE   the same as a script for Node, which is given the home folder
  --only TEXT      only traps with this in their agent or folder: codex, fork
  --order WORD     files written first to last by name (first), or last to first (last); default both
  --build FOLDER   only write the homes there, one for each trap and all/, and run nothing
  --json           the outcomes as JSON
The tool prints one JSON object with any of the totals that traps/README.md names. Exit code 1: a trap caught it.
`

const { values } = parseArgs({
  options: {
    command: { type: 'string' },
    adapter: { type: 'string' },
    only: { type: 'string' },
    order: { type: 'string', default: 'both' },
    build: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(HELP)
else await main()

async function main(): Promise<void> {
  const { only = '' } = values
  const traps = readTraps().filter(({ agent, slug }) => `${agent}/${slug}`.includes(only))
  const orders = ORDERS.filter((order) => values.order === 'both' || values.order === order)
  if (traps.length === 0) throw new Error(`no trap has ${JSON.stringify(only)} in its name`)
  if (orders.length === 0) throw new Error(`--order ${JSON.stringify(values.order)} is none of first, last, both`)
  if (values.build !== undefined) {
    const into = resolve(values.build)
    for (const trap of traps) buildHome([trap], join(into, trap.agent, trap.slug), orders[0]!)
    buildHome(traps, join(into, 'all'), orders[0]!)
    process.stderr.write(`${traps.length + 1} homes in ${into}\n`)
    return
  }
  const outcomes: Outcome[] = []
  for (const trap of traps) {
    outcomes.push(await tried(toolOf(), trap.name, [trap], trap.expected, orders, trap))
    if (process.stderr.isTTY) process.stderr.write(`\r${outcomes.length}/${traps.length} `)
  }
  if (traps.length > 1) outcomes.push(await tried(toolOf(), 'all in one home', traps, totalsOf(traps), orders))
  process.stdout.write(values.json ? `${JSON.stringify(outcomes, null, 2)}\n` : report(outcomes))
  process.exitCode = outcomes.every(({ passed }) => passed) ? 0 : 1
}

function toolOf(): Tool {
  if (values.command !== undefined) return commandTool(values.command)
  return values.adapter === undefined ? daybook : scriptTool(resolve(values.adapter))
}

async function tried(
  tool: Tool,
  name: string,
  traps: readonly Trap[],
  expected: Totals,
  orders: readonly Order[],
  trap?: Trap,
): Promise<Outcome> {
  const differences: (Difference & { order: Order })[] = []
  const known = { agent: trap?.agent, slug: trap?.slug, story: trap?.story, known: trap?.known }
  for (const order of manyFiles(traps) ? orders : orders.slice(0, 1)) {
    const home = mkdtempSync(join(tmpdir(), 'traps-'))
    try {
      buildHome(traps, home, order)
      const counted = await tool(home)
      for (const difference of compare(expected, counted)) differences.push({ ...difference, order })
    } catch (error) {
      return {
        name,
        ...known,
        passed: false,
        differences,
        error: error instanceof Error ? error.message : String(error),
      }
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  }
  return { name, ...known, passed: differences.length === 0, differences }
}
