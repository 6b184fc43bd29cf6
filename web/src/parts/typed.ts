import { useEffect, useRef, useState } from 'react'

const TYPING_MS = 30

/** Words as they are typed, and what changes them; `change` is told once somebody stops for `waitMs`. */
export function useTyped(
  text: string,
  change: (text: string) => void,
  waitMs = TYPING_MS,
): [string, (text: string) => void] {
  const [typed, setTyped] = useState(text)
  const told = useRef(text)
  useEffect(() => {
    // What was told comes back while somebody types on.
    if (text !== told.current) setTyped(text)
    told.current = text
  }, [text])
  useEffect(() => {
    if (typed === text) return
    const timer = setTimeout(() => {
      told.current = typed
      change(typed)
    }, waitMs)
    return () => clearTimeout(timer)
  })
  return [typed, setTyped]
}
