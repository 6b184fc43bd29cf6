import { type ReactNode, useEffect, useRef } from 'react'
import type { Asked, Reply } from '../api/operations.ts'
import { usePages } from '../api/queries.ts'
import { formatCount } from '../../../src/domain/format.ts'
import { Time } from '../parts/figures.tsx'
import { Agent, Mark } from '../parts/marks.tsx'
import { nameOf } from '../parts/names.tsx'
import { Failure, Nothing, Waiting } from '../parts/notice.tsx'
import { RowLink } from '../parts/row-link.tsx'

type Hit = Reply<'search'>['items'][number]

/** How far below the window more are read. */
const AHEAD = '200px'

interface HitsProps {
  query: string
  input: Asked<'search'>
  /** What leads on where nothing is found. */
  children: ReactNode
}

/** What was found of `query`; what the words before had found stays until then, and says that it is old. */
export function Hits({ query, input, children }: HitsProps) {
  const list = usePages('search', input)
  const first = list.data?.pages[0]
  if (!first) {
    if (list.error) {
      return (
        <Failure error={list.error} again={() => void list.refetch()}>
          {children}
        </Failure>
      )
    }
    return <Waiting what="the index" />
  }
  const hits: Hit[] = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <div aria-busy={list.isPlaceholderData}>
      <p className="muted panel-sum" role="status">
        {first.total === null
          ? `${formatCount(hits.length)}+ hits`
          : `${formatCount(first.total)} ${first.total === 1 ? 'hit' : 'hits'}`}
        {first.indexed < first.entries &&
          ` · ${formatCount(first.indexed)} of ${formatCount(first.entries)} entries are indexed, the rest was looked through`}
        {first.partial && ' · older entries were not looked at'}
      </p>
      {hits.length === 0 ? (
        <Nothing says={`Nothing recorded has ${query}.`}>{children}</Nothing>
      ) : (
        <ol className="rows">
          {hits.map((hit, i) => (
            <li key={`${hit.entry.id}-${i}`}>
              <HitRow hit={hit} />
            </li>
          ))}
        </ol>
      )}
      {list.hasNextPage && (
        <More of={list.data?.pages.length ?? 0} read={() => void list.fetchNextPage()}>
          {list.isFetchingNextPage ? 'Reading more' : 'More'}
        </More>
      )}
    </div>
  )
}

/** Reads on when it comes near the window, or is pressed; `of` grows with each page that came. */
function More({ of: pages, read, children }: { of: number; read(): void; children: string }) {
  const button = useRef<HTMLButtonElement>(null)
  const readOn = useRef(read)
  readOn.current = read
  useEffect(() => {
    if (!button.current) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && readOn.current(), {
      rootMargin: AHEAD,
    })
    observer.observe(button.current)
    return () => observer.disconnect()
  }, [pages])
  return (
    <button ref={button} type="button" className="button" onClick={read}>
      {children}
    </button>
  )
}

function HitRow({ hit }: { hit: Hit }) {
  const { session, entry } = hit
  const who =
    entry.type === 'tool_call' || entry.type === 'tool_result' ? (entry.tool ?? 'output') : SPEAKERS[entry.role]
  return (
    <RowLink session={nameOf(session)} entry={entry.id} className="hit" row={entry.id}>
      <span className="hit-head">
        <Agent id={session.agent} />
        <span className="mono">{nameOf(session)}</span>
        <span className="cut strong">{session.title ?? 'no title'}</span>
        <span className="muted hit-time">
          <Time at={entry.at} clock />
        </span>
      </span>
      <span className="hit-text">
        {entry.flags.includes('failed') && <Mark name="failed" label="failed" tone="bad" />}
        <span className="faint">{who}</span> <Snippet of={hit} />
      </span>
    </RowLink>
  )
}

const SPEAKERS = { user: 'you', assistant: 'agent', system: 'system', tool: 'output' } as const

function Snippet({ of: { snippet, marks } }: { of: Hit }) {
  let last = 0
  return (
    <span className="mono">
      {marks.map(([from, to]) => {
        const before = snippet.slice(last, from)
        last = to
        return (
          <span key={from}>
            {before}
            <mark>{snippet.slice(from, to)}</mark>
          </span>
        )
      })}
      {snippet.slice(last)}
    </span>
  )
}
