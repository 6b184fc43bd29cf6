import { describe, expect, it } from 'vitest'
import { Screen } from './screen.ts'
import { printTable } from './table.ts'
import type { Column } from './table.ts'
import { displayWidth } from './width.ts'

interface Row {
  key: string
  title: string
  cost: string
  last: string
}

const COLUMNS: Column<Row>[] = [
  { header: 'KEY', cell: (row) => row.key },
  { header: 'TITLE', cell: (row) => row.title, shrink: 8 },
  {
    header: 'COST',
    align: 'right',
    cell: (row) => row.cost,
    pipe: { header: 'COST_MICRODOLLARS', value: () => 4_370_000 },
  },
  { header: 'LAST', cell: (row) => row.last, drop: true, pipe: { header: 'LAST_AT', value: () => null } },
]

const ROWS: Row[] = [
  { key: 'SESSION-003', title: 'Cache tide tables on disk', cost: '$4.37', last: '1h' },
  { key: 'SESSION-004', title: '潮汐表をディスクに保存する', cost: '$1,284.20', last: '18m' },
]

describe('a table', () => {
  it('aligns wide characters by what they take', () => {
    expect(print(60)).toBe(
      [
        'KEY          TITLE                            COST  LAST',
        'SESSION-003  Cache tide tables on disk       $4.37  1h',
        'SESSION-004  潮汐表をディスクに保存する  $1,284.20  18m',
        '',
      ].join('\n'),
    )
  })

  it('shortens titles first, then leaves columns out, and never cuts keys and money', () => {
    expect(print(46)).toBe(
      [
        'KEY          TITLE                  COST  LAST',
        'SESSION-003  Cache tide tabl…      $4.37  1h',
        'SESSION-004  潮汐表をディス…   $1,284.20  18m',
        '',
      ].join('\n'),
    )
  })

  it.each([80, 60, 46, 40])('fits %i columns', (columns) => {
    for (const line of print(columns).split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
  })

  it('leaves out the rightmost column that may go when titles are as short as they get', () => {
    expect(print(36).split('\n')[0]).toBe('KEY          TITLE              COST')
  })

  it('gives a pipe tabs, full values and its own headers', () => {
    expect(print(40, false)).toBe(
      [
        'KEY\tTITLE\tCOST_MICRODOLLARS\tLAST_AT',
        'SESSION-003\tCache tide tables on disk\t4370000\t',
        'SESSION-004\t潮汐表をディスクに保存する\t4370000\t',
        '',
      ].join('\n'),
    )
  })

  it('keeps a value with line ends and tabs on its own row', () => {
    const rows = [{ key: 'a\nb', title: 'c\td', cost: '$0.00', last: '' }]
    expect(print(40, false, rows).split('\n')).toHaveLength(3)
    expect(print(40, true, rows).split('\n')[1]).toBe('a b  c d    $0.00')
  })
})

function print(columns: number, terminal = true, rows = ROWS): string {
  let text = ''
  const sink = { write: (more: string) => (text += more) }
  printTable(new Screen({ sink, terminal, colour: false, unicode: true, columns }), COLUMNS, rows)
  return text
}
