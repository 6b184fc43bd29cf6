import type { Reply } from '../api/operations.ts'
import { Money } from '../parts/figures.tsx'
import { useRowName } from './row-name.ts'

const MOST = 12

/** Who took which share of the cost, the dearest first: a bar each, its figure beside it. The table below says the same. */
export function Shares({ of }: { of: Reply<'work.report'> }) {
  const nameOf = useRowName(of.by)
  const rows = of.items
    .filter(({ total }) => (total.costMicrodollars ?? 0) > 0)
    .toSorted((a, b) => (b.total.costMicrodollars ?? 0) - (a.total.costMicrodollars ?? 0))
    .slice(0, MOST)
  if (rows.length < 2) return null
  const most = rows[0]?.total.costMicrodollars ?? 1
  return (
    <figure className="chart">
      <figcaption className="chart-title">Share of the cost</figcaption>
      <ul className="shares">
        {rows.map((row, i) => (
          <li key={i}>
            <span className="cut">{nameOf(row)}</span>
            <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect
                className={row.place === 'value' ? 'series-1' : 'series-none'}
                width={(100 * (row.total.costMicrodollars ?? 0)) / most}
                height="10"
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
