import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useRef, useState } from 'react'
import type { Reply } from '../api/operations.ts'
import { useChange, usePages } from '../api/queries.ts'
import { formatCount, plural } from '../../../src/domain/format.ts'
import { Failure, Nothing, Waiting } from '../parts/notice.tsx'
import { useKeys } from '../shell/keys.ts'
import { Attach } from './attach.tsx'
import { Filters } from './filters.tsx'
import { FirstSessions } from './first-sessions.tsx'
import { asked, isNarrowed } from './narrowing.ts'
import { SessionRows } from './session-rows.tsx'

export type SessionItem = Reply<'session.list'>['items'][number]

/** Which one was it. */
export function Sessions() {
  const words = useSearch({ from: '/sessions' })
  const navigate = useNavigate({ from: '/sessions' })
  const list = usePages('session.list', asked(words))
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const last = useRef<string>(undefined)
  const star = useChange('session.star')
  const unstar = useChange('session.unstar')
  const archive = useChange('session.archive')
  const unarchive = useChange('session.unarchive')
  const [attaching, setAttaching] = useState<readonly string[]>()
  const items = useMemo((): SessionItem[] => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const total = list.data?.pages[0]?.total ?? 0

  const toggle = useCallback((id: string): void => {
    last.current = id
    setSelected((before) => {
      const after = new Set(before)
      if (!after.delete(id)) after.add(id)
      return after
    })
  }, [])
  const through = (id: string): void => {
    const [from, to] = [items.findIndex((one) => one.id === last.current), items.findIndex((one) => one.id === id)]
    if (from === -1 || to === -1) return toggle(id)
    const range = items.slice(Math.min(from, to), Math.max(from, to) + 1)
    setSelected((before) => new Set([...before, ...range.map((one) => one.id)]))
  }
  /** What is selected, else the row with the focus. */
  const meant = (): string[] => (selected.size > 0 ? [...selected] : [focused()].filter((id) => id !== undefined))
  const starMeant = (): void => {
    const sessions = meant()
    const all = items.filter(({ id }) => sessions.includes(id)).every(({ starredAt }) => starredAt !== null)
    if (sessions.length > 0) (all ? unstar : star).mutate({ sessions })
  }
  const archiveMeant = (): void => {
    const sessions = meant()
    unarchive.reset()
    if (sessions.length > 0) archive.mutate({ sessions }, { onSuccess: () => setSelected(new Set()) })
  }
  const attachMeant = (): void => {
    const sessions = meant()
    if (sessions.length > 0) setAttaching(sessions)
  }
  useKeys('Sessions', [
    { keys: 'x', says: 'select', run: () => focused() && toggle(focused() as string) },
    { keys: 'X', says: 'select through here', run: () => focused() && through(focused() as string) },
    { keys: 's', says: 'star, or take it off', run: starMeant },
    { keys: 'a', says: 'attach to a ticket', run: attachMeant },
    { keys: 'e', says: 'archive', run: archiveMeant },
  ])

  const archived = archive.isSuccess && !unarchive.isSuccess ? archive.variables.sessions : []
  const showAll = (
    <button type="button" className="button" onClick={() => void navigate({ search: { project: '' } })}>
      Show all sessions
    </button>
  )
  const failed = star.error ?? unstar.error ?? archive.error ?? unarchive.error
  return (
    <>
      <div className="heading">
        <h1>Sessions</h1>
        {list.data && <span className="muted">{plural(total, 'session')}</span>}
      </div>
      <Filters
        words={words}
        change={(more) => void navigate({ search: { ...words, ...more }, replace: true })}
        clear={() => void navigate({ search: {}, replace: true })}
      />
      {selected.size > 0 && (
        <div className="tools" role="group" aria-label="With the selected sessions">
          <span>{formatCount(selected.size)} selected</span>
          <button type="button" className="button" onClick={starMeant}>
            Star <kbd>s</kbd>
          </button>
          <button type="button" className="button" onClick={attachMeant}>
            Attach <kbd>a</kbd>
          </button>
          <button type="button" className="button" onClick={archiveMeant}>
            Archive <kbd>e</kbd>
          </button>
          <button type="button" className="button" onClick={() => setSelected(new Set())}>
            Select none
          </button>
        </div>
      )}
      {archived.length > 0 && (
        <p className="tools" role="status">
          {plural(archived.length, 'session')} archived
          <button type="button" className="button" onClick={() => unarchive.mutate({ sessions: archived })}>
            Take back
          </button>
        </p>
      )}
      {failed && <Failure error={failed} />}
      {attaching && <Attach sessions={attaching} close={() => setAttaching(undefined)} />}
      {list.error && !list.data ? (
        <Failure error={list.error} again={() => void list.refetch()}>
          {showAll}
        </Failure>
      ) : !list.data ? (
        <Waiting what="sessions" rows={12} />
      ) : items.length > 0 ? (
        <SessionRows
          items={items}
          selected={selected}
          select={toggle}
          more={list.hasNextPage ? () => void list.fetchNextPage() : undefined}
          isReading={list.isFetchingNextPage}
          highlight={words.q ?? ''}
        />
      ) : isNarrowed(words) ? (
        <Nothing says="No session matches these filters.">{showAll}</Nothing>
      ) : (
        <FirstSessions />
      )}
    </>
  )
}

function focused(): string | undefined {
  return document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset['row']
}
