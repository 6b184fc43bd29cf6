import { type FormEvent, useState } from 'react'
import { FEED_KINDS, type FeedKind } from '../../../src/domain/feed.ts'
import { formatCount, plural } from '../../../src/domain/format.ts'
import type { Reply } from '../api/operations.ts'
import { useChange, useRead } from '../api/queries.ts'
import { Clock, Time } from '../parts/figures.tsx'
import { Mark } from '../parts/marks.tsx'
import { Failure, Waiting } from '../parts/notice.tsx'
import { Sure } from '../parts/sure.tsx'
import { Secret } from './access.tsx'

type Webhook = Reply<'webhook.list'>['items'][number]

/** Addresses that are told what happens: what waits for each, and what stands in the way. */
export function Webhooks() {
  const { data, error } = useRead('webhook.list', { limit: 200 })
  const retry = useChange('webhook.retry')
  const remove = useChange('webhook.remove')
  if (error) return <Failure error={error} />
  if (!data) return <Waiting what="webhooks" rows={2} />
  const failed = retry.error ?? remove.error
  return (
    <section id="webhooks">
      <h2 className="group">
        Webhooks <span className="muted">{data.total}</span>
      </h2>
      <p className="muted">An address is told what happened and where to look, never what was said.</p>
      <NewWebhook />
      {failed && <Failure error={failed} />}
      <ul className="rows">
        {data.items.map((webhook) => (
          <li key={webhook.id} className="line-row">
            <span className="mono strong">{webhook.id}</span>
            <span className="mono">{webhook.url}</span>
            <span className="muted">{webhook.kinds.join(', ')}</span>
            <Standing of={webhook} />
            <span className="push tools">
              {webhook.lastError !== null && (
                <button
                  type="button"
                  className="button"
                  disabled={retry.isPending}
                  onClick={() => retry.mutate({ id: webhook.id })}
                >
                  Try again<span className="unseen"> {webhook.id}</span>
                </button>
              )}
              <Sure
                says="Remove"
                of={webhook.id}
                isPending={remove.isPending}
                run={() => remove.mutate({ id: webhook.id })}
              />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Standing({ of: { behind, lastError, attempts, nextAttemptAt, stoppedAt, deliveredAt } }: { of: Webhook }) {
  const waits = behind > 0 ? `, ${plural(behind, 'event')} behind` : ''
  if (lastError === null) {
    return (
      <span className="muted">
        {deliveredAt === null ? 'nothing told yet' : 'told '}
        {deliveredAt !== null && <Time at={deliveredAt} ago />}
        {waits}
      </span>
    )
  }
  return (
    <span>
      <Mark name="failed" label="failed" tone="bad" /> {lastError},{' '}
      {stoppedAt !== null ? 'given up' : `tried ${attempts === 1 ? 'once' : `${formatCount(attempts)} times`}`}
      {nextAttemptAt !== null && (
        <>
          , again at <Clock at={nextAttemptAt} />
        </>
      )}
      {waits}
    </span>
  )
}

function NewWebhook() {
  const add = useChange('webhook.add')
  const [url, setUrl] = useState('')
  const [kinds, setKinds] = useState<readonly FeedKind[]>(FEED_KINDS)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    add.mutate({ url: url.trim(), kind: [...kinds] }, { onSuccess: () => setUrl('') })
  }
  return (
    <>
      <form className="tools" aria-label="A new webhook" onSubmit={submit}>
        <label>
          Tell
          <input
            required
            type="url"
            placeholder="https://example.com/daybook"
            value={url}
            onChange={({ target }) => setUrl(target.value)}
          />
        </label>
        {FEED_KINDS.map((kind) => (
          <label key={kind}>
            <input
              type="checkbox"
              checked={kinds.includes(kind)}
              onChange={({ target }) =>
                setKinds(target.checked ? [...kinds, kind] : kinds.filter((one) => one !== kind))
              }
            />
            {kind}
          </label>
        ))}
        <button type="submit" className="button" disabled={add.isPending || kinds.length === 0}>
          Add a webhook
        </button>
      </form>
      {add.error && <Failure error={add.error} />}
      {add.data && <Secret says={`What ${add.data.id} is told is signed with this secret`} text={add.data.secret} />}
    </>
  )
}
