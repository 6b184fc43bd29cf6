import { useRead } from '../../api/queries.ts'
import { Time, Unknown } from '../../parts/figures.tsx'
import { Failure, Nothing, Waiting } from '../../parts/notice.tsx'
import { useReading } from '../reading.ts'
import { ToTranscript } from './to-transcript.tsx'

/** Who did what to the session, newest first. */
export function LogPanel() {
  const { session } = useReading()
  const { data, error, refetch } = useRead('activity.list', { session: session.id, limit: 200 })
  if (error && !data) return <Failure error={error} again={() => void refetch()} />
  if (!data) return <Waiting what="the log" />
  if (data.items.length === 0)
    return (
      <Nothing says="Nothing was logged of this session.">
        <ToTranscript />
      </Nothing>
    )
  return (
    <div className="scroll">
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">With</th>
          </tr>
        </thead>
        <tbody>
          {data.items.map(({ id, at, actor, action, payload }) => (
            <tr key={id}>
              <td>
                <Time at={at} clock />
              </td>
              <td>{actor}</td>
              <td>{action.replace('.', ' ').replaceAll('_', ' ')}</td>
              <td className="muted log-payload">
                {payload === null ? 'erased' : wordsOf(payload) || <Unknown why="nothing more is logged" />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Of a path its file, which tells them apart. */
function shortOf(value: string): string {
  return /^(?:\/|[A-Z]:\\)\S+$/.test(value) ? `…/${value.split(/[\\/]/).at(-1)}` : value
}

function wordsOf(payload: Record<string, unknown>): string {
  return Object.entries(payload)
    .filter(([, value]) => typeof value !== 'object' && value !== null)
    .map(([name, value]) => `${name}: ${shortOf(String(value))}`)
    .join(' · ')
}
