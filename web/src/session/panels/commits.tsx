import { useRead } from '../../api/queries.ts'
import { Time } from '../../parts/figures.tsx'
import { Failure, Nothing, Waiting } from '../../parts/notice.tsx'
import { useReading } from '../reading.ts'
import { ToTranscript } from './to-transcript.tsx'

const HOW = {
  seen: 'its output shows it',
  files: 'inferred: it alone had changed the files',
  window: 'inferred: it alone was at work then',
  shared: 'inferred: one of several at work then',
} as const

/** Commits the session made, and how that is known. */
export function CommitsPanel() {
  const { session } = useReading()
  const { data, error, refetch } = useRead('session.commits', { session: session.id, limit: 200 })
  if (error && !data) return <Failure error={error} again={() => void refetch()} />
  if (!data) return <Waiting what="commits" />
  if (data.items.length === 0)
    return (
      <Nothing says="No commit of this session is known.">
        <ToTranscript />
      </Nothing>
    )
  return (
    <div className="scroll">
      <table className="figures">
        <thead>
          <tr>
            <th scope="col">Commit</th>
            <th scope="col">Subject</th>
            <th scope="col">How it is known</th>
            <th scope="col" className="right">
              When
            </th>
          </tr>
        </thead>
        <tbody>
          {data.items.map(({ hash, subject, at, evidence }) => (
            <tr key={hash}>
              <td className="mono">{hash.slice(0, 7)}</td>
              <td>{subject}</td>
              <td className="muted">{HOW[evidence]}</td>
              <td className="right">
                <Time at={at} clock />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
