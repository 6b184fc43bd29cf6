import { plural } from '../../domain/format.ts'
import type { Check } from '../../operations/check.ts'
import type { DoctorReport } from '../../operations/doctor.ts'
import { bad, command, meta, ok, warn } from '../text.ts'
import type { Span } from '../text.ts'
import type { View } from '../view.ts'
import { cutMiddle } from '../width.ts'
import { printDemoMark, shortHome } from './common.ts'

/** `daybook doctor`: one line a check, what to do below it, the count last. */
export function printDoctor(view: View, { items: checks, errors, warnings }: DoctorReport): void {
  const { out } = view
  if (!out.terminal) {
    out.line('LEVEL\tCHECK\tSAYS\tDETAILS\tTRY')
    for (const check of checks)
      out.line([check.level, check.name, check.says, check.details.join('; '), check.try ?? ''].map(field).join('\t'))
    return
  }
  printDemoMark(view)
  const width = Math.max(...checks.map((check) => check.name.length), 5)
  for (const check of checks) {
    const name = [levelMark(check.level), ' '.repeat(7 - check.level.length), check.name.padEnd(width), '  ']
    out.prose(shortHome(view, check.says), { first: name, indent: 7 + width + 2 })
    for (const detail of check.details) printDetail(view, shortHome(view, detail))
    if (check.try) out.line(' '.repeat(7), 'try: ', command(check.try))
  }
  if (errors + warnings === 0) out.line(ok('All is well.'))
  else out.line([plural(errors, 'error'), plural(warnings, 'warning')].join(', '))
}

/** A path shortens in its middle, so that line and reason stay in sight; words, and commands among them, stay whole. */
function printDetail({ out }: View, detail: string): void {
  const [path = '', ...reason] = detail.split(/ {2}/)
  if (!PATH.test(path)) {
    out.prose(detail, { first: DETAIL, indent: DETAIL.length, role: 'meta' })
    return
  }
  out.line(DETAIL, meta(cutMiddle(path, out.columns - DETAIL.length)))
  if (reason.length > 0) out.prose(reason.join('  '), { first: `${DETAIL}  `, indent: DETAIL.length + 2, role: 'meta' })
}

const PATH = /^(~|[/\\]|[A-Za-z]:)/
const DETAIL = ' '.repeat(7)

function levelMark(level: Check['level']): Span {
  return { ok, warn, error: bad }[level](level)
}

function field(text: string): string {
  return text.replace(/\s+/g, ' ')
}
