import { useState } from 'react'

/** A button for what cannot be taken back: the first press asks, the second does it. */
export function Sure({ says, of, run, isPending }: { says: string; of: string; run(): void; isPending: boolean }) {
  const [asked, setAsked] = useState(false)
  if (!asked) {
    return (
      <button type="button" className="button" onClick={() => setAsked(true)}>
        {says}
        <span className="unseen"> {of}</span>
      </button>
    )
  }
  return (
    <span className="tools" role="group" aria-label={`${says} ${of}?`}>
      <button type="button" className="button bad" autoFocus disabled={isPending} onClick={run}>
        {says} {of}
      </button>
      <button type="button" className="button" onClick={() => setAsked(false)}>
        Keep
      </button>
    </span>
  )
}
