import { type FormEvent, useState } from 'react'
import { useChange, useRead } from '../api/queries.ts'
import { Commands } from '../parts/commands.tsx'
import { Time } from '../parts/figures.tsx'
import { Copy, Failure, Waiting } from '../parts/notice.tsx'
import { Sure } from '../parts/sure.tsx'

const SCOPES = [
  ['read', 'may read'],
  ['write', 'may read and change'],
  ['destroy', 'may do all'],
] as const
type Scope = (typeof SCOPES)[number][0]

const LASTS = [
  ['7d', 'for 7 days'],
  ['30d', 'for 30 days'],
  ['52w', 'for a year'],
  ['', 'until revoked'],
] as const

/** Who may come in beside this browser. */
export function Access() {
  const { data, error } = useRead('token.list', { limit: 200 })
  const revoke = useChange('token.revoke')
  if (error) return <Failure error={error} />
  if (!data) return <Waiting what="tokens" rows={2} />
  return (
    <section id="access">
      <h2 className="group">
        Access <span className="muted">{data.total}</span>
      </h2>
      <p className="muted">Tokens let a program, another machine or another person ask this server.</p>
      <NewToken />
      {revoke.error && <Failure error={revoke.error} />}
      <ul className="rows">
        {data.items.map(({ name, scope, createdAt, expiresAt }) => (
          <li key={name} className="line-row">
            <span className="mono strong">{name}</span>
            <span>{SCOPES.find(([one]) => one === scope)?.[1]}</span>
            <span className="muted">
              made <Time at={createdAt} ago />
              {expiresAt === null ? (
                ', until revoked'
              ) : Date.parse(expiresAt) <= Date.now() ? (
                <span className="warn">, it is over</span>
              ) : (
                <>
                  , until <Time at={expiresAt} />
                </>
              )}
            </span>
            <span className="push">
              <Sure says="Revoke" of={name} isPending={revoke.isPending} run={() => revoke.mutate({ name })} />
            </span>
          </li>
        ))}
      </ul>
      <Commands of={[['Which agents call Daybook, and what set-up wrote there', 'daybook setup --check']]} />
    </section>
  )
}

/** Makes one and shows it: this page forgets it when it goes. */
function NewToken() {
  const create = useChange('token.create')
  const [name, setName] = useState('')
  const [scope, setScope] = useState<Scope>('read')
  const [expires, setExpires] = useState('30d')
  const made = create.data
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const asked = { name: name.trim(), scope, ...(expires === '' ? {} : { expires }) }
    create.mutate(asked, { onSuccess: () => setName('') })
  }
  return (
    <>
      <form className="tools" aria-label="A new token" onSubmit={submit}>
        <label>
          For
          <input required placeholder="ci" value={name} onChange={({ target }) => setName(target.value)} />
        </label>
        <label>
          which
          <select value={scope} onChange={({ target }) => setScope(target.value as Scope)}>
            {SCOPES.map(([value, says]) => (
              <option key={value} value={value}>
                {says}
              </option>
            ))}
          </select>
        </label>
        <label>
          counts
          <select value={expires} onChange={({ target }) => setExpires(target.value)}>
            {LASTS.map(([value, says]) => (
              <option key={value} value={value}>
                {says}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="button" disabled={create.isPending}>
          Make a token
        </button>
      </form>
      {create.error && <Failure error={create.error} />}
      {made && <Secret says={`The token ${made.name}`} text={made.token} />}
    </>
  )
}

/** What is told once. */
export function Secret({ says, text }: { says: string; text: string }) {
  return (
    <div className="notice" role="status">
      <p>{says}, shown this once:</p>
      <p className="command">
        <code className="secret">{text}</code>
        <Copy text={text} label="Copy" name={`Copy ${says.toLowerCase()}`} />
      </p>
    </div>
  )
}
