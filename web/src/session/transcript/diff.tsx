import { Path } from '../../parts/names.tsx'
import type { DiffLine, FileDiff } from './lines.ts'

const MOST_LINES = 400

/** A change as it reads: signs, numbers where they are known, changed words marked. */
export function Diff({ of }: { of: FileDiff }) {
  const count = of.hunks.reduce((sum, hunk) => sum + hunk.length, 0)
  let left = MOST_LINES
  return (
    <div className="diff" role="group" aria-label={`Change of ${of.path}`} tabIndex={0}>
      {of.kind === 'deleted' && <p className="muted">file deleted</p>}
      {of.hunks.map((hunk, i) => {
        const shown = hunk.slice(0, Math.max(0, left))
        left -= shown.length
        return shown.length === 0 ? null : (
          <table key={i}>
            <tbody>
              {shown.map((line, j) => (
                <Line key={j} of={line} />
              ))}
            </tbody>
          </table>
        )
      })}
      {count > MOST_LINES && <p className="muted">{count - MOST_LINES} lines more in the whole call</p>}
    </div>
  )
}

const WORDS = { ' ': '', '+': 'put in', '-': 'taken away' }

function Line({ of: { sign, text, oldLine, newLine, marks } }: { of: DiffLine }) {
  return (
    <tr className={sign === '+' ? 'put-in' : sign === '-' ? 'taken-away' : undefined}>
      <td className="line-number">{newLine ?? oldLine ?? ''}</td>
      <td className="sign">
        <span aria-hidden="true">{sign}</span>
        <span className="unseen">{WORDS[sign]}</span>
      </td>
      <td className="code">
        {marks ? (
          <>
            {text.slice(0, marks[0])}
            <span className="changed">{text.slice(...marks)}</span>
            {text.slice(marks[1])}
          </>
        ) : (
          text
        )}
      </td>
    </tr>
  )
}

/** `+18 -4`, in words for those who hear it. */
export function Counts({ added, removed }: { added: number; removed: number }) {
  return (
    <span className="figure" aria-label={`${added} lines put in, ${removed} taken away`} role="img">
      <span className="ok">+{added}</span> <span className="bad">-{removed}</span>
    </span>
  )
}

/** A file and how much of it changed. */
export function FileLine({ of }: { of: FileDiff }) {
  return (
    <span className="call-line">
      <Path of={of.path} />
      {of.kind === 'written' ? (
        <span className="muted">written, {of.added} lines</span>
      ) : (
        <Counts added={of.added} removed={of.removed} />
      )}
    </span>
  )
}
