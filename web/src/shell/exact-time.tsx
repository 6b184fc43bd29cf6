import { useEffect, useState } from 'react'

/** To the second, local and in UTC: the time that has the focus by keyboard, or its row has, as hovering tells it. */
export function ExactTime() {
  const [text, setText] = useState('')
  useEffect(() => {
    const onFocus = ({ target }: FocusEvent): void => {
      const focused = target instanceof Element && target.matches(':focus-visible') ? target : undefined
      const time = focused?.matches('time') ? focused : focused?.closest('li, tr, [data-entry]')?.querySelector('time')
      setText(time?.getAttribute('title') ?? '')
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
