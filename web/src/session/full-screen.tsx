import { useState } from 'react'
import { useRead } from '../api/queries.ts'
import { download } from '../parts/download.ts'
import { Copy, Failure, Waiting } from '../parts/notice.tsx'
import { Dialog } from '../shell/dialog.tsx'
import { useReading } from './reading.ts'
import { Ansi } from './transcript/ansi.tsx'

/** All that a call gave back. */
export function FullScreen({ title, entryId, close }: { title: string; entryId: string; close(): void }) {
  const { session } = useReading()
  const { data, error } = useRead('session.entry', { session: session.id, entry: entryId })
  const [wrap, setWrap] = useState(true)
  const text =
    data?.item.call?.result?.head ?? (data?.item.content && 'text' in data.item.content ? data.item.content.text : '')
  return (
    <Dialog title={title} close={close}>
      <div className="tools">
        <label>
          <input type="checkbox" checked={wrap} onChange={(event) => setWrap(event.target.checked)} /> wrap lines
        </label>
        <Copy text={text} label="Copy" />
        <button type="button" className="button" onClick={() => download('output.txt', text)}>
          Download
        </button>
      </div>
      {error ? (
        <Failure error={error} />
      ) : data ? (
        <pre className={wrap ? 'full wrap' : 'full'} tabIndex={0} role="region" aria-label={title}>
          <Ansi text={text} />
        </pre>
      ) : (
        <Waiting what="the whole output" />
      )}
    </Dialog>
  )
}
