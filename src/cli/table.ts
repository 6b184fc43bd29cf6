import type { Screen } from './screen.ts'
import { oneLine } from './sanitize.ts'
import { mapText, meta, plain, textWidth } from './text.ts'
import type { Text } from './text.ts'
import { cutEnd, cutMiddle } from './width.ts'

/** A column of a table: what people see, and what a program gets through a pipe. */
export interface Column<Row> {
  header: string
  cell(row: Row): Text
  align?: 'right'
  /** May be cut down to this many columns when the terminal is narrow: at the end, or in the middle for paths. */
  shrink?: number
  /** Other columns are left out before this one gets narrower than that. Usually `shrink`. */
  comfort?: number
  cut?: 'end' | 'middle'
  /** May be left out when the terminal is narrow; the rightmost goes first. */
  drop?: boolean
  /** Not shown on a terminal. */
  pipeOnly?: boolean
  /** The header and the full value in a pipe. `null` is an empty field. Absent: header and cell as they are. */
  pipe?: { header: string; value(row: Row): string | number | boolean | null }
}

export interface TableOptions<Row> {
  /** A last row in the same columns: a sum. Not printed to a pipe, where a program sums for itself. */
  total?: Row
  indent?: number
  /** False leaves the header out, on a terminal. */
  header?: boolean
  /** A line below a row, indented. On terminals only. */
  note?(row: Row): Text | undefined
}

const GAP = '  '

/** Prints rows: aligned and fitted on a terminal, tab separated elsewhere. */
export function printTable<Row>(
  screen: Screen,
  every: readonly Column<Row>[],
  rows: readonly Row[],
  options: TableOptions<Row> = {},
): void {
  if (!screen.terminal) {
    printTabs(screen, every, rows)
    return
  }
  const columns = every.filter((column) => !column.pipeOnly)
  const indent = ' '.repeat(options.indent ?? 0)
  const all = options.total === undefined ? rows : [...rows, options.total]
  const cells = columns.map((column) => all.map((row) => flat(column.cell(row))))
  const natural = columns.map((column, index) =>
    Math.max(textWidth(column.header), ...(cells[index] ?? []).map((cell) => textWidth(cell))),
  )
  const widths = fit(columns, natural, screen.columns - indent.length)
  if (options.header !== false)
    screen.line(indent, meta(plain(layout(columns, widths, (column) => column.header)).trimEnd()))
  all.forEach((row, place) => {
    screen.line(indent, ...trimLast(layout(columns, widths, (_column, index) => cells[index]?.[place] ?? '')))
    const note = options.note?.(row)
    if (note !== undefined) screen.line(indent, '    ', note)
  })
}

/** A cell on one line, each piece keeping its role. */
function flat(cell: Text): Text {
  if (typeof cell === 'string') return oneLine(cell)
  if ('role' in cell) return { text: oneLine(cell.text), role: cell.role }
  return cell.map((piece) => mapText(piece, (text) => text.replace(/\s+/g, ' ')))
}

function printTabs<Row>(screen: Screen, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  screen.line(columns.map((column) => column.pipe?.header ?? column.header).join('\t'))
  for (const row of rows) {
    const values = columns.map((column) => (column.pipe ? column.pipe.value(row) : plain(column.cell(row))))
    screen.line(values.map((value) => oneLine(value === null ? '' : String(value))).join('\t'))
  }
}

/**
 * Widths that fit `room`; 0 for a column that is left out. Titles shorten to what is comfortable, then columns drop right
 * to left, then titles shorten as far as they may.
 */
function fit<Row>(columns: readonly Column<Row>[], natural: readonly number[], room: number): number[] {
  const widths = [...natural]
  const excess = (): number => {
    const shown = widths.filter((width) => width > 0)
    return shown.reduce((sum, width) => sum + width, 0) + GAP.length * (shown.length - 1) - room
  }
  const shrinkTo = (least: (column: Column<Row>) => number | undefined): void => {
    const flexible = columns.flatMap((column, index) =>
      column.shrink === undefined || widths[index] === 0 ? [] : [index],
    )
    const floor = (index: number): number => {
      const column = columns[index]
      const wanted = column && Math.max(least(column) ?? 0, textWidth(column.header))
      return Math.min(natural[index] ?? 0, wanted ?? 0)
    }
    for (const index of flexible) widths[index] = Math.min(natural[index] ?? 0, room)
    while (excess() > 0) {
      const [widest] = flexible
        .filter((index) => (widths[index] ?? 0) > floor(index))
        .sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))
      if (widest === undefined) return
      widths[widest] = (widths[widest] ?? 0) - 1
    }
  }
  const comfortable = (column: Column<Row>): number | undefined => column.comfort ?? column.shrink
  shrinkTo(comfortable)
  for (let index = columns.length - 1; index >= 0 && excess() > 0; index--) {
    if (!columns[index]?.drop) continue
    widths[index] = 0
    shrinkTo(comfortable)
  }
  if (excess() > 0) shrinkTo((column) => column.shrink)
  return widths
}

function layout<Row>(
  columns: readonly Column<Row>[],
  widths: readonly number[],
  cellOf: (column: Column<Row>, index: number) => Text,
): Text[] {
  const line: Text[] = []
  columns.forEach((column, index) => {
    const width = widths[index] ?? 0
    if (width === 0) return
    if (line.length > 0) line.push(GAP)
    const cut = column.cut === 'middle' ? cutMiddle : cutEnd
    const whole = cellOf(column, index)
    const cell = column.shrink !== undefined && textWidth(whole) > width ? mapText(whole, (t) => cut(t, width)) : whole
    const padding = ' '.repeat(Math.max(0, width - textWidth(cell)))
    line.push(...(column.align === 'right' ? [padding, cell] : [cell, padding]))
  })
  return line
}

function trimLast(line: Text[]): Text[] {
  while (line.length > 0 && plain(line.at(-1) ?? '').trim() === '') line.pop()
  return line
}
