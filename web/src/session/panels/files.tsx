import { useState } from 'react'
import type { Reply } from '../../api/operations.ts'
import { useRead } from '../../api/queries.ts'
import { plural } from '../../../../src/domain/format.ts'
import { Clock } from '../../parts/figures.tsx'
import { Mark } from '../../parts/marks.tsx'
import { Failure, Nothing, Waiting } from '../../parts/notice.tsx'
import { useReading } from '../reading.ts'
import { changesOf } from '../transcript/changes.ts'
import { Counts, Diff } from '../transcript/diff.tsx'

type FileTouched = Reply<'file.list'>['items'][number]

/** Files that the session changed, each change as its call made it. */
export function FilesPanel() {
  const { session } = useReading()
  const { data, error, refetch } = useRead('file.list', { session: session.id, limit: 500 })
  if (error && !data) return <Failure error={error} again={() => void refetch()} />
  if (!data) return <Waiting what="files" />
  if (data.total === 0) return <Nothing says="This session changed no file." />
  return (
    <>
      <p className="muted panel-sum">{plural(data.total, 'file')} changed, the newest change first</p>
      <ul className="rows">
        {data.items.map((file) => (
          <File key={file.path} of={file} />
        ))}
      </ul>
    </>
  )
}

function File({ of }: { of: FileTouched }) {
  const [open, setOpen] = useState(false)
  return (
    <li>
      <button
        type="button"
        className="plain call-head file-head"
        data-row={of.path}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Mark name={open ? 'unfolded' : 'folded'} />
        <span className="mono cut call-line" title={of.path}>
          {of.path}
        </span>
        {of.kind !== 'edit' && <span className="muted">{of.kind === 'create' ? 'new' : 'deleted'}</span>}
        {of.linesAdded !== null && of.linesRemoved !== null && (
          <Counts added={of.linesAdded} removed={of.linesRemoved} />
        )}
        <span className="muted">{plural(of.changes, 'change')}</span>
      </button>
      {open && <Changes path={of.path} />}
    </li>
  )
}

function Changes({ path }: { path: string }) {
  const { session } = useReading()
  const { data, error } = useRead('file.history', { path, session: session.id, limit: 200 })
  if (error) return <Failure error={error} />
  if (!data) return <Waiting what="changes" rows={2} />
  return (
    <div className="call-body">
      {data.items.toReversed().map(({ entryId, at, commit }) => (
        <Change key={entryId} entryId={entryId} at={at} path={path} commit={commit?.hash ?? null} />
      ))}
    </div>
  )
}

function Change({ entryId, at, path, commit }: { entryId: string; at: string; path: string; commit: string | null }) {
  const { session, jump } = useReading()
  const { data } = useRead('session.entry', { session: session.id, entry: entryId }, { forGood: true })
  const content = data?.item.content
  const all = content?.type === 'tool_call' ? changesOf(content.input) : []
  const own = all.filter((change) => path.endsWith(change.path) || change.path.endsWith(path))
  return (
    <div>
      <p>
        <button type="button" className="plain accented" onClick={() => jump(entryId)}>
          changed at <Clock at={at} />
        </button>
        {commit && (
          <>
            {' · '}
            <span className="mono">{commit.slice(0, 7)}</span>
          </>
        )}
      </p>
      {own.map((change, i) => (
        <Diff key={i} of={change} />
      ))}
      {data && own.length === 0 && <p className="muted">The call does not say what it changed.</p>}
    </div>
  )
}
