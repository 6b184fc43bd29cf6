import type { Reply } from '../api/operations.ts'
import { Money } from '../parts/figures.tsx'
import { useRowName } from './row-name.ts'

const MOST = 12

const LOOKS = {
  value: 'series-1',
  rest: 'series-other',
  none: 'series-none',
  unattributed: 'series-unattributed',
} as const

/** Who took which share of the cost, the dearest first: a bar each, its figure beside it. The table below says the same. */
export function Shares({ of }: { of: Reply<'work.report'> }) {
  const nameOf = useRowName(of.by)
  const rows = of.items
    .filter(({ total }) => (total.costMicrodollars ?? 0) > 0 || total.unpricedTokens > 0)
    .toSorted((a, b) => (b.total.costMicrodollars ?? 0) - (a.total.costMicrodollars ?? 0))
    .slice(0, MOST)
  if (rows.length < 2) return null
  const most = Math.max(1, rows[0]?.total.costMicrodollars ?? 0)
  return (
    <figure className="chart">
      <figcaption className="chart-title">Share of the cost</figcaption>
      <ul className="shares">
        {rows.map((row, i) => (
          <li key={i}>
            <span className="cut">{nameOf(row)}</span>
            <svg aria-hidden="true">
              <rect
                className={LOOKS[row.place]}
                width={`${(100 * (row.total.costMicrodollars ?? 0)) / most}%`}
                height="100%"
              />
            </svg>
            <span className="right">
              <Money of={row.total} />
            </span>
          </li>
        ))}
      </ul>
    </figure>
  )
}
