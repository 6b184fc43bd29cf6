import { useRouter } from '@tanstack/react-router'
import type { MouseEvent, ReactNode } from 'react'

interface RowLinkProps {
  /** What the session is called. */
  session: string
  entry?: string
  className: string
  /** What the row is, for keys and for the way back. */
  row: string
  label?: string
  children?: ReactNode
}

/** The way to a session, for rows by the hundred: the router is asked when it is followed, not for each that is drawn. */
export function RowLink({ session, entry, className, row, label, children }: RowLinkProps) {
  const router = useRouter()
  const { project = '' } = router.state.location.search as { project?: string }
  const scope = router.options.stringifySearch({ project })
  const href = `/sessions/${encodeURIComponent(session)}${scope}${entry === undefined ? '' : `#e-${entry}`}`
  const follow = (event: MouseEvent): void => {
    // With a key held a browser opens another tab or window, or keeps the page.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    void router.navigate({ href })
  }
  return (
    <a href={href} className={className} data-row={row} aria-label={label} onClick={follow}>
      {children}
    </a>
  )
}
