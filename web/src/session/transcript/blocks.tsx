import { type RefObject, memo, useEffect, useMemo, useRef, useState } from 'react'
import type { Asked } from '../../api/operations.ts'
import { useRead } from '../../api/queries.ts'
import { Failure } from '../../parts/notice.tsx'
import type { Since } from '../looked.ts'
import { useReading } from '../reading.ts'
import { TranscriptRow } from './row.tsx'
import { type Shown, rowsOf } from './rows.ts'

/** Records that are read and shown together. */
export const BLOCK_RECORDS = 64
/** Blocks that come with the first paint; those behind them, hundreds in a long session, come after it. */
const BLOCKS_AT_FIRST = 8
/** How high a record is, as far as one can tell before it is seen. */
const RECORD_PX = 36
/** How far from the window blocks are on the page already. */
const NEAR = '1600px 0px'

interface BlocksProps {
  transcripts: readonly { id: number; recordCount: number }[]
  show: Shown
  since?: Since | undefined
}

/** What a session opens at: asked for beside the session, which alone knows its transcripts. */
export function openingOf(session: string): Asked<'session.transcript'> {
  return { session, from: 0, count: BLOCK_RECORDS }
}

/** Transcripts as blocks: those near the window are on the page, the others keep their place. */
export function Blocks({ transcripts, show, since }: BlocksProps) {
  const { isSeen, target } = useReading()
  let before: { transcriptId: number; from: number } | undefined
  const blocks = transcripts.flatMap(({ id, recordCount }, place) =>
    Array.from({ length: Math.ceil(recordCount / BLOCK_RECORDS) }, (_, i): BlockProps => {
      const [from, to] = [i * BLOCK_RECORDS, (i + 1) * BLOCK_RECORDS]
      const isSince = since?.transcriptId === id && since.record >= from - BLOCK_RECORDS && since.record < to
      const [beforeId, beforeFrom] = [before?.transcriptId, before?.from]
      before = { transcriptId: id, from }
      return {
        transcriptId: id,
        from,
        recordCount,
        show,
        firstId: transcripts[0]!.id,
        beforeId,
        beforeFrom,
        isLast: place === transcripts.length - 1 && to >= recordCount,
        newFrom: isSince ? since.record : undefined,
        lookedAt: isSince ? since.at : undefined,
      }
    }),
  )
  const isWhole = isSeen || target !== undefined || since !== undefined
  const behind = isWhole ? [] : blocks.slice(BLOCKS_AT_FIRST)
  return (
    <>
      {blocks.slice(0, blocks.length - behind.length).map((block) => (
        <Block key={`${block.transcriptId}-${block.from}`} {...block} />
      ))}
      {behind.length > 0 && <div style={{ height: behind.reduce((sum, block) => sum + heightOf(block), 0) }} />}
    </>
  )
}

const heights = new Map<string, number>()

interface BlockProps {
  transcriptId: number
  from: number
  recordCount: number
  show: Shown
  /** The transcript that the session opens at. */
  firstId: number
  /** The block before it; undefined for what a session opens at, which is read without a look at where it is. */
  beforeId: number | undefined
  beforeFrom: number | undefined
  /** Nothing stands after it. */
  isLast: boolean
  /** The first record that came since somebody looked, where it is in here or in the block before. */
  newFrom: number | undefined
  lookedAt: string | undefined
}

/** Of the thousands that a long session has, those far away are no more than a height. */
const Block = memo(function Block(props: BlockProps) {
  const { transcriptId, from } = props
  const element = useRef<HTMLElement>(null)
  const near = useNear(element, props.beforeId === undefined)
  return (
    <section ref={element} data-block={`${transcriptId}-${from}`}>
      {near ? <Stretch {...props} element={element} /> : <Place of={props} />}
    </section>
  )
})

function keyOf({ transcriptId, from, show }: BlockProps): string {
  return `${transcriptId}-${from}-${show}`
}

function heightOf(block: BlockProps): number {
  return heights.get(keyOf(block)) ?? Math.min(BLOCK_RECORDS, block.recordCount - block.from) * RECORD_PX
}

function Place({ of }: { of: BlockProps }) {
  return <div style={{ height: heightOf(of) }} />
}

function Stretch(props: BlockProps & { element: RefObject<HTMLElement | null> }) {
  const { transcriptId, from, recordCount, show, firstId, beforeId, beforeFrom = 0, isLast, lookedAt, element } = props
  const { session, opened, switches, handoffs, seen } = useReading()
  const inputOf = (transcript: number, start: number): Asked<'session.transcript'> =>
    transcript === firstId && start === 0
      ? openingOf(opened)
      : { session: session.id, transcript, from: start, count: BLOCK_RECORDS }
  // Calls of a block that is whole may still be answered in the next one, and a session that ended goes on when it is resumed.
  const isSettled = recordCount >= from + 2 * BLOCK_RECORDS
  const { data, error, refetch } = useRead('session.transcript', inputOf(transcriptId, from), { forGood: isSettled })
  // What lies between two entries is known to whoever has both of them.
  const { data: behind } = useRead('session.transcript', inputOf(beforeId ?? transcriptId, beforeFrom), {
    enabled: beforeId !== undefined,
    forGood: beforeId === transcriptId && recordCount >= from + BLOCK_RECORDS,
  })
  const before = beforeId === undefined ? undefined : behind?.items
  const isNewHere =
    props.newFrom !== undefined &&
    (props.newFrom >= from || (before !== undefined && before.every(({ record }) => record < props.newFrom!)))
  const newFrom = isNewHere ? props.newFrom : undefined
  const rows = useMemo(
    () => (data ? rowsOf(data.items, { show, switches, handoffs, before, isLast, newFrom, lookedAt }) : undefined),
    [data, show, switches, handoffs, before, isLast, newFrom, lookedAt],
  )
  const key = keyOf(props)
  const isThere = rows !== undefined || error !== null
  useEffect(() => {
    if (!isThere) return
    // After the frame that shows it.
    const frame = requestAnimationFrame(() => setTimeout(seen))
    return () => cancelAnimationFrame(frame)
  }, [isThere, seen])
  useEffect(() => {
    if (rows && element.current) heights.set(key, element.current.offsetHeight)
  })
  if (rows) return rows.map((row) => <TranscriptRow key={row.id} row={row} />)
  return error ? <Failure error={error} again={() => void refetch()} /> : <Place of={props} />
}

let watcher: IntersectionObserver | undefined
const watched = new WeakMap<Element, (near: boolean) => void>()

/** Whether an element is near the window. One observer for all of them. */
function useNear(element: RefObject<HTMLElement | null>, atFirst: boolean): boolean {
  const [near, setNear] = useState(atFirst)
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
