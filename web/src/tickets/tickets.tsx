import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Asked, Reply } from '../api/operations.ts'
import { useRead } from '../api/queries.ts'
import { formatDuration, plural } from '../../../src/domain/format.ts'
import { TICKET_STATUSES, isClosed } from '../../../src/domain/ticket.ts'
import { Choice } from '../parts/choice.tsx'
import { Duration, Money, Unknown } from '../parts/figures.tsx'
import { Narrow } from '../parts/narrow.tsx'
import { Status } from '../parts/marks.tsx'
import { Command, Failure, Nothing, Waiting } from '../parts/notice.tsx'
import { SessionLink } from '../parts/names.tsx'
import type { Scope } from '../router.tsx'
import { useProject } from '../shell/project-picker.tsx'
import { useTyped } from '../parts/typed.ts'

type TicketItem = Reply<'ticket.list'>['items'][number]
type Figures = Reply<'work.report'>['items'][number]

const MOST = 500

/** What a word of the address asks for. */
const WHICH: Record<string, Partial<Asked<'ticket.list'>>> = {
  '1': { open: true },
  free: { free: true },
  done: { status: ['done', 'closed'] },
}

/** What is open, who holds it, over its estimate or not. */
export function Tickets() {
  const words = useSearch({ from: '/tickets' })
  const navigate = useNavigate({ from: '/tickets' })
  const change = (more: typeof words & Scope): void => void navigate({ search: { ...words, ...more }, replace: true })
  const [text, setText] = useTyped(words.q ?? '', (q) => change({ q }))
  const scope = useProject()
  const narrowed = { ...scope, ...(words.q ? { text: words.q } : {}), ...WHICH[words.open ?? ''] }
  const list = useRead('ticket.list', { ...narrowed, limit: MOST }, { keep: true })
  const report = useRead('work.report', { ...scope, by: 'ticket', children: true, limit: 1000 })
  const hasSprints = list.data?.items.some(({ kind }) => kind === 'sprint') ?? false
  const sprints = useRead('work.report', { ...scope, by: 'sprint', limit: 1000 }, { enabled: hasSprints })
  useEffect(() => void (document.title = 'Tickets – Daybook'), [])
  const rows = [...(report.data?.items ?? []), ...(sprints.data?.items ?? [])]
  const figures = new Map(rows.map((row) => [row.ticket?.id, row]))
  const { data } = list
  return (
    <>
      <div className="heading">
        <h1>Tickets</h1>
        {data && <span className="muted">{plural(data.total, 'ticket')}</span>}
      </div>
      <Narrow
        label="Narrow the list"
        count={words.open ? 1 : 0}
        search={
          <input
            type="search"
            aria-label="Words in a ref, title or description"
            placeholder="Ref, title or description"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        }
      >
        <Choice label="Which" value={words.open} none="all tickets" set={(open) => change({ open })}>
          {[
            ['1', 'open tickets'],
            ['free', 'what can be taken'],
            ['done', 'done'],
          ]}
        </Choice>
        <Choice label="View" value={words.view} none="list" stays set={(view) => change({ view })}>
          {[['board', 'board']]}
        </Choice>
      </Narrow>
      {list.error && !data ? (
        <Failure error={list.error} again={() => void list.refetch()} />
      ) : !data ? (
        <Waiting what="tickets" />
      ) : data.items.length === 0 ? (
        <NoTickets
          isNarrowed={Object.keys(narrowed).length > 0}
          showAll={() => change({ q: '', open: '', project: '' })}
        />
      ) : words.view === 'board' ? (
        <Board items={data.items} figures={figures} />
      ) : (
        <List items={data.items} figures={figures} />
      )}
      {data && data.total > data.items.length && (
        <p className="foot">{plural(data.total - data.items.length, 'ticket')} more: narrow the list to see them.</p>
      )}
    </>
  )
}

