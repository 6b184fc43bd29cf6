import type { Figure } from './figure.ts'

/** A row that could not be measured, and why. */
export interface Missing {
  row: string
  reason: string
}

/** Figures as a table of 100 columns: what was measured, against what, and whether that is enough. */
export function figureTable(figures: Figure[], missing: Missing[]): string {
  const rows = figures.map((figure) => [
    figure.row,
    figure.what,
    `${digits(figure.value)} ${figure.unit}`,
    figure.ratio === undefined ? '' : `${digits(figure.ratio)} x ${figure.floor}`,
    figure.goal?.text ?? '',
    figure.goal === undefined ? '' : figure.goal.met ? 'met' : 'MISSED',
  ])
  const table = [['ROW', 'WHAT', 'MEASURED', 'AGAINST THE FLOOR', 'GOAL', ''], ...rows]
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  const lines = table.map((row) =>
    row
      .map((cell, column) => (column === 2 ? cell.padStart(widths[2]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd(),
  )
  return [...lines, ...missing.map(({ row, reason }) => `${row}: not measured: ${reason}`)].join('\n')
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
