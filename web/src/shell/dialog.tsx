import { type ReactNode, useEffect, useRef } from 'react'

/** What lies over the page until it is closed; its first field has the focus, which goes back to where it was. */
export function Dialog({ title, close, children }: { title: string; close(): void; children: ReactNode }) {
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const before = document.activeElement
    element.current?.showModal()
    element.current?.querySelector<HTMLElement>('input, select')?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog ref={element} onClose={close} aria-label={title}>
      <div className="dialog-head">
        <h2>{title}</h2>
        <button type="button" className="button" onClick={close}>
          Close
        </button>
      </div>
      {children}
    </dialog>
  )
}
