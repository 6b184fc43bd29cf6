import { useRead } from '../api/queries.ts'
import { Commands } from '../parts/commands.tsx'
import { Money, Tokens, Unknown } from '../parts/figures.tsx'
import { Failure, Waiting } from '../parts/notice.tsx'

const MOST = 200

/** Prices in force: of whom, from when, and which models have none. */
export function Prices() {
  const usage = useRead('usage.model', { limit: MOST })
  const about = useRead('about', {})
  const error = usage.error ?? about.error
  if (error) return <Failure error={error} />
  if (!usage.data || !about.data) return <Waiting what="prices" rows={4} />
  const { items, priceDate } = usage.data
  const own = about.data.ownPrices
  return (
    <section id="prices">
      <h2 className="group">Prices</h2>
      <p className="muted">
        Cost is at API list prices of {priceDate}, built in. A subscription bills differently. {ownWords(own)}
      </p>
      {items.length > 0 && (
        <div className="scroll" role="region" aria-label="Prices" tabIndex={0}>
          <table className="figures">
            <thead>
              <tr>
                <th scope="col">Model</th>
                <th scope="col">Price</th>
                <th scope="col" className="right wide">
                  Tokens without one
                </th>
                <th scope="col" className="right">
                  Cost
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((row) => (
                <tr key={row.model}>
                  <td className="mono">{row.model}</td>
                  <td>
                    {own?.some(({ model }) => model === row.model) ? (
                      'your own'
                    ) : row.unpricedTokens > 0 ? (
                      <span className="warn">not known</span>
                    ) : (
                      <span className="muted">list</span>
                    )}
                  </td>
                  <td className="right wide">
                    {row.unpricedTokens > 0 ? (
                      <Tokens count={row.unpricedTokens} />
                    ) : (
                      <Unknown why="all have a price" />
                    )}
                  </td>
                  <td className="right">
                    <Money of={row} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Commands
        of={[
          [
            'Where prices of your own are read from, prices.toml beside the configuration or the file that prices names',
            'daybook config',
          ],
          ['Price what is recorded anew, after prices changed', 'daybook reindex'],
        ]}
      />
    </section>
  )
}

function ownWords(own: readonly { model: string; from: string | null }[] | null): string {
  if (own === null) return 'The file of your own prices cannot be read.'
  if (own.length === 0) return 'No prices of your own stand over it.'
  const each = own.map(({ model, from }) => (from === null ? model : `${model} from ${from} on`))
  return `Your own stand over it: ${each.join(', ')}.`
}
