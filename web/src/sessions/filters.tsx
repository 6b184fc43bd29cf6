import { STATUS_FILTERS } from '../../../src/domain/session.ts'
import { useRead } from '../api/queries.ts'
import { useAbout } from '../parts/about.ts'
import { Choice } from '../parts/choice.tsx'
import { Narrow } from '../parts/narrow.tsx'
import { useTyped } from '../parts/typed.ts'
import type { SessionsSearch } from '../router.tsx'
import { filterCount } from './narrowing.ts'

interface FiltersProps {
  words: SessionsSearch
  change(more: SessionsSearch): void
  /** Takes all of them away. */
  clear(): void
}

const MOST_TICKETS = 100

/** What narrows the list; each choice stands in the address. */
export function Filters({ words, change, clear }: FiltersProps) {
  const { agents } = useAbout()
  const tickets = useRead('ticket.list', { limit: MOST_TICKETS }).data?.items ?? []
  const [text, setText] = useTyped(words.q ?? '', (q) => change({ q }))
  const count = filterCount(words)
  return (
    <Narrow
      label="Narrow the list"
      count={count}
      search={
        <input
          type="search"
          aria-label="Words in a title, a key or an id"
          placeholder="Title, key or id"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      }
    >
      <Choice label="Agent" value={words.agent} none="all agents" set={(agent) => change({ agent })}>
        {agents.map(({ agent, name }) => [agent, name])}
      </Choice>
      <Choice label="Status" value={words.status} none="any status" set={(status) => change({ status })}>
        {STATUS_FILTERS.map((status) => [status, status === 'expired' ? 'ended' : status.replace('_', ' ')])}
      </Choice>
      <Choice label="Since" value={words.since} none="any time" set={(since) => change({ since })}>
        {[
          ['today', 'today'],
          ['yesterday', 'yesterday'],
          ['7d', '7 days'],
          ['30d', '30 days'],
        ]}
      </Choice>
      <Choice label="Ticket" value={words.ticket} none="any ticket" set={(ticket) => change({ ticket })}>
        {tickets.map(({ ref, title }) => [ref, `${ref} ${title ?? ''}`])}
      </Choice>
      <Choice label="Order" value={words.sort} none="last active first" set={(sort) => change({ sort })}>
        {[
          ['-started', 'last started first'],
          ['-cost', 'dearest first'],
        ]}
      </Choice>
      <label>
        <input
          type="checkbox"
          checked={words.starred === '1'}
          onChange={(event) => change({ starred: event.target.checked ? '1' : '' })}
        />
        starred
      </label>
      <label>
        <input
          type="checkbox"
          checked={words.archived === '1'}
          onChange={(event) => change({ archived: event.target.checked ? '1' : '' })}
        />
        archived too
      </label>
      {count > 0 && (
        <button type="button" className="button" onClick={clear}>
          Clear
        </button>
      )}
    </Narrow>
  )
}
