import { type KeyboardEvent, useState } from 'react'
import type { Reply } from '../api/operations.ts'
import { formatDay, formatMoney, formatTimeExact } from '../../../src/domain/format.ts'
import { useAbout } from '../parts/about.ts'
import { Unknown, useNow } from '../parts/figures.tsx'
import { moneyTicks } from './ticks.ts'

type Day = Reply<'work.calendar'>['items'][number]
type Part = Day['parts'][number]

/** As many as the calendar has. */
const MOST_DAYS = 120
const SERIES = 6
const HEIGHT = 160
const WIDTH = 1000

/** Cost by day, stacked by ticket: bars, or the table that says the same. */
export function Days({ of, asTable }: { of: readonly Day[]; asTable: boolean }) {
  const [at, setAt] = useState(of.length - 1)
  const { timezone } = useAbout()
  const nowMs = useNow()
  if (of.length === 0) return null
  const names = seriesOf(of)
  const cost = (part: Part): number => part.costMicrodollars ?? 0
  const sum = (day: Day): number => day.parts.reduce((all, part) => all + cost(part), 0)
  const left = (day: Day): boolean => day.parts.some(({ unpricedTokens }) => unpricedTokens > 0)
  const label = (day: Day): string => formatDay(Date.parse(`${day.day}T12:00:00Z`), nowMs, timezone)
  const money = (day: Day): string => formatMoney(sum(day), { incomplete: left(day) })
  const amounts = (day: Day): Map<string, number> => {
    const all = new Map<string, number>()
    for (const part of day.parts) {
      const name = names.includes(nameOf(part)) ? nameOf(part) : 'other'
      all.set(name, (all.get(name) ?? 0) + cost(part))
    }
    return all
  }
  const columns = [...names, ...(of.some((day) => (amounts(day).get('other') ?? 0) > 0) ? ['other'] : [])]
  const total = of.reduce((all, day) => all + sum(day), 0)
  const part = of.length < MOST_DAYS ? '' : `: the last ${of.length} days`
  if (asTable) {
    return (
      <div className="scroll" role="region" aria-label="Cost by day" tabIndex={0}>
        <table className="figures">
          <caption className="chart-title">Cost by day, by ticket{part}</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              {columns.map((name) => (
                <th key={name} scope="col" className="right">
                  {name}
                </th>
              ))}
              <th scope="col" className="right">
                Sum
              </th>
            </tr>
          </thead>
          <tbody>
            {of.map((day) => (
              <tr key={day.day}>
                <th scope="row">{label(day)}</th>
                {columns.map((name) => (
                  <td key={name} className="right">
                    {amounts(day).get(name) ? formatMoney(amounts(day).get(name)!) : <Unknown why="nothing priced" />}
                  </td>
                ))}
                <td className="right">{money(day)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">Total</th>
              {columns.map((name) => (
                <td key={name} className="right">
                  {formatMoney(of.reduce((all, day) => all + (amounts(day).get(name) ?? 0), 0))}
                </td>
              ))}
              <td className="right">{formatMoney(total, { incomplete: of.some(left) })}</td>
            </tr>
          </tfoot>
        </table>
      </div>
    )
  }
  const most = Math.max(0, ...of.map(sum))
  const ticks = moneyTicks(most)
  const top = Math.max(1, ticks.at(-1)!)
  const today = calendarDayText(nowMs, timezone)
  const width = WIDTH / of.length
  const chosen = of[Math.min(at, of.length - 1)]!
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    setAt((before) => Math.max(0, Math.min(of.length - 1, before + step)))
  }
  const parts = [
    ...[...amounts(chosen)]
      .filter(([, amount]) => amount > 0)
      .map(([name, amount]) => `${name} ${formatMoney(amount)}`),
    ...chosen.parts.filter(({ unpricedTokens }) => unpricedTokens > 0).map((part) => `${nameOf(part)} unpriced`),
  ]
  const says = `${label(chosen)}${chosen.day === today ? ' so far' : ''}: ${money(chosen)}${parts.length > 0 ? ` = ${parts.join(', ')}` : ''}`
  return (
    <figure className="chart">
      <figcaption className="chart-title">Cost by day in dollars, stacked by ticket{part}</figcaption>
      <div className="chart-frame">
        <div className="chart-axis muted" aria-hidden="true">
          {ticks.map((tick) => (
            <span key={tick}>{dollars(tick)}</span>
          ))}
        </div>
        <div
          role="slider"
          tabIndex={0}
          aria-label="Day"
          aria-valuemin={1}
          aria-valuemax={of.length}
          aria-valuenow={of.indexOf(chosen) + 1}
          aria-valuetext={says}
          onKeyDown={onKeyDown}
        >
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="chart-bars" aria-hidden="true">
            {ticks.slice(1).map((tick) => (
              <path key={tick} className="chart-tick" d={`M0 ${HEIGHT - (HEIGHT * tick) / top}H${WIDTH}`} />
            ))}
            {of.map((day, i) => {
              let y = HEIGHT
              return (
                <g key={day.day} onPointerEnter={() => setAt(i)} className={i === at ? 'chosen' : undefined}>
                  <rect className="chart-day" x={i * width} y={0} width={width} height={HEIGHT} />
                  {columns.map((name, series) => {
                    const height = (HEIGHT * (amounts(day).get(name) ?? 0)) / top
                    y -= height
                    return (
                      <rect
                        key={name}
                        className={day.day === today ? `${classOf(name, series)} so-far` : classOf(name, series)}
                        x={i * width + (width - Math.min(width * 0.8, 120)) / 2}
                        y={y}
                        width={Math.min(width * 0.8, 120)}
                        height={height}
                      />
                    )
                  })}
                </g>
              )
            })}
          </svg>
        </div>
        <p className="chart-ends muted" aria-hidden="true">
          <span>{label(of[0]!)}</span>
          <span>highest {formatMoney(most)}</span>
          <span>{label(of.at(-1)!)}</span>
        </p>
      </div>
      <p className="chart-says" role="status">
        {says}
      </p>
      <ul className="legend">
        {columns.map((name, series) => (
          <li key={name}>
            <svg viewBox="0 0 10 10" aria-hidden="true">
              <rect className={classOf(name, series)} width="10" height="10" />
            </svg>
            {name}
          </li>
        ))}
      </ul>
    </figure>
  )
}

/** Without its sign: the title has it. */
function dollars(microdollars: number): string {
  return (microdollars / 1e6).toLocaleString('en-US', { maximumFractionDigits: 6 })
}

/** The day it is in a zone, as reports name it: 2026-11-20. */
function calendarDayText(ms: number, timezone: string): string {
  return formatTimeExact(ms, timezone).slice(0, 10)
}

function nameOf({ attribution, ticket }: Part): string {
  return attribution === 'ticket'
    ? (ticket ?? 'a ticket that is gone')
    : attribution === 'none'
      ? 'none'
      : 'unattributed'
}

/** The dearest, at most six; what nobody attached has a look of its own. */
function seriesOf(days: readonly Day[]): string[] {
  const sums = new Map<string, number>()
  for (const part of days.flatMap(({ parts }) => parts)) {
    sums.set(nameOf(part), (sums.get(nameOf(part)) ?? 0) + (part.costMicrodollars ?? 0))
  }
  return [...sums]
    .filter(([, sum]) => sum > 0)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, SERIES)
    .map(([name]) => name)
}

function classOf(name: string, series: number): string {
  if (name === 'unattributed' || name === 'none') return `series-${name}`
  return name === 'other' ? 'series-other' : `series-${series + 1}`
}
