import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { Asked } from '../api/operations.ts'
import { askPagesAhead, useRead } from '../api/queries.ts'
import { plural } from '../../../src/domain/format.ts'
import { useAbout } from '../parts/about.ts'
import { Choice } from '../parts/choice.tsx'
import { Nothing } from '../parts/notice.tsx'
import { useTyped } from '../parts/typed.ts'
import type { Scope, SearchWords } from '../router.tsx'
import { FirstSessions } from '../sessions/first-sessions.tsx'
import { Hits } from './hits.tsx'

const PAGE = 20
/** A search takes a few milliseconds: there is little to save by waiting for the next key. */
const TYPING_MS = 10

/** Where did we see that. */
export function Search() {
  const words = useSearch({ from: '/search' })
  const navigate = useNavigate({ from: '/search' })
  const { agents } = useAbout()
  const field = useRef<HTMLInputElement>(null)
  const query = words.q?.trim() ?? ''
  const change = (more: SearchWords): void => void navigate({ search: { ...words, ...more }, replace: true })
  const ask = (q: string): void => {
    // Before the router has gone there: what was typed is on its way meanwhile.
    if (q.trim() !== '') askPagesAhead('search', asked({ ...words, q }))
    change({ q })
  }
  const [text, setText] = useTyped(words.q ?? '', ask, TYPING_MS)
  useEffect(() => field.current?.focus(), [])
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
      ) : (
        <Hits query={query} input={asked(words)}>
          <Wider words={words} />
        </Hits>
      )}
    </>
  )
}

function asked({ q = '', failed, order, ...rest }: SearchWords): Asked<'search'> {
  return {
    ...rest,
    query: q.trim(),
    failed: failed === '1',
    order: order === 'relevance' ? 'relevance' : 'newest',
    limit: PAGE,
  }
}

/** What finds more: without filters, else the beginnings of the words, else what can be asked at all. */
function Wider({ words }: { words: SearchWords & Scope }) {
  const { q = '', order } = words
  const beginnings = /^[\p{L}\p{N} ]+$/u.test(q) ? q.trim().replaceAll(/ +/g, '* ') + '*' : undefined
  const isNarrowed = Object.entries(words).some(([name, value]) => name !== 'q' && name !== 'order' && Boolean(value))
  if (isNarrowed) {
    return (
      <Link to="/search" search={{ q, project: '', ...(order ? { order } : {}) }}>
        Search everything for it
      </Link>
    )
  }
  return beginnings === undefined ? (
    <Link to="/search">What can be searched for</Link>
  ) : (
    <Link to="/search" search={{ q: beginnings }}>
      Search for words that begin so: <span className="mono">{beginnings}</span>
    </Link>
  )
}

const EXAMPLES = [
  ['"stale table"', 'a phrase, word for word'],
  ['tide -harbour', 'one word without another'],
  ['cach*', 'all that begins so'],
  ['tool:Bash test', 'commands and their output'],
] as const

/** Asks for one of them meanwhile: the first search is what opens the index. */
function Examples() {
  const { data } = useRead('search', { query: EXAMPLES[0][0], limit: 1 }, { forGood: true })
  if (data?.entries === 0) return <FirstSessions />
  const entries = data === undefined ? '' : `, in ${plural(data.entries, 'entry', 'entries')}`
  return (
    <Nothing says={`Everything that was said, run, read and changed can be found${entries}:`}>
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
