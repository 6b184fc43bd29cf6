import { type RefObject, useEffect, useLayoutEffect, useState } from 'react'

/** Rows come and go so many at a time: a list that is scrolled is drawn anew with each of these, not with each frame. */
const STEP = 8
/** Rows that are there before they are seen, on either side. */
const AROUND = 16

/**
 * Which of a list's rows are near the window, all being of one height.
 *
 * @param list its element, as high as all rows
 * @returns the first of them, and the one after the last
 */
export function useRowsInSight(list: RefObject<HTMLElement | null>, count: number, heightPx: number): [number, number] {
  const [topPx, setTopPx] = useState(0)
  const [first, setFirst] = useState(() => firstAt(scrollY / heightPx))
  // What stands above the list may have changed with anything.
  useLayoutEffect(() => setTopPx(list.current?.offsetTop ?? 0))
  useEffect(() => {
    const look = (): void => setFirst(firstAt((scrollY - topPx) / heightPx))
    look()
    addEventListener('scroll', look, { passive: true })
    addEventListener('resize', look)
    return () => {
      removeEventListener('scroll', look)
      removeEventListener('resize', look)
    }
  }, [topPx, heightPx])
  const shown = Math.ceil(innerHeight / heightPx) + STEP
  return [Math.min(Math.max(0, first - AROUND), count), Math.min(Math.max(0, first) + shown + AROUND, count)]
}

function firstAt(row: number): number {
  return Math.floor(row / STEP) * STEP
}
