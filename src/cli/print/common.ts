import {
  type MoneyFormat,
  formatClockTime,
  formatCount,
  formatDay,
  formatMoney,
  formatTimeExact,
  formatTokens,
} from '../../domain/format.ts'
import { listPricesOf } from '../../operations/usage-view.ts'
import { oneLine } from '../sanitize.ts'
import { meta, plain, textWidth } from '../text.ts'
import type { Text } from '../text.ts'
import type { View } from '../view.ts'
import { cutEnd } from '../width.ts'

/** What a session is called on screen: its key, or its ref while nobody has started it. */
export function sessionName(session: { key: string | null; ref: string | null }): string {
  return session.key ?? session.ref ?? '?'
}

/** A title, or the words that stand for none. Never an id. */
export function titleOf(session: { title: string | null; prunedAt?: string | null }): Text {
  if (session.title === null && session.prunedAt != null) return meta('pruned')
  return session.title === null || session.title.trim() === '' ? meta('no title') : oneLine(session.title)
}

/** What has a cost, maybe not all of it. */
export interface Costs {
  /** 0 where no usage is recorded: then nothing is known of the cost either. */
  responses: number
  costMicrodollars: number | null
  unpricedTokens: number
  unpricedModels: readonly string[]
}

/** `$4.37`, `$7.39+` where parts have no price, `unpriced` where all of it has none, `–` where nothing is recorded. */
export function money(usage: Costs, format: Pick<MoneyFormat, 'headline'> = {}): string {
  if (usage.responses === 0) return '–'
  return formatMoney(usage.costMicrodollars, { ...format, incomplete: usage.unpricedTokens > 0 })
}

/** `$4.37 at list prices`; `unpriced` and `not recorded` stand alone. */
export function moneyFact(usage: Costs, format: Pick<MoneyFormat, 'headline'> = {}): string {
  if (usage.responses === 0) return 'not recorded'
  return usage.costMicrodollars === null ? money(usage) : `${money(usage, format)} at list prices`
}

/** The exact figure for a program; null where it is not known. */
export function exactCost(usage: Pick<Costs, 'responses' | 'costMicrodollars'>): number | null {
  return usage.responses === 0 ? null : usage.costMicrodollars
}

/** The lines under figures of cost: what they mean and what they leave out. For people only. */
export function printCostFoot(view: View, usage: Costs, explain = 'daybook usage explain'): void {
  if (!view.out.terminal || usage.responses === 0) return
  if (usage.costMicrodollars !== null) {
    view.out.line(meta(`At API list prices of ${listPricesOf()}. A subscription bills differently.`))
  }
  if (usage.unpricedTokens === 0) return
  const what = `${formatTokens(usage.unpricedTokens)} tokens of ${usage.unpricedModels.map(oneLine).join(', ')}`
  const text = `${usage.costMicrodollars === null ? 'unpriced:' : '+ leaves out'} ${what}, no price: ${explain}`
  view.out.prose(text, { indent: 2, role: 'warn' })
}

/** A place on the calendar, never relative. */
export function clock(view: View, iso: string | null): string {
  return iso === null ? '–' : formatClockTime(Date.parse(iso), view.nowMs, view.timezone)
}

/** From when to when: `Fri 20 Nov 13:04-15:10`, `Thu 19 Nov 10:00 to Fri 20 Nov 15:10`. */
export function span(view: View, from: string | null, to: string | null): string {
  if (from === null || to === null) return '–'
  const [start, end] = [from, to].map((iso) => ({
    day: formatDay(Date.parse(iso), view.nowMs, view.timezone),
    time: formatTimeExact(Date.parse(iso), view.timezone).slice(11, 16),
  })) as [{ day: string; time: string }, { day: string; time: string }]
  if (start.day === end.day) return `${start.day} ${start.time}${start.time === end.time ? '' : `-${end.time}`}`
  return `${start.day} ${start.time} to ${end.day} ${end.time}`
}

/** A branch in a line with other facts. */
export function branchName(branch: string): string {
  return cutEnd(oneLine(branch), 40)
}

/** The home directory as `~`. */
export function shortHome(view: Pick<View, 'home'>, path: string): string {
  const { home } = view
  return home !== '' && home !== '/' && (path === home || path.startsWith(`${home}/`))
    ? `~${path.slice(home.length)}`
    : path
}

/** `+18 -4`; `–` where the agent records no lines. */
export function lineCounts(change: { linesAdded: number | null; linesRemoved: number | null }): string {
  const { linesAdded, linesRemoved } = change
  return linesAdded === null && linesRemoved === null
    ? '–'
    : `+${formatCount(linesAdded ?? 0)} -${formatCount(linesRemoved ?? 0)}`
}

/** Labelled facts, values in one column; `[label, value]`, those without a value left out. */
export function printFacts(view: View, facts: readonly (readonly [string, Text | undefined | false])[]): void {
  const width = Math.max(10, ...facts.map(([label]) => label.length))
  for (const [label, value] of facts) {
    if (value === undefined || value === false || plain(value) === '') continue
    const first: Text = ['  ', meta(label.padEnd(width)), ' ']
    const whole = typeof value !== 'string' && 'role' in value && value.role === 'command'
    const fits = width + 3 + textWidth(value) <= view.out.columns
    // A command broken over lines could not be pasted.
    if (fits || whole) view.out.line(first, value)
    else view.out.prose(plain(value), { first, indent: width + 3 })
  }
}

/** The same for a pipe: one `NAME<tab>value` a line. */
export function printRecord(
  view: View,
  fields: readonly (readonly [string, string | number | boolean | null])[],
): void {
  for (const [name, value] of fields) view.out.line(`${name}\t${value === null ? '' : oneLine(String(value))}`)
}

/** Says how much of a list is on screen and how to see more. A pipe gets the remark on stderr. */
export function printMore(
  view: View,
  page: { items: readonly unknown[]; total: number | null; nextCursor: string | null },
): void {
  if (page.nextCursor === null) return
  const shown = page.items.length
  const of = page.total === null ? '' : ` of ${formatCount(page.total)}`
  if (view.out.terminal) {
    const limit = Math.min(1000, Math.max(shown * 5, 50))
    view.out.line(meta(`${formatCount(shown)}${of} shown. More: ${view.retype('--limit', String(limit))}`))
  } else view.note(`${shown}${of} shown; the next page: ${view.retype('--cursor', page.nextCursor)}`)
}

/** The word that stands over everything the demo shows. */
export function printDemoMark(view: View): void {
  if (view.demo && view.out.terminal)
    view.out.line(meta('demo: a made-up history in its own store; remove it with daybook demo --remove'))
}
