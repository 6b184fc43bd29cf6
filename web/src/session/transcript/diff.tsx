import { Path } from '../../parts/names.tsx'
import type { DiffLine, FileDiff } from './lines.ts'
import { pairsOf, useWide } from './split.tsx'

const MOST_LINES = 400

/** A change as it reads: signs, numbers where they are known, changed words marked; side by side where there is room. */
export function Diff({ of }: { of: FileDiff }) {
  const count = of.hunks.reduce((sum, hunk) => sum + hunk.length, 0)
  let left = MOST_LINES
  const wide = useWide()
  return (
    <div className="diff" role="group" aria-label={`Change of ${of.path}`} tabIndex={0}>
      {of.kind === 'deleted' && <p className="muted">file deleted</p>}
      {of.hunks.map((hunk, i) => {
        const shown = hunk.slice(0, Math.max(0, left))
        left -= shown.length
        return shown.length === 0 ? null : (
          <table key={i} className={wide && isChange(shown) ? 'split' : undefined}>
            {wide && isChange(shown) && (
              <colgroup>
                <col className="numbers" />
                <col className="signs" />
                <col />
                <col className="numbers" />
                <col className="signs" />
                <col />
              </colgroup>
            )}
            <tbody>
              {wide && isChange(shown)
                ? pairsOf(shown).map(({ before, after }, j) => (
                    <tr key={j}>
                      <Side of={before} number={before?.oldLine} />
                      <Side of={after} number={after?.newLine} />
                    </tr>
                  ))
                : shown.map((line, j) => (
                    <tr key={j} className={toneOf(line)}>
                      <Cells of={line} number={line.newLine ?? line.oldLine} />
                    </tr>
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

function toneOf({ sign }: DiffLine): string | undefined {
  return sign === '+' ? 'put-in' : sign === '-' ? 'taken-away' : undefined
}

/** What was only put in, or only taken away, needs no other side. */
function isChange(lines: readonly DiffLine[]): boolean {
  return lines.some(({ sign }) => sign === '-') && lines.some(({ sign }) => sign === '+')
}

interface CellsProps {
  of: DiffLine
  number: number | null | undefined
  tone?: string | undefined
}

function Cells({ of: { sign, text, marks }, number, tone = '' }: CellsProps) {
  return (
    <>
      <td className={`line-number ${tone}`}>{number ?? ''}</td>
      <td className={`sign ${tone}`}>
        <span aria-hidden="true">{sign}</span>
        <span className="unseen">{WORDS[sign]}</span>
      </td>
      <td className={`code ${tone}`}>
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
    </>
  )
}

/** One side of a change; empty where nothing stands against the other. */
function Side({ of, number }: { of: DiffLine | undefined; number: number | null | undefined }) {
  return of ? <Cells of={of} number={number} tone={toneOf(of)} /> : <td colSpan={3} />
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
