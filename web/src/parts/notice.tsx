import { type ReactNode, useEffect, useState } from 'react'
import { AppError } from '../../../src/domain/errors.ts'

/** A command to run, with a way to copy it. */
export function Command({ line }: { line: string }) {
  return (
    <span className="command">
      <code>{line}</code>
      <Copy text={line} label="Copy" name={`Copy ${line}`} />
    </span>
  )
}

/** Says when it is done. `name` is for those who hear it. */
export function Copy({ text, label, name, title }: { text: string; label: string; name?: string; title?: string }) {
  const [copied, setCopied] = useState(false)
  return (
    <button
      type="button"
      className="button"
      aria-label={name}
      title={title}
      onClick={() => void copyText(text).then(setCopied)}
    >
      {copied ? 'Copied' : label}
    </button>
  )
}

/** True when it is on the clipboard. */
export async function copyText(text: string): Promise<boolean> {
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  )
}

/** Asked once more, it would be the same. */
const FOR_GOOD: ReadonlySet<string> = new Set(['not_found', 'invalid', 'forbidden', 'unsupported'])

interface FailureProps {
  error: Error
  again?: () => void
  /** What leads on from here. */
  children?: ReactNode
}

/** An error where the thing would be: what failed, and what to do. */
export function Failure({ error, again, children }: FailureProps) {
  const { hint, details } = error instanceof AppError ? error : { hint: undefined, details: [] }
  const mayHelp = !(error instanceof AppError) || !FOR_GOOD.has(error.code)
  return (
    <div className="notice failed" role="alert">
      <p>
        <span className="bad strong">error</span> {error.message}
      </p>
      {details.map((line) => (
        <p key={line} className="muted">
          {line}
        </p>
      ))}
      {hint && /^(daybook|npm|rm) /.test(hint) ? <Command line={hint} /> : hint && <p>{hint}</p>}
      {again && mayHelp && (
        <button type="button" className="button" onClick={again}>
          Try again
        </button>
      )}
      {children}
    </div>
  )
}

/** Nothing to show, and what would bring something. */
export function Nothing({ says, children }: { says: string; children?: ReactNode }) {
  return (
    <div className="notice">
      <p>{says}</p>
      {children}
    </div>
  )
}

const SLOW_MS = 1000

/** Grey rows of the final height, once waiting has become noticeable. */
export function Waiting({ rows = 8, what }: { rows?: number; what: string }) {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div role="status">
      <span className={slow ? 'muted' : 'unseen'}>Reading {what}</span>
      {slow && Array.from({ length: rows }, (_, i) => <div key={i} className="waiting-row" />)}
    </div>
  )
}
