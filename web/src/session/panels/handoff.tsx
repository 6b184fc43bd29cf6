import { useRead } from '../../api/queries.ts'
import { Time } from '../../parts/figures.tsx'
import { Command, Failure, Nothing, Waiting } from '../../parts/notice.tsx'
import { useReading } from '../reading.ts'
import { Markdown } from '../transcript/markdown.tsx'

/** What the session left for whoever carries on. */
export function HandoffPanel() {
  const { session, name } = useReading()
  const { data, error, refetch } = useRead('handoff.show', { handoff: session.id })
  if (error && !data) return <Failure error={error} again={() => void refetch()} />
  if (!data) return <Waiting what="the handoff" />
  const { handoff, markdown } = data
  if (markdown === null) {
    return (
      <Nothing says="No handoff was made of this session.">
        <Command line={`daybook session handoff --session-id ${name}`} />
      </Nothing>
    )
  }
  return (
    <section className="handoff">
      {handoff && (
        <p className="muted">
          {handoff.state}, offered by {handoff.offeredBy} <Time at={handoff.offeredAt} clock alone />
        </p>
      )}
      <Markdown text={markdown} />
    </section>
  )
}
