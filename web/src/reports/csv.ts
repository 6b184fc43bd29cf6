import type { Reply } from '../api/operations.ts'
import { csvLine } from '../../../src/domain/csv.ts'
import { download } from '../parts/download.ts'

/** Saves a report as a spreadsheet reads it: exact figures, milliseconds and millionths of a dollar; empty is unknown. */
export function saveReport({ by, items, totals }: Reply<'work.report'>): void {
  const head = [
    by,
    'title',
    'active_ms',
    'estimate_minutes',
    'cost_microdollars',
    'unpriced_tokens',
    'output_tokens',
    'failed_calls',
  ]
  const rows = items.map(({ ticket, label, place, title, estimate, total }) => [
    ticket?.ref ?? label ?? place,
    title,
    total.activeMs,
    estimate?.estimateMinutes ?? null,
    total.costMicrodollars,
    total.unpricedTokens,
    total.outputTokens,
    total.failedCalls,
  ])
  const sum = [
    'total',
    null,
    totals.activeMs,
    null,
    totals.costMicrodollars,
    totals.unpricedTokens,
    totals.outputTokens,
    totals.failedCalls,
  ]
  download(`report-by-${by}.csv`, [head, ...rows, sum].map(csvLine).join(''), 'text/csv')
}
