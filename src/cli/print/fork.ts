import { plural } from '../../domain/format.ts'
import type { Forked } from '../../operations/session-fork.ts'
import { meta, plain, subject } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { printDemoMark, printFacts, printRecord, sessionName, titleOf } from './common.ts'
import { agentCommand } from './session.ts'

/** `daybook session fork`. */
export function printForked(view: View, forked: Forked): void {
  const { parent, at, session, inherited, command, limits } = forked
  const from = sessionName(parent)
  if (!view.out.terminal) {
    printRecord(view, [
      ['PARENT', from],
      ['AT', at],
      ['KEY', session && sessionName(session)],
      ['ID', session && session.externalId],
      ['INHERITED', inherited],
      ['COMMAND', plain(agentCommand(view, forked, command) ?? '')],
      ['LIMITS', limits.join(' ')],
    ])
    return
  }
  printDemoMark(view)
  const name = session === null ? from : sessionName(session)
  const what = session === null ? 'branches off in its agent' : `branched off from ${from}`
  view.out.line(subject(name), '  ', titleOf(session ?? parent), meta(` · ${what}`))
  printFacts(view, [
    ['at', at === null ? 'nothing was said yet' : `#${at}`],
    ['inherited', inherited > 0 ? `${plural(inherited, 'entry', 'entries')}, counted where they were said` : undefined],
    ['type', agentCommand(view, forked, command)],
    ...limits.map((limit): [string, string] => ['but', limit]),
  ])
  printNext(view, [
    [`daybook session messages ${name}`, 'what it begins with'],
    session === null
      ? [`daybook session show ${name}`, 'what it was']
      : [`daybook session message ${name} "the other way" --role user`, 'go on in it'],
  ])
}
