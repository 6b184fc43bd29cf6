import { formatCount, formatTokens, plural } from '../../domain/format.ts'
import type { ExplainedRow, Explanation } from '../../operations/usage-explain.ts'
import { oneLine } from '../sanitize.ts'
import { printTable } from '../table.ts'
import type { Column } from '../table.ts'
import { dots, meta, subject } from '../text.ts'
import type { Text } from '../text.ts'
import { printNext } from '../view.ts'
import type { View } from '../view.ts'
import { cutEnd } from '../width.ts'
import { printNothing } from './nothing.ts'
import {
  clock,
  money,
  moneyFact,
  printCostFoot,
  printDemoMark,
  printFacts,
  printMore,
  sessionName,
  shortHome,
} from './common.ts'

/** `daybook usage explain`: the sum, what was left out of it and why, then the rows with file and line. */
export function printExplanation(view: View, explanation: Explanation, input: Record<string, unknown>): void {
  const { out } = view
  if (!out.terminal) {
    printTable(out, columns(view), explanation.items)
    printMore(view, explanation)
    return
  }
  printDemoMark(view)
  const { totals, session } = explanation
  if (explanation.total === 0) {
    printNothing(view, input, 'No usage', ['daybook usage total', 'everything recorded'])
    return
  }
  const what = session ? sessionName(session) : 'everything recorded'
  out.line(subject(what), ': ', dots(moneyFact(totals), `${plural(totals.responses, 'response')} counted`))
  printFacts(view, facts(explanation))
  if (explanation.items.length > 0) {
    printTable(out, columns(view), explanation.items, {
      note: (row) =>
        row.reason === null || (row.counted && row.costMicrodollars !== null)
          ? undefined
          : meta(cutEnd(oneLine(row.reason), out.columns - 4)),
    })
  }
  printMore(view, explanation)
  printCostFoot(view, totals, 'daybook config')
  printNext(view, [
    ['daybook usage total', 'the same sum, from the ledger'],
    session
      ? [`daybook session show ${sessionName(session)}`, 'what the session did']
      : ['daybook usage session', 'by session, dearest first'],
  ])
}

function facts({
  totals,
  dropped,
  unpriced,
  costSources,
  priceDates,
}: Explanation): [string, Text | undefined | false][] {
  const { inherited } = dropped
  const owners = inherited.owners.map(
    ({ session, rows }) => `${session ?? 'another transcript'} counts ${formatCount(rows)}`,
  )
  const [first, ...later] = priceDates
  const tables =
    first === undefined
      ? ''
      : ` from the price table${later.length > 0 ? 's' : ''} of ${first}${later.length > 0 ? ` to ${later.at(-1)}` : ''}`
  return [
    [
      'tokens',
      `in ${formatCount(totals.inputTokens)} · out ${formatCount(totals.outputTokens)} · cache read ${formatCount(totals.cacheReadTokens)} · write ${formatCount(totals.cacheWriteTokens)}`,
    ],
    [
      'priced',
      totals.responses + inherited.rows > 0 &&
        dots(
          costSources['computed'] ? `${formatCount(costSources['computed'])} computed${tables}` : undefined,
          costSources['reported'] ? `${formatCount(costSources['reported'])} reported by the agent` : undefined,
          costSources['unpriced'] ? `${formatCount(costSources['unpriced'])} unpriced` : undefined,
        ),
    ],
    [
      'unpriced',
      unpriced.length === 0
        ? undefined
        : unpriced.map((one) => `${oneLine(one.model)}: ${formatTokens(one.tokens)} tokens`).join(', '),
    ],
    [
      'dropped',
      dropped.repeatedLines === 0
        ? undefined
        : `${plural(dropped.repeatedLines, 'line')} that repeated a response; each response counts once`,
    ],
    [
      'inherited',
      inherited.rows === 0
        ? undefined
        : `${plural(inherited.rows, 'copy', 'copies')} worth ${money(inherited.usage)}, not counted here: ${owners.join(', ')}`,
    ],
  ]
}

function columns(view: View): Column<ExplainedRow>[] {
  const tokens = (header: string, pipe: string, count: (row: ExplainedRow) => number): Column<ExplainedRow> => ({
    header,
    align: 'right',
    drop: true,
    cell: (row) => formatCount(count(row)),
    pipe: { header: pipe, value: count },
  })
  return [
    { header: 'AT', cell: (row) => clock(view, row.at), pipe: { header: 'AT', value: (row) => row.at } },
    {
      header: 'COST',
      align: 'right',
      cell: (row) => (row.counted ? money(costsOf(row)) : meta('copy')),
      pipe: { header: 'COST_MICRODOLLARS', value: (row) => row.costMicrodollars },
    },
    {
      header: 'FILE AND LINE',
      cell: (row) => `${shortHome(view, row.path)}:${row.line}`,
      shrink: 20,
      comfort: 26,
      cut: 'middle',
      pipe: { header: 'SOURCE', value: (row) => `${row.path}:${row.line}` },
    },
    {
      header: 'LINES',
      align: 'right',
      cell: (row) => formatCount(row.lines),
      pipe: { header: 'LINES', value: (row) => row.lines },
    },
    { header: 'MODEL', cell: (row) => row.model, shrink: 10, drop: true },
    tokens('OUTPUT', 'OUTPUT_TOKENS', (row) => row.outputTokens),
    tokens('INPUT', 'INPUT_TOKENS', (row) => row.inputTokens),
    tokens('READ', 'CACHE_READ_TOKENS', (row) => row.cacheReadTokens),
    tokens('WRITE', 'CACHE_WRITE_TOKENS', (row) => row.cacheWriteTokens),
    { header: 'COUNTED', pipeOnly: true, cell: (row) => (row.counted ? 'yes' : 'no') },
    { header: 'COST_SOURCE', pipeOnly: true, cell: (row) => row.costSource },
    { header: 'REASON', pipeOnly: true, cell: (row) => row.reason ?? '' },
  ]
}

function costsOf(row: ExplainedRow) {
  return { responses: 1, costMicrodollars: row.costMicrodollars, unpricedTokens: 0, unpricedModels: [] }
}
