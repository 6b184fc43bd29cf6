import { type NavigateOptions, useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useState } from 'react'
import { useRead } from '../api/queries.ts'
import { nameOf } from '../parts/names.tsx'
import { Dialog } from './dialog.tsx'
import { PAGES } from './pages.ts'

interface Choice {
  id: string
  says: string
  more: string
  go(): void
}

const SHOWN = 6

/** Jump by key, ref or words, or run what a page offers. */
export function Palette({ close }: { close(): void }) {
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const words = text.trim()
  const { data } = useRead('session.list', { text: words, limit: SHOWN }, { enabled: words !== '', keep: true })
  const go = (where: NavigateOptions) => () => {
    close()
    void navigate(where)
  }
  const toSession = (session: string) => go({ to: '/sessions/$session', params: { session } })
  const direct: Choice[] = /^(?:\d+|SESSION-\d+)$/i.test(words)
    ? [{ id: 'key', says: words, more: 'open this session', go: toSession(words) }]
    : /^(?:#\d+|[a-z][\w.]*-\d+)$/i.test(words)
      ? [
          {
            id: 'ref',
            says: words,
            more: 'open this ticket',
            go: go({ to: '/tickets/$ticket', params: { ticket: words } }),
          },
        ]
      : []
  const sessions: Choice[] = (words === '' ? [] : (data?.items ?? [])).map((session) => ({
    id: session.id,
    says: session.title ?? 'no title',
    more: nameOf(session),
    go: toSession(nameOf(session)),
  }))
  const pages: Choice[] = PAGES.filter(({ name }) => name.toLowerCase().startsWith(words.toLowerCase())).map(
    ({ to, name, key }) => ({ id: to, says: name, more: `g ${key}`, go: go({ to }) }),
  )
  const search: Choice[] =
    words === ''
      ? []
      : [{ id: 'search', says: `Search for ${words}`, more: '/', go: go({ to: '/search', search: { q: words } }) }]
  const choices = [...direct, ...sessions, ...pages, ...search]
  const chosen = Math.min(at, choices.length - 1)
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) setAt(Math.max(0, Math.min(choices.length - 1, chosen + step)))
    else if (event.key === 'Enter') choices[chosen]?.go()
    else return
    event.preventDefault()
  }
  return (
    <Dialog title="Go to" close={close}>
      <div className="palette">
        <input
          type="search"
          autoFocus
          aria-label="A key, a ref or words"
          placeholder="SESSION-003, 3, T-4, or words of a title"
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
          role="combobox"
          aria-expanded="true"
          aria-controls="choices"
          aria-activedescendant={choices[chosen] ? `choice-${chosen}` : undefined}
        />
        <ul id="choices" role="listbox" aria-label="Where to go">
          {choices.map(({ id, says, more, go: take }, i) => (
            <li key={id} role="option" id={`choice-${i}`} aria-selected={i === chosen}>
              <button type="button" className="plain" tabIndex={-1} onClick={take}>
                <span className="cut">{says}</span>
                <span className="mono faint">{more}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  )
}
