import { useState } from 'react'
import { plural } from '../../../../src/domain/format.ts'
import type { Reply } from '../../api/operations.ts'
import { useRead } from '../../api/queries.ts'
import { Failure, Waiting } from '../../parts/notice.tsx'
import { Dialog } from '../../shell/dialog.tsx'
import { useReading } from '../reading.ts'

type Picture = Reply<'session.pictures'>['items'][number]

/** Pictures of a message: how many there are, then themselves, out of the archive, when somebody wants to see them. */
export function Pictures({ entryId, count }: { entryId: string; count: number }) {
  const { session } = useReading()
  const [open, setOpen] = useState(false)
  const [full, setFull] = useState<number>()
  const input = { session: session.id, entry: entryId }
  const { data, error } = useRead('session.pictures', input, { enabled: open, forGood: true })
  const says = plural(count, 'picture')
  if (!open) {
    return (
      <button type="button" className="plain accented" onClick={() => setOpen(true)}>
        show {says}
      </button>
    )
  }
  if (error) return <Failure error={error} />
  if (!data) return <Waiting what={says} rows={2} />
  if (data.items.length === 0) return <p className="muted">{says}, of which the transcript has no more than the name</p>
  const shown = full === undefined ? undefined : data.items[full]
  return (
    <div className="pictures">
      {data.items.map((picture, i) => (
        <button key={i} type="button" className="plain" onClick={() => setFull(i)}>
          <img src={addressOf(picture)} alt={`Picture ${i + 1} of ${data.items.length}`} />
        </button>
      ))}
      {shown && (
        <Dialog title={`Picture ${full! + 1} of ${data.items.length}`} close={() => setFull(undefined)}>
          <img className="picture-full" src={addressOf(shown)} alt="" />
        </Dialog>
      )}
    </div>
  )
}

function addressOf({ mediaType, data }: Picture): string {
  return `data:${mediaType};base64,${data}`
}
