import { useState } from 'react'
import type { Reply } from '../../api/operations.ts'
import { useAllForGood, useRead } from '../../api/queries.ts'
import { plural } from '../../../../src/domain/format.ts'
import { Clock } from '../../parts/figures.tsx'
import { Mark } from '../../parts/marks.tsx'
import { pathBelow } from '../../parts/names.tsx'
import { Failure, Nothing, Waiting } from '../../parts/notice.tsx'
import { useReading } from '../reading.ts'
import { ToTranscript } from './to-transcript.tsx'
import { changesOf } from '../transcript/changes.ts'
import { Counts, Diff } from '../transcript/diff.tsx'
import type { FileDiff } from '../transcript/lines.ts'
import { netChange } from '../transcript/net.ts'

type FileTouched = Reply<'file.list'>['items'][number]
type Touch = Reply<'file.history'>['items'][number]

/** Files that the session changed, and what it made of each. */
export function FilesPanel() {
  const { session } = useReading()
  const { data, error, refetch } = useRead('file.list', { session: session.id, limit: 500 })
  if (error && !data) return <Failure error={error} again={() => void refetch()} />
  if (!data) return <Waiting what="files" />
  if (data.total === 0)
    return (
      <Nothing says="This session changed no file.">
        <ToTranscript />
      </Nothing>
    )
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
  const { session } = useReading()
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
        <span className="mono file-path" title={of.path}>
          {pathBelow(of.path, session.cwd)}
        </span>
        <span className="muted">{of.kind === 'create' ? 'new' : of.kind === 'edit' ? '' : 'deleted'}</span>
        <span className="right">
          {of.linesAdded !== null && of.linesRemoved !== null && (
            <Counts added={of.linesAdded} removed={of.linesRemoved} />
          )}
        </span>
        <span className="muted right">{plural(of.changes, 'change')}</span>
      </button>
      {open && <Changes of={of} />}
    </li>
  )
}

const MOST_CHANGES = 200

/** What the session made of a file in the end, then change by change. */
function Changes({ of }: { of: FileTouched }) {
  const { session, jump } = useReading()
  const { path } = of
  const [each, setEach] = useState(false)
  const { data, error } = useRead('file.history', { path, session: session.id, limit: MOST_CHANGES })
  const touches = data?.items.toReversed() ?? []
  const entries = useAllForGood(
    'session.entry',
    touches.map(({ entryId }) => ({ session: session.id, entry: entryId })),
  )
  if (error) return <Failure error={error} />
  if (!data || !entries) return <Waiting what="changes" rows={2} />
  const made = touches.map((touch, i) => ({ touch, diffs: diffsIn(entries[i]!, path) }))
  const told = made.flatMap(({ touch: { entryId }, diffs }) => diffs.map((diff) => ({ entryId, diff })))
  const isWhole = data.nextCursor === null && made.every(({ diffs }) => diffs.length > 0)
  const net = isWhole ? netChange(told, of.kind === 'create') : []
  const touchOf = (entryId: string): Touch => touches.find((touch) => touch.entryId === entryId)!
  const isOne = touches.length === 1
  return (
    <div className="call-body">
      {!isOne && isWhole && (
        <section aria-label="In the end">
          {net.length === 0 && <p className="muted">In the end it is as it was before.</p>}
          {net.map(({ entryIds, diff }, i) => (
            <div key={i}>
              <p className="made-by">
                {[...new Set(entryIds)].map((entryId) => (
                  <Made key={entryId} of={touchOf(entryId)} jump={jump} />
                ))}
                <Counts added={diff.added} removed={diff.removed} />
              </p>
              <Diff of={diff} />
            </div>
          ))}
          <button type="button" className="button" aria-expanded={each} onClick={() => setEach(!each)}>
            {each ? 'Only what it came to' : `Each of ${plural(touches.length, 'change')}`}
          </button>
        </section>
      )}
      {(isOne || each || !isWhole) &&
        made.map(({ touch, diffs }) => (
          <div key={touch.entryId}>
            <p className="made-by">
              <Made of={touch} jump={jump} />
            </p>
            {diffs.map((diff, i) => (
              <Diff key={i} of={diff} />
            ))}
            {diffs.length === 0 && <p className="muted">The call does not say what it changed.</p>}
          </div>
        ))}
    </div>
  )
}

/** When something was changed, linked to the call, and the commit that took it. */
function Made({ of: { entryId, at, commit }, jump }: { of: Touch; jump(entryId: string): void }) {
  return (
    <span>
      <button type="button" className="plain accented" onClick={() => jump(entryId)}>
        changed at <Clock at={at} />
      </button>{' '}
      {commit === null ? (
        <span className="faint">in no commit that is known</span>
      ) : (
        <span className="mono">{commit.hash.slice(0, 7)}</span>
      )}
    </span>
  )
}

/** What a call did to one file. */
function diffsIn({ item: { content } }: Reply<'session.entry'>, path: string): FileDiff[] {
  const all = content?.type === 'tool_call' ? changesOf(content.input) : []
  return all.filter((change) => path.endsWith(change.path) || change.path.endsWith(path))
}
