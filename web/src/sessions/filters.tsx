import { useState } from 'react'
import { STATUS_FILTERS } from '../../../src/domain/session.ts'
import { useAbout } from '../parts/about.ts'
import { Choice } from '../parts/choice.tsx'
import { useTyped } from '../parts/typed.ts'
import type { SessionsSearch } from '../router.tsx'
import { filterCount } from './narrowing.ts'

/** What narrows the list; each choice stands in the address. */
export function Filters({ words, change }: { words: SessionsSearch; change(more: SessionsSearch): void }) {
  const { agents, projects } = useAbout()
  const [open, setOpen] = useState(false)
  const [text, setText] = useTyped(words.q ?? '', (q) => change({ q }))
  const count = filterCount(words)
  return (
    <div className={open ? 'tools filters open' : 'tools filters'} role="search" aria-label="Narrow the list">
      <input
        type="search"
        aria-label="Words in a title, a key or an id"
        placeholder="Title, key or id"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="button" className="button filters-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        Filters{count > 0 ? ` ${count}` : ''}
      </button>
      <Choice label="Agent" value={words.agent} none="all agents" set={(agent) => change({ agent })}>
        {agents.map(({ agent, name }) => [agent, name])}
      </Choice>
      <Choice label="Project" value={words.project} none="all projects" set={(project) => change({ project })}>
        {projects.map(({ id, name }) => [id, name])}
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
      {words.ticket && (
        <button type="button" className="button" onClick={() => change({ ticket: '' })}>
          ticket <span className="mono">{words.ticket}</span> ×<span className="unseen">take away</span>
        </button>
      )}
    </div>
  )
}
