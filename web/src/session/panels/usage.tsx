import { formatCount, plural } from '../../../../src/domain/format.ts'
import { useAbout } from '../../parts/about.ts'
import { Duration, Money } from '../../parts/figures.tsx'
import { useReading } from '../reading.ts'

/** Tokens by kind, cost, times and tools. */
export function UsagePanel() {
  const { session } = useReading()
  const { priceDate } = useAbout()
  const { usage } = session
  const kinds: [string, number][] = [
    ['Input', usage.inputTokens],
    ['Output', usage.outputTokens],
    ['Cache read', usage.cacheReadTokens],
    ['Cache write', usage.cacheWriteTokens],
  ]
  return (
    <div className="panel-columns">
      <section>
        <h2>Tokens and cost</h2>
        <table className="figures">
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col" className="right">
                Tokens
              </th>
            </tr>
          </thead>
          <tbody>
            {kinds.map(([name, tokens]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="right">{formatCount(tokens)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">Cost at list prices, {plural(usage.responses, 'response')}</th>
              <td className="right strong">
                <Money of={usage} />
              </td>
            </tr>
          </tfoot>
        </table>
        <p className="foot">
          {priceDate && `At API list prices of ${priceDate}. `}A subscription bills differently.
          {usage.costReason && ` + leaves out ${formatCount(usage.unpricedTokens)} tokens: ${usage.costReason}.`}
        </p>
        <h2>Time</h2>
        <dl className="facts">
          <dt>active</dt>
          <dd>
            <Duration ms={session.activeMs} />
          </dd>
          <dt>wall</dt>
          <dd>
            <Duration ms={session.wallMs} />
          </dd>
          <dt>tools</dt>
          <dd>
            <Duration ms={session.toolMs} />
          </dd>
        </dl>
      </section>
      <section>
        <h2>Calls</h2>
        <div className="scroll">
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">Tool</th>
                <th scope="col" className="right">
                  Calls
                </th>
                <th scope="col" className="right">
                  Failed
                </th>
                <th scope="col" className="right">
                  Tool time
                </th>
              </tr>
            </thead>
            <tbody>
              {session.tools.map(({ tool, server, calls, failed, durationMs }) => (
                <tr key={`${server} ${tool}`}>
                  <th scope="row" className="mono">
                    {server === null ? tool : `${server} / ${tool}`}
                  </th>
                  <td className="right">{formatCount(calls)}</td>
                  <td className={failed > 0 ? 'right bad' : 'right'}>{formatCount(failed)}</td>
                  <td className="right">
                    <Duration ms={durationMs} />
                  </td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">All</th>
                <td className="right">{formatCount(session.invocationCount)}</td>
                <td className="right">{formatCount(session.failedCount)}</td>
                <td className="right">
                  <Duration ms={session.toolMs} />
                </td>
              </tr>
            </tfoot>
          </table>
        </div>
      </section>
    </div>
  )
}
