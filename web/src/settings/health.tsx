import { useChange } from '../api/queries.ts'
import { Mark, type MarkName } from '../parts/marks.tsx'
import { Command, Failure } from '../parts/notice.tsx'

const MARKS: Record<string, { name: MarkName; tone: string }> = {
  ok: { name: 'done', tone: 'ok' },
  warn: { name: 'waiting', tone: 'warn' },
  error: { name: 'failed', tone: 'bad' },
}

/** The doctor looks at everything, so it is asked for. */
export function Health() {
  const check = useChange('doctor')
  return (
    <section id="health">
      <h2 className="group">Storage and health</h2>
      {!check.data && (
        <button type="button" className="button" disabled={check.isPending} onClick={() => check.mutate({})}>
          {check.isPending ? 'Looking at everything' : 'Look at size, sources, hooks and disk'}
        </button>
      )}
      {check.error && <Failure error={check.error} />}
      {check.data && (
        <ul className="rows health">
          {check.data.items.map(({ name, level, says, details, try: hint }, i) => (
            <li key={i} className="note-row">
              <Mark name={MARKS[level]!.name} label={level} tone={MARKS[level]!.tone} />
              <span className="check-field">{name}</span>
              <span className="note-text">
                {says}
                {details.map((detail) => (
                  <span key={detail} className="muted detail">
                    {detail}
                  </span>
                ))}
                {hint !== null && <Command line={hint} />}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
