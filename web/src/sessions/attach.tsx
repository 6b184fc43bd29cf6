import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { plural } from '../../../src/domain/format.ts'
import type { AppError } from '../../../src/domain/errors.ts'
import { ask } from '../api/ask.ts'
import { useRead } from '../api/queries.ts'
import { Failure } from '../parts/notice.tsx'
import { Dialog } from '../shell/dialog.tsx'

/** Says what sessions are for: a ticket, or none on purpose. The work from now on counts there. */
export function Attach({ sessions, close }: { sessions: readonly string[]; close(): void }) {
  const client = useQueryClient()
  const [ref, setRef] = useState('')
  const [failed, setFailed] = useState<AppError>()
  const { data } = useRead('ticket.list', { open: true, limit: 200 })
  const attach = async (to: { ticket: string } | { none: true }): Promise<void> => {
    try {
      for (const session of sessions) await ask('session.attach', { session, ...to })
      close()
    } catch (error) {
      setFailed(error as AppError)
    }
    await client.invalidateQueries()
  }
  return (
    <Dialog title={`Attach ${plural(sessions.length, 'session')}`} close={close}>
      <form
        className="tools"
        onSubmit={(event) => {
          event.preventDefault()
          if (ref.trim() !== '') void attach({ ticket: ref.trim() })
        }}
      >
        <label>
          to
          <input
            list="open-tickets"
            autoFocus
            aria-label="Ticket"
            placeholder="T-4"
            value={ref}
            onChange={(event) => setRef(event.target.value)}
          />
        </label>
        <datalist id="open-tickets">
          {data?.items.map((ticket) => (
            <option key={ticket.id} value={ticket.ref}>
              {ticket.title}
            </option>
          ))}
        </datalist>
        <button type="submit" className="button primary">
          Attach
        </button>
        <button type="button" className="button" onClick={() => void attach({ none: true })}>
          To no ticket, on purpose
        </button>
      </form>
      {failed && <Failure error={failed} />}
      <p className="foot">Calls, tokens and time count there from now on.</p>
    </Dialog>
  )
}
