import { useEffect, useState } from 'react'

/** To the second, local and in UTC: the time of the row that has the focus by keyboard, as hovering tells it. */
export function ExactTime() {
  const [text, setText] = useState('')
  useEffect(() => {
    const onFocus = ({ target }: FocusEvent): void => {
      const focused = target instanceof Element && target.matches(':focus-visible') ? target : undefined
      setText(focused?.closest('li, tr, [data-entry]')?.querySelector('time')?.title ?? '')
    }
    const away = (): void => setText('')
    document.addEventListener('focusin', onFocus)
    document.addEventListener('focusout', away)
    return () => {
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('focusout', away)
    }
  }, [])
  return text === '' ? null : (
    <p className="exact-time" role="status">
      {text}
    </p>
  )
}
