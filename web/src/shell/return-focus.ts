import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'

const left = new Map<string, string>()

/** On the way back the focus is on the row it was on when the page was left. */
export function useFocusOnReturn(): void {
  const router = useRouter()
  useEffect(() => {
    const leave = router.subscribe('onBeforeNavigate', ({ fromLocation }) => {
      const row = document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset['row']
      if (fromLocation && row !== undefined) left.set(fromLocation.href, row)
    })
    const arrive = router.subscribe('onRendered', ({ toLocation }) => {
      const row = left.get(toLocation.href)
      if (row === undefined) return
      document.querySelector<HTMLElement>(`[data-row="${CSS.escape(row)}"]`)?.focus({ preventScroll: true })
    })
    return () => {
      leave()
      arrive()
    }
  }, [router])
}
