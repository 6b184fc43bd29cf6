import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { type Anchor, isAtEnd } from './anchor.ts'

/** Records that came while somebody read further up; 0 for those who are at the end, whom the page follows. */
export function useFresh(records: number, anchor: RefObject<Anchor | undefined>): number {
  const known = useRef(records)
  const wasAtEnd = useRef(false)
  const [fresh, setFresh] = useState(0)
  useEffect(() => {
    const onScroll = (): void => {
      wasAtEnd.current = isAtEnd()
      if (wasAtEnd.current) setFresh(0)
    }
    window.addEventListener('scroll', onScroll, { passive: true })
    return () => window.removeEventListener('scroll', onScroll)
  }, [])
  useLayoutEffect(() => {
    const more = records - known.current
    known.current = records
    if (more <= 0) return
    if (anchor.current?.follows || wasAtEnd.current) anchor.current?.follow()
    else setFresh((before) => before + more)
  }, [records, anchor])
  return fresh
}
