import { memo, useEffect, useRef, useState } from 'react'
import { useAbout } from '../parts/about.ts'
import { Duration, Money, TimeAt, Unknown, useNow } from '../parts/figures.tsx'
import { Mark, Status } from '../parts/marks.tsx'
import { nameOf } from '../parts/names.tsx'
import { RowLink } from '../parts/row-link.tsx'
import { useRowsInSight } from './rows-in-sight.ts'
import type { SessionItem } from './sessions.tsx'

interface Rows {
  items: readonly SessionItem[]
  selected: ReadonlySet<string>
  select(id: string): void
  more: (() => void) | undefined
  isReading: boolean
  highlight: string
}

/** Rows before the last one that was read at which more are asked for: some seconds of scrolling. */
const AHEAD = 100
const [WIDE_PX, NARROW_PX] = [32, 60]

/** Rows as links, as many of them on the page as are seen. */
export function SessionRows({ items, selected, select, more, isReading, highlight }: Rows) {
  const list = useRef<HTMLUListElement>(null)
  const nowMs = useNow()
  const heightPx = useNarrow() ? NARROW_PX : WIDE_PX
  const [from, to] = useRowsInSight(list, items.length, heightPx)
  useEffect(() => {
    if (more && !isReading && to >= items.length - AHEAD) more()
  }, [to, items.length, more, isReading])
  return (
    <div className="rows sessions">
      <div className="row head" aria-hidden="true">
        <span />
        <span>Key</span>
        <span>Title</span>
        <span>Project</span>
        <span>Ticket</span>
        <span>Status</span>
        <span className="right">Active</span>
        <span className="right">Cost at list prices</span>
        <span className="right">Last</span>
      </div>
      <ul ref={list} className="in-sight" style={{ height: items.length * heightPx }}>
        {items.slice(from, to).map((item, i) => (
          <SessionRow
            key={item.id}
            item={item}
            topPx={(from + i) * heightPx}
            isSelected={selected.has(item.id)}
            select={select}
            highlight={highlight}
            nowMs={nowMs}
          />
        ))}
      </ul>
      {isReading && <p className="muted">Reading more</p>}
    </div>
  )
}

interface RowProps {
  item: SessionItem
  topPx: number
  isSelected: boolean
  select(id: string): void
  highlight: string
  nowMs: number
}

/** As few elements as its columns: hundreds of them come and go while somebody scrolls. */
const SessionRow = memo(function SessionRow({ item, topPx, isSelected, select, highlight, nowMs }: RowProps) {
  const { markOf, nameOf: agentName, timezone } = useAbout()
  const ticket = item.stack.at(-1)?.ref
  const name = nameOf(item)
  return (
    <li className={isSelected ? 'row selected' : 'row'} style={{ top: topPx }}>
      <button
        type="button"
        className="plain pick"
        tabIndex={-1}
        aria-label={`${markOf(item.agent)}, ${agentName(item.agent)}: select ${name}`}
        aria-pressed={isSelected}
        title={agentName(item.agent)}
        onClick={() => select(item.id)}
      >
        {isSelected ? <Mark name="done" tone="accented" /> : <span className="agent-box">{markOf(item.agent)}</span>}
      </button>
      <RowLink session={name} className="row-link" row={item.id} label={`${name} ${item.title ?? 'no title'}`} />
      <span className="mono row-key">{name}</span>
      <span className="cut row-title">
        {item.starredAt !== null && <Mark name="starred" label="starred" tone="warn" />}
        {item.title === null ? <span className="faint">no title</span> : <Marked text={item.title} words={highlight} />}
      </span>
      {item.project === null ? (
        <Unknown why="no project is recorded" className="row-project" />
      ) : (
        <span className="cut muted row-project">{item.project}</span>
      )}
      {ticket === undefined && !item.optedOut ? (
        <Unknown why="unattributed: nobody said" className="row-ticket" />
      ) : (
        <span className="mono cut row-ticket">{ticket ?? 'none'}</span>
      )}
      <Status of={item.status} className="row-status" />
      <Duration ms={item.activeMs} className="right row-active" />
      <Money of={item.usage} className="right row-cost" />
      <TimeAt at={item.lastActivityAt} nowMs={nowMs} timezone={timezone} className="right muted row-last" />
    </li>
  )
})

/** Text with the first place in it that somebody looked for. */
function Marked({ text, words }: { text: string; words: string }) {
  const at = words === '' ? -1 : text.toLowerCase().indexOf(words.toLowerCase())
  if (at === -1) return text
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + words.length)}</mark>
      {text.slice(at + words.length)}
    </>
  )
}

const NARROW = '(max-width: 720px)'

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches)
  useEffect(() => {
    const query = matchMedia(NARROW)
    const change = (): void => setNarrow(query.matches)
    query.addEventListener('change', change)
    return () => query.removeEventListener('change', change)
  }, [])
  return narrow
}
