import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { multiplyCorpus } from './corpus.ts'
import type { Figure } from './figure.ts'
import { measureFloors, type Floors } from './floors.ts'
import { generateHistory, shapeOf } from './generate.ts'
import { measurePeer } from './peers.ts'
import { ROOT } from './product.ts'
import type { BenchContext, Row } from './row.ts'
import { agents } from './rows/agents.ts'
import { append } from './rows/append.ts'
import { coldScan } from './rows/cold-scan.ts'
import { command } from './rows/command.ts'
import { growth } from './rows/growth.ts'
import { hooks } from './rows/hooks.ts'
import { page } from './rows/page.ts'
import { reading } from './rows/reading.ts'
import { redaction } from './rows/redaction.ts'
import { rescan } from './rows/rescan.ts'
import { search } from './rows/search.ts'
import { tools } from './rows/tools.ts'
import { figureTable, type Missing } from './table.ts'

/** The first row fills the data folder that the others look at. */
const ROWS: Row[] = [coldScan, agents, rescan, append, search, reading, command, tools, hooks, redaction, growth, page]

const HELP = `npm run bench -- [options]
  --quick          a history of 30 MB and fewer repetitions, about a minute
  --size 1g        a larger history: 290m (default), 1g, 10g; commands on 1 M entries too
  --only search    only these rows, by name, with commas (the cold scan always runs)
  --peers          installs ccusage into a temporary folder and measures it on the same history
  --json FILE      where the figures go as JSON; default bench/out/figures.json
`

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    size: { type: 'string' },
    only: { type: 'string' },
    peers: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(HELP)
else await bench()

async function bench(): Promise<void> {
  const kept = join(ROOT, 'bench', 'out')
  mkdirSync(kept, { recursive: true })
  const scratch = mkdtempSync(join(kept, 'run-'))
  process.once('SIGINT', () => {
    rmSync(scratch, { recursive: true, force: true })
    process.exit(130)
  })
  try {
    const history = generateHistory(kept, shapeOf(sizeOf(values.size ?? (values.quick ? '30m' : '290m'))))
    note(`history: ${history.files} files, ${(history.bytes / 1e6).toFixed(0)} MB, ${history.records} lines`)
    const floors = await measureFloors(history.home, scratch)
    noteFloors(floors)
    const corpus = process.env['DAYBOOK_CORPUS']
    const real = corpus === undefined ? undefined : multiplyCorpus(corpus, kept, values.quick ? 2 : 12)
    if (real) note(`real: ${real.files} files, ${(real.bytes / 1e6).toFixed(0)} MB`)
    const missing: Missing[] = []
    const peerMs = values.peers
      ? await attempt('ccusage', missing, () => measurePeer(history.home, values.quick ? 3 : 5))
      : undefined
    if (peerMs !== undefined) note(`ccusage: ${peerMs.toFixed(0)} ms`)
    const data = join(scratch, 'data')
    const context: BenchContext = {
      history,
      real,
      data,
      scratch,
      kept,
      floors,
      large: values.size !== undefined,
      quick: values.quick,
      peerMs,
    }
    const figures = await measureRows(context, missing)
    process.stdout.write(`${figureTable(figures, missing)}\n`)
    const file = values.json ?? join(kept, 'figures.json')
    const machine = { node: process.version, cpus: cpus().length, cpu: cpus()[0]?.model, platform: process.platform }
    const { words: _, home: __, ...size } = history
    writeFileSync(
      file,
      `${JSON.stringify({ at: new Date().toISOString(), machine, history: size, floors, peerMs, figures, missing }, null, 2)}\n`,
    )
    if (figures.some((figure) => figure.goal?.met === false)) note('some goals were missed')
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function measureRows(context: BenchContext, missing: Missing[]): Promise<Figure[]> {
  const only = values.only?.split(',').map((name) => name.trim())
  const figures: Figure[] = []
  for (const row of ROWS) {
    if (only && row !== coldScan && !only.includes(row.name)) continue
    if (row.needsData && !existsSync(context.data)) {
      missing.push({ row: row.name, reason: 'there is no store to look at: the cold scan failed' })
      continue
    }
    figures.push(...((await attempt(row.name, missing, () => row.measure(context))) ?? []))
  }
  return figures
}

/** A row that fails is named with its reason; the others are measured all the same. */
async function attempt<T>(row: string, missing: Missing[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    missing.push({ row, reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) })
    return undefined
  }
}

function noteFloors(floors: Floors): void {
  const speed = (ms: number): string => `${(floors.bytes / 1e3 / ms).toFixed(0)} MB/s`
  note(
    `floors: node -e 0 ${floors.nodeStartMs.toFixed(0)} ms · read ${speed(floors.readMs)} · JSON.parse ${speed(floors.parseMs)} · ` +
      `rows ${((floors.rows / floors.rowsMs) * 1000).toFixed(0)}/s · zstd ${speed(floors.compressMs)} · ` +
      `FTS5 ${(floors.indexedBytes / 1e3 / floors.indexMs).toFixed(0)} MB/s of text`,
  )
}

function sizeOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(m|g)$/i.exec(text)
  if (!match) throw new Error(`--size ${JSON.stringify(text)} is not a size: use 290m, 1g or 10g`)
  return Number(match[1]) * (match[2]?.toLowerCase() === 'g' ? 1e9 : 1e6)
}

function note(text: string): void {
  process.stderr.write(`${text}\n`)
}
