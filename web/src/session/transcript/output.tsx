import { plural } from '../../../../src/domain/format.ts'
import { useReading } from '../reading.ts'
import { Ansi } from './ansi.tsx'
import { Pictures } from './pictures.tsx'
import type { Item } from './rows.ts'

type Result = Pick<
  NonNullable<NonNullable<Item['call']>['result']>,
  'entryId' | 'head' | 'tail' | 'lines' | 'leftOut' | 'pictures'
>

/** What a call gave back: its first and last lines, and a way to all of it. */
export function Output({ of, entryId, title }: { of: Result; entryId: string; title: string }) {
  const { showFull } = useReading()
  const pictures = of.pictures > 0 && <Pictures entryId={of.entryId} count={of.pictures} />
  if (of.lines === 0) return pictures || <p className="muted">no output</p>
  return (
    <div className="output">
      <pre tabIndex={0} aria-label={`Output of ${title}`} role="region">
        <Ansi text={of.head} />
      </pre>
      {of.leftOut > 0 && (
        <button type="button" className="plain left-out" onClick={() => showFull(title, entryId)}>
          {plural(of.leftOut, 'line')} left out here · show all {of.lines} <kbd>f</kbd>
        </button>
      )}
      {of.tail !== '' && (
        <pre tabIndex={0} aria-label={`End of the output of ${title}`} role="region">
          <Ansi text={of.tail} />
        </pre>
      )}
      {pictures}
    </div>
  )
}
