import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { atLeast, atMost, type Figure } from '../figure.ts'
import type { BareRun } from '../bare-scan.ts'
import { scanBare, scanInChild, type ScanRun } from '../product.ts'
import type { BenchContext, Row } from '../row.ts'

/** A machine that has never seen the product: from nothing to rows, from nothing to search; memory and size on the way. */
export const coldScan: Row = {
  name: 'cold scan',
  async measure(context) {
    const { history, floors } = context
    const run = await scanInChild(history.home, context.data)
    const threads = await scanBare(history.home, context.scratch)
    const store = join(context.data, 'daybook.db')
    const withRows = await scanBare(history.home, context.scratch, store)
    const withReading = await scanBare(history.home, context.scratch, store, 'ours')
    const speed = (ms: number): number => run.bytes / 1e3 / ms
    const bare = floors.parseMs + floors.rowsMs + floors.compressMs
    const figures: Figure[] = [
      {
        row: 'cold scan',
        what: 'generated, visible',
        value: speed(run.visibleMs),
        unit: 'MB/s',
        floor: 'parse, rows and zstd in one thread',
        ratio: run.visibleMs / bare,
        goal:
          context.peerMs === undefined
            ? undefined
            : { text: '<= 1.8 x ccusage', met: run.visibleMs <= 1.8 * context.peerMs },
      },
      {
        row: 'cold scan',
        what: 'generated, searchable',
        value: speed(run.searchableMs),
        unit: 'MB/s',
        floor: 'the same, and plain FTS5',
        ratio: run.searchableMs / (bare + floors.indexMs),
        // Five seconds for 290 MB.
        goal: atLeast(speed(run.searchableMs), 58, 'MB/s'),
      },
      { row: 'cold scan', what: 'generated, to the end', value: speed(run.endedMs), unit: 'MB/s' },
      ...bareFigures('generated, bare threads', run, threads),
      ...bareFigures('generated, bare threads with our rows', run, withRows),
      ...bareFigures('generated, bare threads with our rows and reading', run, withReading),
      cpu('generated', run, (bare + floors.indexMs) / run.bytes),
      {
        row: 'memory',
        what: 'peak while scanning',
        value: run.peakBytes / 1e6,
        unit: 'MB',
        goal: atMost(run.peakBytes / 1e6, 250, 'MB'),
      },
      {
        row: 'size',
        what: 'store over transcripts, generated',
        value: run.storeBytes / run.bytes,
        unit: 'x',
        floor: 'zstd of the transcripts',
        ratio: run.storeBytes / floors.compressedBytes,
        goal: atMost(run.storeBytes / run.bytes, 0.45, 'x'),
      },
    ]
    return [...figures, ...(await onReal(context))]
  },
}

/** What the same threads take that only redact, parse, compress, store rows and index text. */
function bareFigures(threads: string, run: ScanRun, bare: BareRun): Figure[] {
  const figure = (what: string, value: number, unit: Figure['unit'], ratio: number): Figure => {
    return { row: 'cold scan', what: `${threads}, ${what}`, value, unit, floor: 'bare threads', ratio }
  }
  const speed = (ms: number): number => bare.bytes / 1e3 / ms
  return [
    figure('visible', speed(bare.visibleMs), 'MB/s', run.visibleMs / bare.visibleMs),
    figure('searchable', speed(bare.searchableMs), 'MB/s', run.searchableMs / bare.searchableMs),
    figure('CPU', (bare.cpuMs * 1e6) / bare.bytes, 'ms/MB', run.cpuMs / bare.cpuMs),
  ]
}

/**
 * Processor time a megabyte: what else the machine does moves it less than the time by the clock.
 *
 * @param floorMs for a byte, in one thread
 */
function cpu(history: string, { cpuMs, bytes }: ScanRun, floorMs?: number): Figure {
  return {
    row: 'cold scan',
    what: `${history}, CPU of all threads`,
    value: (cpuMs * 1e6) / bytes,
    unit: 'ms/MB',
    ...(floorMs === undefined
      ? {}
      : { floor: 'parse, rows, zstd and plain FTS5 in one thread', ratio: cpuMs / bytes / floorMs }),
  }
}

async function onReal({ real, scratch }: BenchContext): Promise<Figure[]> {
  if (!real) return []
  const data = join(scratch, 'real-data')
  const run = await scanInChild(real.home, data)
  const threads = await scanBare(real.home, scratch)
  const store = join(data, 'daybook.db')
  const withRows = await scanBare(real.home, scratch, store)
  const withReading = await scanBare(real.home, scratch, store, 'ours')
  rmSync(data, { recursive: true })
  const speed = (ms: number): number => run.bytes / 1e3 / ms
  return [
    {
      row: 'cold scan',
      what: 'real, visible',
      value: speed(run.visibleMs),
      unit: 'MB/s',
      goal: atLeast(speed(run.visibleMs), 180, 'MB/s'),
    },
    {
      row: 'cold scan',
      what: 'real, searchable',
      value: speed(run.searchableMs),
      unit: 'MB/s',
      goal: atLeast(speed(run.searchableMs), 95, 'MB/s'),
    },
    ...bareFigures('real, bare threads', run, threads),
    ...bareFigures('real, bare threads with our rows', run, withRows),
    ...bareFigures('real, bare threads with our rows and reading', run, withReading),
    cpu('real', run),
    {
      row: 'size',
      what: 'store over transcripts, real',
      value: run.storeBytes / run.bytes,
      unit: 'x',
      goal: atMost(run.storeBytes / run.bytes, 0.3, 'x'),
    },
  ]
}