function List({ items, figures }: { items: readonly TicketItem[]; figures: ReadonlyMap<string | undefined, Figures> }) {
  return (
    <div className="scroll">
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">Ref</th>
            <th scope="col">Title</th>
            <th scope="col" className="wide">
              Kind
            </th>
            <th scope="col">Status</th>
            <th scope="col" className="wide">
              Held by
            </th>
            <th scope="col" className="right">
              Active
            </th>
            <th scope="col" className="right wide">
              Estimate
            </th>
            <th scope="col" className="right">
              Cost<span className="wide"> at list prices</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((ticket) => {
            const row = figures.get(ticket.id)
            return (
              <tr key={ticket.id}>
                <td className="mono">
                  <Link to="/tickets/$ticket" params={{ ticket: ticket.ref }} data-row={ticket.id}>
                    {ticket.ref}
                  </Link>
                </td>
                <td>{ticket.title ?? <span className="faint">no title</span>}</td>
                <td className="wide muted">{ticket.kind}</td>
                <td>
                  <Status of={ticket.status} />
                </td>
                <td className="wide">
                  {ticket.holder ? <SessionLink of={ticket.holder} /> : <Unknown why="held by no session" />}
                </td>
                <td className="right">
                  {row ? <Duration ms={row.total.activeMs} /> : <Unknown why="no work on it is recorded" />}
                </td>
                <td className="right wide">
                  {ticket.estimateMinutes === null ? (
                    <Unknown why="not estimated" />
                  ) : (
                    formatDuration(ticket.estimateMinutes * 60_000)
                  )}
                </td>
                <td className="right">
                  {row ? <Money of={row.total} /> : <Unknown why="no work on it is recorded" />}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      <p className="foot">Active time and cost at list prices of a ticket include what lies below it.</p>
    </div>
  )
}

function Board({
  items,
  figures,
}: {
  items: readonly TicketItem[]
  figures: ReadonlyMap<string | undefined, Figures>
}) {
  const columns = TICKET_STATUSES.filter((status) => !isClosed(status) || items.some((one) => one.status === status))
  const filled = columns.filter((status) => items.some((one) => one.status === status))
  return (
    <div className="board" role="group" aria-label="Board" tabIndex={0}>
      {filled.map((status) => {
        const here = items.filter((one) => one.status === status)
        return (
          <section key={status} aria-label={status.replace('_', ' ')}>
            <h2 className="group">
              <Status of={status} /> <span className="muted">{here.length}</span>
            </h2>
            <ul>
              {here.map((ticket) => (
                <li key={ticket.id}>
                  <Link
                    to="/tickets/$ticket"
                    params={{ ticket: ticket.ref }}
                    className="board-ticket"
                    data-row={ticket.id}
                  >
                    <span className="mono accented">{ticket.ref}</span> {ticket.title ?? 'no title'}
                    {figures.has(ticket.id) && (
                      <span className="muted board-figures">
                        <Duration ms={figures.get(ticket.id)!.total.activeMs} />{' '}
                        <Money of={figures.get(ticket.id)!.total} />
                      </span>
                    )}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        )
      })}
    </div>
  )
}

function NoTickets({ isNarrowed, showAll }: { isNarrowed: boolean; showAll(): void }) {
  const { data } = useRead('work.suggestions', { limit: 3 })
  if (isNarrowed) {
    return (
      <Nothing says="No ticket matches these filters.">
        <button type="button" className="button" onClick={showAll}>
          Show all tickets
        </button>
      </Nothing>
    )
  }
  return (
    <Nothing says="No ticket yet. Make one:">
      <Command line={'daybook ticket create "Cache tide tables" --no-parent'} />
      {data && data.items.length > 0 && (
        <>
          <p>Or take them from what sessions say of themselves:</p>
          <ul>
            {data.items.map(({ sessionId, ref, session, title }) => (
              <li key={sessionId}>
                ? <span className="mono">{ref}</span> · {session} {title}
              </li>
            ))}
          </ul>
          <Command line="daybook report --suggest --accept all" />
        </>
      )}
    </Nothing>
  )
}
