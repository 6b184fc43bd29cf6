import { useState } from 'react'
import { useRead } from '../api/queries.ts'
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
        <button type="button" className="button" onClick={() => download(text)}>
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

function download(text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = address
  link.download = 'output.txt'
  link.click()
  URL.revokeObjectURL(address)
}
