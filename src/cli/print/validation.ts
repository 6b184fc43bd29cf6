import { plural } from '../../domain/format.ts'
import type { Evidence, Finding, Validation } from '../../domain/validation.ts'
import type { Checked } from '../../operations/check-done.ts'
import type { Done } from '../../operations/done.ts'
import type { Noted } from '../../operations/ticket-notes.ts'
import { oneLine } from '../sanitize.ts'
import { bad, meta, ok, subject, textWidth, warn } from '../text.ts'
import type { Text } from '../text.ts'
import { printNext, quote } from '../view.ts'
import type { View } from '../view.ts'
import { printDemoMark, printRecord, sessionName } from './common.ts'
import { printRest } from './tickets.ts'
import { printChanged } from './work.ts'

/** `daybook check`. */
export function printChecked(view: View, checked: Checked): void {
  const { subject: about, message, valid, errors, warnings, details } = checked
  if (!view.out.terminal) {
    printRecord(view, [
      ['MESSAGE', message],
      ['VALID', valid],
    ])
    printFindingsPlain(view, checked)
    return
  }
  printDemoMark(view)
  const counts = errors.length + warnings.length === 0 ? '' : `: ${countsOf(checked)}`
  view.out.prose(oneLine(`${message}${counts}`), { first: '', indent: 2 })
  printFindings(view, checked)
  printEvidence(view, details.evidence)
  const ref = quote(about.ref)
  printNext(
    view,
    about.kind === 'session'
      ? [[`daybook session show ${ref}`, 'what it did']]
      : [
          [`daybook ticket show ${ref}`, 'notes, sessions, time and cost'],
          ...(valid && !about.closed ? [[`daybook done ${ref} "what was done"`, 'call it done'] as const] : []),
        ],
  )
}

/** `daybook done`: what is done, or what stands against it. */
export function printDone(view: View, done: Done): void {
  const { items, valid, message, forced } = done
  if (!view.out.terminal) {
    printRecord(view, [
      ['MESSAGE', message],
      ['VALID', valid],
      ['FORCED', forced === null ? null : forced.reason],
    ])
    for (const { validation } of items) printFindingsPlain(view, validation)
    for (const warning of done.warnings) view.note(`warning: ${warning}`)
    return
  }
  printDemoMark(view)
  view.out.prose(oneLine(message), { first: valid ? '' : [bad('error:'), ' '], indent: valid ? 2 : 7 })
  if (forced !== null) view.out.prose(oneLine(`forced by ${forced.by}: ${forced.reason}`), { first: '  ', indent: 4 })
  for (const { ticket, validation } of items) {
    if (items.length > 1 && validation.errors.length + validation.warnings.length > 0)
      view.out.line(subject(oneLine(ticket.ref)))
    printFindings(view, validation)
  }
  if (done.session !== null && done.why !== null)
    view.out.line(meta(`Session ${sessionName(done.session)}, ${done.why}`))
  printRest(view, done)
}

/** `daybook update`, `note`, `log`. */
export function printNoted(view: View, noted: Noted): void {
  printChanged(view, noted)
}

function countsOf({ errors, warnings }: Validation): string {
  const said = [
    errors.length > 0 ? plural(errors.length, 'error') : '',
    warnings.length > 0 ? plural(warnings.length, 'warning') : '',
  ]
  return said.filter((part) => part !== '').join(', ')
}

function printFindings(view: View, { errors, warnings }: Validation): void {
  const width = Math.max(0, ...[...errors, ...warnings].map(({ field }) => textWidth(field)))
  const print = (mark: Text, { field, message, claim }: Finding): void => {
    const first: Text = ['  ', mark, '  ', meta(field.padEnd(width)), '  ']
    view.out.prose(`${claim === null ? '' : `${claim}  `}${oneLine(message)}`, { first, indent: width + 7 })
  }
  for (const error of errors) print(bad('✗'), error)
  for (const warning of warnings) print(warn('!'), warning)
}

function printEvidence(view: View, evidence: readonly Evidence[]): void {
  const good = evidence.filter((one) => one.ok === true)
  const width = Math.max(0, ...good.map(({ name }) => name.length))
  for (const { name, claim, says } of good) {
    const first: Text = ['  ', ok('✓'), '  ', meta(name.padEnd(width)), '  ']
    view.out.prose(`${claim}  ${oneLine(says)}`, { first, indent: width + 7 })
  }
}

function printFindingsPlain(view: View, { errors, warnings, details }: Validation): void {
  for (const { field, message } of errors) view.out.line(`ERROR\t${field}\t${oneLine(message)}`)
  for (const { field, message } of warnings) view.out.line(`WARNING\t${field}\t${oneLine(message)}`)
  for (const { name, claim, ok: isOk, says } of details.evidence)
    view.out.line(`EVIDENCE\t${name}\t${claim}\t${isOk ?? ''}\t${oneLine(says)}`)
}
