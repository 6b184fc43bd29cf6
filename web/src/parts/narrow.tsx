import { type ReactNode, useState } from 'react'

interface NarrowProps {
  label: string
  /** How many filters are set. */
  count: number
  /** A field for words, which stays in sight. */
  search?: ReactNode
  /** Filters; on a phone they are behind one button, but for those of the class `stays`. */
  children: ReactNode
}

/** What narrows a page. */
export function Narrow({ label, count, search, children }: NarrowProps) {
  const [open, setOpen] = useState(false)
  return (
    <div className={open ? 'tools filters open' : 'tools filters'} role="search" aria-label={label}>
      {search}
      <button type="button" className="button filters-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        Filters{count > 0 ? ` ${count}` : ''}
      </button>
      {children}
    </div>
  )
}
