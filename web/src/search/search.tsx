import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { Asked, Reply } from '../api/operations.ts'
import { usePages } from '../api/queries.ts'
import { formatCount } from '../../../src/domain/format.ts'
import { useAbout } from '../parts/about.ts'
import { Choice } from '../parts/choice.tsx'
import { Time } from '../parts/figures.tsx'
import { Agent, Mark } from '../parts/marks.tsx'
import { Failure, Nothing, Waiting } from '../parts/notice.tsx'
import { nameOf } from '../parts/names.tsx'
import { useTyped } from '../parts/typed.ts'
import type { SearchWords } from '../router.tsx'

type Hit = Reply<'search'>['items'][number]

const PAGE = 20
/** How far below the window more are read. */
const AHEAD = '200px'

/** Where did we see that. */
export function Search() {
  const words = useSearch({ from: '/search' })
  const navigate = useNavigate({ from: '/search' })
  const { agents } = useAbout()
  const field = useRef<HTMLInputElement>(null)
  const query = words.q?.trim() ?? ''
  const list = usePages('search', asked(words), query !== '')
  const change = (more: SearchWords): void => void navigate({ search: { ...words, ...more }, replace: true })
  const [text, setText] = useTyped(words.q ?? '', (q) => change({ q }))
  useEffect(() => field.current?.focus(), [])
  const hits: Hit[] = query === '' ? [] : (list.data?.pages.flatMap((page) => page.items) ?? [])
  const first = list.data?.pages[0]
  return (
    <>
      <h1 className="unseen">Search</h1>
      <div className="tools" role="search">
        <input
          ref={field}
          type="search"
          className="search-field"
          aria-label="Words, a phrase in quotes, a beginning*, -not this"
          placeholder="Words, “a phrase”, a beginning*, -not this, tool:Bash"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Choice label="Agent" value={words.agent} none="all agents" set={(agent) => change({ agent })}>
          {agents.map(({ agent, name }) => [agent, name])}
        </Choice>
        <Choice label="Order" value={words.order} none="newest first" set={(order) => change({ order })}>
          {[['relevance', 'best match first']]}
        </Choice>
        <label>
          <input
            type="checkbox"
            checked={words.failed === '1'}
            onChange={(event) => change({ failed: event.target.checked ? '1' : '' })}
          />
          failed only
        </label>
      </div>
      {query === '' ? (
        <Examples />
      ) : list.error && !list.data ? (
        <Failure error={list.error} again={() => void list.refetch()} />
      ) : !first ? (
        <Waiting what="the index" />
      ) : (
        <>
          <p className="muted panel-sum" role="status">
            {first.total === null
              ? `${formatCount(hits.length)}+ hits`
              : `${formatCount(first.total)} ${first.total === 1 ? 'hit' : 'hits'}`}
            {first.indexed < first.entries &&
              ` · ${formatCount(first.indexed)} of ${formatCount(first.entries)} entries are indexed, the rest was looked through`}
            {first.partial && ' · older entries were not looked at'}
          </p>
          {hits.length === 0 ? (
            <Nothing says={`Nothing recorded has ${query}.`} />
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
        </>
      )}
    </>
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

function asked({ q = '', failed, order, ...rest }: SearchWords): Asked<'search'> {
  return {
    ...rest,
    query: q.trim() || '-',
    failed: failed === '1',
    order: order === 'relevance' ? 'relevance' : 'newest',
    limit: PAGE,
  }
}

function HitRow({ hit }: { hit: Hit }) {
  const { session, entry } = hit
  const who =
    entry.type === 'tool_call' || entry.type === 'tool_result' ? (entry.tool ?? 'output') : SPEAKERS[entry.role]
  return (
    <Link
      to="/sessions/$session"
      params={{ session: nameOf(session) }}
      hash={`e-${entry.id}`}
      className="hit"
      data-row={entry.id}
    >
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
    </Link>
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

const EXAMPLES = [
  ['"stale table"', 'a phrase, word for word'],
  ['tide -harbour', 'one word without another'],
  ['cach*', 'all that begins so'],
  ['tool:Bash test', 'commands and their output'],
] as const

function Examples() {
  return (
    <Nothing says="Everything that was said, run, read and changed can be found:">
      <dl className="facts">
        {EXAMPLES.map(([query, says]) => (
          <div key={query} className="example">
            <dt>
              <Link to="/search" search={{ q: query }} className="mono">
                {query}
              </Link>
            </dt>
            <dd className="muted">{says}</dd>
          </div>
        ))}
      </dl>
    </Nothing>
  )
}
