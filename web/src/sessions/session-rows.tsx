import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Duration, Money, Time, Unknown } from '../parts/figures.tsx'
import { Agent, Mark, Status } from '../parts/marks.tsx'
import { nameOf } from '../parts/names.tsx'
import { RowLink } from '../parts/row-link.tsx'
import type { SessionItem } from './sessions.tsx'

interface Rows {
  items: readonly SessionItem[]
  selected: ReadonlySet<string>
  select(id: string): void
  more: (() => void) | undefined
  isReading: boolean
  highlight: string
}

const OVERSCAN = 20
/** Rows before the last one that was read at which more are asked for: some seconds of scrolling. */
const AHEAD = 60

/** Rows as links, as many of them on the page as are seen. */
export function SessionRows({ items, selected, select, more, isReading, highlight }: Rows) {
  const list = useRef<HTMLUListElement>(null)
  const [top, setTop] = useState(0)
  const narrow = useNarrow()
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), [narrow])
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => (narrow ? 60 : 32),
    overscan: OVERSCAN,
    scrollMargin: top,
    getItemKey: (i) => items[i]?.id ?? i,
    // Rows beyond the edge are there before they are seen: no scroll waits for React.
    useFlushSync: false,
  })
  useEffect(() => virtual.measure(), [narrow, virtual])
  const shown = virtual.getVirtualItems()
  const end = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (more && !isReading && end >= items.length - AHEAD) more()
  }, [end, items.length, more, isReading])
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
      <ul ref={list} className="virtual" style={{ height: virtual.getTotalSize() }}>
        {shown.map(({ index, start, size }) => {
          const item = items[index]
          if (!item) return null
          const style = { transform: `translateY(${start - top}px)`, height: size }
          return (
            <li key={item.id} style={style} className={selected.has(item.id) ? 'selected' : undefined}>
              <SessionRow item={item} isSelected={selected.has(item.id)} select={select} highlight={highlight} />
            </li>
          )
        })}
      </ul>
      {isReading && <p className="muted">Reading more</p>}
    </div>
  )
}

interface RowProps {
  item: SessionItem
  isSelected: boolean
  select(id: string): void
  highlight: string
}

const SessionRow = memo(function SessionRow({ item, isSelected, select, highlight }: RowProps) {
  const ticket = item.stack.at(-1)?.ref
  return (
    <div className="row">
      <button
        type="button"
        className="plain pick"
        tabIndex={-1}
        aria-pressed={isSelected}
        onClick={() => select(item.id)}
      >
        {isSelected ? <Mark name="done" tone="accented" /> : <Agent id={item.agent} />}
        <span className="unseen"> select {nameOf(item)}</span>
      </button>
      <RowLink
        session={nameOf(item)}
        className="row-link"
        row={item.id}
        label={`${nameOf(item)} ${item.title ?? 'no title'}`}
      />
      <span className="mono row-key">{nameOf(item)}</span>
      <span className="cut row-title">
        {item.starredAt !== null && <Mark name="starred" label="starred" tone="warn" />}
        {item.title === null ? <span className="faint">no title</span> : <Marked text={item.title} words={highlight} />}
      </span>
      <span className="cut muted row-project">{item.project ?? <Unknown why="no project is recorded" />}</span>
      <span className="mono cut row-ticket">
        {ticket ?? (item.optedOut ? 'none' : <Unknown why="unattributed: nobody said" />)}
      </span>
      <span className="row-status">
        <Status of={item.status} />
      </span>
      <span className="right row-active">
        <Duration ms={item.activeMs} />
      </span>
      <span className="right row-cost">
        <Money of={item.usage} />
      </span>
      <span className="right muted row-last">
        <Time at={item.lastActivityAt} />
      </span>
    </div>
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
