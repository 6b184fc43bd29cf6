import { useEffect, useRef, useState } from 'react'
import { useRead } from '../api/queries.ts'
import { Failure } from '../parts/notice.tsx'
import { useTyped } from '../parts/typed.ts'
import { useKeys } from '../shell/keys.ts'
import { useReading } from './reading.ts'

const MOST = 1000

/** Finds in the whole session, not in what happens to be on the page: how many first, then one after the other. */
export function Find({ text, change }: { text: string; change(text: string | undefined): void }) {
  const { session, jump } = useReading()
  const [typed, setTyped] = useTyped(text, change)
  const [at, setAt] = useState(-1)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  const words = text.trim()
  const { data, error } = useRead(
    'search',
    { query: words, session: session.id, subagents: true, limit: MOST },
    { enabled: words !== '', keep: true },
  )
  const hits = (words === '' ? [] : (data?.items ?? []))
    .map(({ entry }) => entry)
    .toSorted((a, b) => a.transcriptId - b.transcriptId || a.record - b.record || a.block - b.block)
  const go = (by: 1 | -1): void => {
    if (hits.length === 0) return
    const next = (at + by + hits.length) % hits.length
    setAt(next)
    jump(hits[next]!.id)
  }
  useKeys('Find', [
    { keys: 'n', says: 'next match', run: () => go(1) },
    { keys: 'N', says: 'match before', run: () => go(-1) },
  ])
  return (
    <div className="tools find" role="search" aria-label="Find in this session">
      <input
        ref={field}
        type="search"
        aria-label="Words to find"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          setAt(-1)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event.shiftKey ? -1 : 1)
          else if (event.key === 'Escape') change(undefined)
          else return
          event.preventDefault()
        }}
      />
      <span role="status" className="muted">
        {words !== '' &&
          data &&
          (hits.length === 0
            ? 'no match'
            : `${at >= 0 ? `${at + 1} of ` : ''}${hits.length}${data.nextCursor === null ? '' : '+'}`)}
      </span>
      <button type="button" className="button" onClick={() => go(-1)} aria-label="Match before">
        ‹
      </button>
      <button type="button" className="button" onClick={() => go(1)} aria-label="Next match">
        ›
      </button>
      <button type="button" className="button" onClick={() => change(undefined)}>
        Close
      </button>
      {error && <Failure error={error} />}
    </div>
  )
}
