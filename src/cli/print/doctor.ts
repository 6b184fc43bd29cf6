import { plural } from '../../domain/format.ts'
import type { Check } from '../../operations/check.ts'
import type { DoctorReport } from '../../operations/doctor.ts'
import { bad, command, ok, warn } from '../text.ts'
import type { Span } from '../text.ts'
import type { View } from '../view.ts'
import { wrap } from '../width.ts'
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
  const indent = ' '.repeat(7 + width + 2)
  for (const check of checks) {
    const lines = [check.says, ...check.details].flatMap((line) =>
      wrap(shortHome(view, line), out.columns - indent.length),
    )
    lines.forEach((line, index) => {
      if (index > 0) out.line(indent, line)
      else out.line(levelMark(check.level), ' '.repeat(7 - check.level.length), check.name.padEnd(width), '  ', line)
    })
    if (check.try) out.line(' '.repeat(7), 'try: ', command(check.try))
  }
  if (errors + warnings === 0) out.line(ok('All is well.'))
  else out.line([plural(errors, 'error'), plural(warnings, 'warning')].join(', '))
}

function levelMark(level: Check['level']): Span {
  return { ok, warn, error: bad }[level](level)
}

function field(text: string): string {
  return text.replace(/\s+/g, ' ')
}
