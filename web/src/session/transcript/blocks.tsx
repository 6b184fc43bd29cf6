import { type RefObject, memo, useEffect, useMemo, useRef, useState } from 'react'
import { useRead } from '../../api/queries.ts'
import { Failure } from '../../parts/notice.tsx'
import { useReading } from '../reading.ts'
import { TranscriptRow } from './row.tsx'
import { type Shown, rowsOf } from './rows.ts'

/** Records that are read and shown together. */
export const BLOCK_RECORDS = 64
/** How high a record is, as far as one can tell before it is seen. */
const RECORD_PX = 36
/** How far from the window blocks are on the page already. */
const NEAR = '1600px 0px'

interface BlocksProps {
  transcripts: readonly { id: number; recordCount: number }[]
  show: Shown
}

/** Transcripts as blocks: those near the window are on the page, the others keep their place. */
export function Blocks({ transcripts, show }: BlocksProps) {
  return transcripts.map(({ id, recordCount }) =>
    Array.from({ length: Math.ceil(recordCount / BLOCK_RECORDS) }, (_, i) => (
      <Block key={`${id}-${i}`} transcriptId={id} from={i * BLOCK_RECORDS} recordCount={recordCount} show={show} />
    )),
  )
}

const heights = new Map<string, number>()

interface BlockProps {
  transcriptId: number
  from: number
  recordCount: number
  show: Shown
}

const Block = memo(function Block({ transcriptId, from, recordCount, show }: BlockProps) {
  const { session, outline } = useReading()
  const element = useRef<HTMLElement>(null)
  const near = useNear(element)
  const input = { session: session.id, transcript: transcriptId, from, count: BLOCK_RECORDS }
  // Calls of a block that is whole may still be answered in the next one, and a session that ended goes on when it is resumed.
  const isSettled = recordCount >= from + 2 * BLOCK_RECORDS
  const { data, error, refetch } = useRead('session.transcript', input, { enabled: near, forGood: isSettled })
  const contexts = outline?.contexts
  const rows = useMemo(
    () => (data ? rowsOf(data.items, { show, contexts: contexts ?? [], isFirst: from === 0 }) : []),
    [data, show, contexts, from],
  )
  const key = `${transcriptId}-${from}-${show}`
  const isShown = near && data !== undefined
  useEffect(() => {
    if (isShown && element.current) heights.set(key, element.current.offsetHeight)
  })
  const records = Math.min(BLOCK_RECORDS, recordCount - from)
  return (
    <section ref={element} data-block={`${transcriptId}-${from}`}>
      {near && error && !data ? (
        <Failure error={error} again={() => void refetch()} />
      ) : isShown ? (
        rows.map((row) => <TranscriptRow key={row.id} row={row} />)
      ) : (
        <div style={{ height: heights.get(key) ?? records * RECORD_PX }} />
      )}
    </section>
  )
})

let watcher: IntersectionObserver | undefined
const watched = new WeakMap<Element, (near: boolean) => void>()

/** Whether an element is near the window. One observer for all of them. */
function useNear(element: RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false)
  useEffect(() => {
    const mine = element.current
    if (!mine) return
    watcher ??= new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) watched.get(target)?.(isIntersecting)
      },
      { rootMargin: NEAR },
    )
    watched.set(mine, setNear)
    watcher.observe(mine)
    return () => {
      watcher?.unobserve(mine)
      watched.delete(mine)
    }
  }, [element])
  return near
}
