import { formatDuration, formatMoney, formatTimeExact } from '../../domain/format.ts'
import { isAppError } from '../../domain/errors.ts'
import type { AskingAgent, StatusLine } from '../../operations/status-line.ts'
import { statusLine } from '../../operations/status-line.ts'
import { defineCommand } from '../command.ts'
import type { Io } from '../io.ts'
import { EXIT } from '../exit-codes.ts'
import { money } from '../print/common.ts'
import { oneLine } from '../sanitize.ts'

/** `daybook usage statusline`: one line for an agent's status bar. It ends with 0 whatever happens. */
export const usageStatusline = defineCommand({
  examples: [{ command: 'daybook usage statusline', says: 'today, this session, the five-hour window' }],
  seeAlso: ['usage blocks', 'usage daily'],
  async run(call) {
    try {
      const asking = call.io.isTTY.stdin ? {} : readAsking(await inputOf(call.io))
      const { context } = await call.open()
      const line = await statusLine(context, asking)
      if (call.json) call.out.json(line)
      else call.out.line(sentence(line, call.io.now(), context.timezone))
    } catch (error) {
      const why = isAppError(error) ? error.message : 'no figures'
      if (call.json) call.out.json({ error: { message: why } })
      else call.out.line(`daybook: ${oneLine(why)}`)
    }
    return EXIT.ok
  },
})

function sentence(
  { model, session, reportedCostMicrodollars, today, window }: StatusLine,
  nowMs: number,
  zone: string,
): string {
  const parts: string[] = []
  if (model !== null) parts.push(oneLine(model))
  if (session) {
    const read = session.behind ? ` (read to ${clockTime(session.lastActivityAt, zone)})` : ''
    parts.push(`session ${money(session)}${read}`)
  } else if (reportedCostMicrodollars !== null) parts.push(`session ${formatMoney(reportedCostMicrodollars)} reported`)
  parts.push(`today ${money(today)}`)
  if (window) {
    const used = window.usedPercent === null ? '' : `${Math.round(window.usedPercent)}% used`
    const left = window.endsAt === null ? '' : `${formatDuration(Date.parse(window.endsAt) - nowMs)} left`
    const cost = window.usage.responses > 0 && money(window.usage)
    parts.push(`5h window ${[cost, used, left].filter((part) => part !== '' && part !== false).join(', ')}`)
  }
  return `${parts.join(' · ')} · list prices`
}

function clockTime(iso: string, zone: string): string {
  return formatTimeExact(Date.parse(iso), zone).slice(11, 16)
}

const LONGEST_INPUT = 256 * 1024
const WAIT_MS = 300

/** What stands on standard input, as far as it comes soon: an agent that leaves it open is not waited for. */
async function inputOf({ stdin }: Io): Promise<string> {
  const input = stdin[Symbol.asyncIterator]()
  let text = ''
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), WAIT_MS)
  })
  const decoder = new TextDecoder()
  while (text.length < LONGEST_INPUT) {
    const next = await Promise.race([input.next(), late])
    if (next === undefined || next.done) break
    text += typeof next.value === 'string' ? next.value : decoder.decode(next.value, { stream: true })
    if (isWhole(text)) break
  }
  clearTimeout(timer)
  await Promise.race([input.return?.(), Promise.resolve()])
  return text
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/**
 * What Claude Code tells its status line: `session_id`, `model.display_name`, `cost.total_cost_usd`, and for plans
 * `rate_limits.five_hour` with `used_percentage` and `resets_at` in Unix seconds (2.1, code.claude.com/docs/en/statusline).
 * Anything else is passed over.
 */
function readAsking(text: string): AskingAgent {
  let told: unknown
  try {
    told = JSON.parse(text)
  } catch {
    return {}
  }
  const sessionId = at(told, 'session_id')
  const model = at(told, 'model', 'display_name') ?? at(told, 'model', 'id') ?? at(told, 'model')
  const cost = at(told, 'cost', 'total_cost_usd')
  const used = at(told, 'rate_limits', 'five_hour', 'used_percentage')
  const resets = at(told, 'rate_limits', 'five_hour', 'resets_at')
  const asking: AskingAgent = {}
  if (typeof sessionId === 'string' && sessionId.trim() !== '') asking.sessionId = sessionId
  if (asking.sessionId !== undefined && at(told, 'transcript_path') !== undefined) asking.agent = 'claude-code'
  if (typeof model === 'string') asking.model = model.slice(0, 60)
  if (isFigure(cost)) asking.costMicrodollars = Math.round(cost * 1e6)
  if (isFigure(used)) asking.usedPercent = Math.min(100, used)
  if (isFigure(resets) && resets < 1e11) asking.resetsAt = new Date(resets * 1000).toISOString()
  return asking
}

function at(value: unknown, ...path: string[]): unknown {
  let found = value
  for (const name of path) {
    if (typeof found !== 'object' || found === null) return undefined
    found = (found as Record<string, unknown>)[name]
  }
  return found ?? undefined
}

function isFigure(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
