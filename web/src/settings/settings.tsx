import { useEffect, useState } from 'react'
import { useChange, useRead } from '../api/queries.ts'
import { formatCount } from '../../../src/domain/format.ts'
import { Time, Unknown } from '../parts/figures.tsx'
import { Agent, Mark, type MarkName } from '../parts/marks.tsx'
import { Command, Failure, Nothing, Waiting } from '../parts/notice.tsx'
import { Access } from './access.tsx'
import { Privacy } from './privacy.tsx'
import { Webhooks } from './webhooks.tsx'
import { areKeysOn, setKeysOn } from '../shell/keys.ts'
import { type Theme, chooseTheme, chosenTheme } from '../shell/theme.ts'

/** Is everything read, what is wrong, and how this page behaves. */
export function Settings() {
  useEffect(() => void (document.title = 'Settings – Daybook'), [])
  return (
    <>
      <div className="heading">
        <h1>Settings</h1>
      </div>
      <Page />
      <Sources />
      <Problems />
      <Health />
      <Privacy />
      <Access />
      <Webhooks />
    </>
  )
}

function Page() {
  const [theme, setTheme] = useState(chosenTheme)
  const [keys, setKeys] = useState(areKeysOn)
  return (
    <section>
      <h2 className="group">This page, in this browser</h2>
      <div className="tools">
        <label>
          Colours
          <select
            value={theme}
            onChange={({ target: { value } }) => {
              chooseTheme(value as Theme)
              setTheme(value as Theme)
            }}
          >
            <option value="system">as the system has it</option>
            <option value="light">light</option>
            <option value="dark">dark</option>
          </select>
        </label>
        <label>
          <input
            type="checkbox"
            checked={keys}
            onChange={({ target: { checked } }) => {
              setKeysOn(checked)
              setKeys(checked)
            }}
          />
          single keys do things
        </label>
      </div>
    </section>
  )
}

function Sources() {
  const { data, error } = useRead('agent.list', {})
  if (error) return <Failure error={error} />
  if (!data) return <Waiting what="agents’ folders" />
  return (
    <section id="sources">
      <h2 className="group">Sources</h2>
      <div className="scroll" role="region" aria-label="Sources" tabIndex={0}>
        <table className="figures">
          <thead>
            <tr>
              <th scope="col">Agent</th>
              <th scope="col" className="right wide">
                Files
              </th>
              <th scope="col" className="right">
                Sessions
              </th>
              <th scope="col" className="right">
                Problems
              </th>
              <th scope="col" className="right">
                Newest
              </th>
              <th scope="col" className="wide">
                Where
              </th>
            </tr>
          </thead>
          <tbody>
            {data.items.map(({ agent, files, sessions, problems, newestAt, roots, found, ignored }) => (
              <tr key={agent}>
                <td>
                  <Agent id={agent} named />
                </td>
                <td className="right wide">
                  {files === null ? <Unknown why="no folder of it is here" /> : formatCount(files)}
                </td>
                <td className="right">{formatCount(sessions)}</td>
                <td className={problems > 0 ? 'right warn' : 'right'}>{formatCount(problems)}</td>
                <td className="right">
                  {newestAt === null ? <Unknown why="nothing was written" /> : <Time at={newestAt} />}
                </td>
                <td className="muted where wide">
                  {ignored
                    ? 'not read, as configured'
                    : found
                      ? roots
                          .filter(({ present }) => present)
                          .map(({ path }) => path)
                          .join(', ')
                      : 'not found'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function Problems() {
  const { data, error } = useRead('problem.list', { limit: 100 })
  if (error) return <Failure error={error} />
  if (!data) return <Waiting what="problems" />
  return (
    <section id="problems">
      <h2 className="group">
        Problems <span className="muted">{formatCount(data.total)}</span>
      </h2>
      {data.total === 0 ? (
        <Nothing says="Every line that was read could be understood." />
      ) : (
        <ul className="rows">
          {data.items.map(({ id, agent, path, line, reason, at }) => (
            <li key={id} className="line-row">
              <Agent id={agent} />
              <span className="mono">
                {path}
                {line !== null && `:${line}`}
              </span>
              <span>{reason}</span>
              <span className="muted push">
                <Time at={at} ago />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

const MARKS: Record<string, { name: MarkName; tone: string }> = {
  ok: { name: 'done', tone: 'ok' },
  warn: { name: 'waiting', tone: 'warn' },
  error: { name: 'failed', tone: 'bad' },
}

/** The doctor looks at everything, so it is asked for. */
function Health() {
  const check = useChange('doctor')
  return (
    <section id="health">
      <h2 className="group">Storage and health</h2>
      {!check.data && (
        <button type="button" className="button" disabled={check.isPending} onClick={() => check.mutate({})}>
          {check.isPending ? 'Looking at everything' : 'Look at size, sources, hooks and disk'}
        </button>
      )}
      {check.error && <Failure error={check.error} />}
      {check.data && (
        <ul className="rows health">
          {check.data.items.map(({ name, level, says, details, try: hint }, i) => (
            <li key={i} className="note-row">
              <Mark name={MARKS[level]!.name} label={level} tone={MARKS[level]!.tone} />
              <span className="check-field">{name}</span>
              <span className="note-text">
                {says}
                {details.map((detail) => (
                  <span key={detail} className="muted detail">
                    {detail}
                  </span>
                ))}
                {hint !== null && <Command line={hint} />}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
