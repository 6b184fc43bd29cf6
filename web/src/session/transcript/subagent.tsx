import { useReading } from '../reading.ts'
import { Blocks } from './blocks.tsx'

/** What a subagent said and did, one rail deeper. */
export function Subagent({ of }: { of: { transcriptId: number } }) {
  const { outline } = useReading()
  const transcript = outline?.transcripts.find(({ id }) => id === of.transcriptId)
  if (!transcript) return null
  return (
    <div className="rail">
      <Blocks transcripts={[transcript]} show="all" />
    </div>
  )
}
