// Daybook's totals of a home folder, told through its own command line: `node daybook.mjs HOME`.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [home] = process.argv.slice(2)
const program = fileURLToPath(new URL('../../dist/bin.js', import.meta.url))
const data = mkdtempSync(join(tmpdir(), 'traps-daybook-'))

function daybook(...args) {
  const env = { ...process.env, HOME: home, USERPROFILE: home, DAYBOOK_HOME: data }
  return execFileSync(process.execPath, [program, ...args, '--json'], { env, cwd: home, encoding: 'utf8' })
}

function sessions() {
  const all = []
  for (let cursor; ;) {
    const page = JSON.parse(daybook('session', 'list', '--limit', '100', ...(cursor ? ['--cursor', cursor] : [])))
    all.push(...page.items)
    cursor = page.nextCursor
    if (!cursor) return all
  }
}

const sum = (items, field) => items.reduce((total, item) => total + item[field], 0)

try {
  daybook('scan')
  const all = sessions()
  const prompts = all.reduce((total, { ref }) => {
    const page = daybook('session', 'messages', ref, '--own', '--role', 'user', '--type', 'message', '--limit', '1')
    return total + JSON.parse(page).total
  }, 0)
  const usage = JSON.parse(daybook('usage', 'total'))
  const { responses, inputTokens, outputTokens, reasoningTokens, cacheReadTokens, cacheWriteTokens } = usage
  const totals = {
    sessions: all.length,
    prompts,
    answers: sum(all, 'messageCount') - prompts,
    calls: sum(all, 'invocationCount'),
    failedCalls: sum(all, 'failedCount'),
    responses,
    inputTokens,
    outputTokens,
    reasoningTokens,
    cacheReadTokens,
    cacheWriteTokens,
    cacheWrite1hTokens: usage.cacheWrite1hTokens,
    costMicrodollars: usage.costMicrodollars,
  }
  process.stdout.write(`${JSON.stringify(totals)}\n`)
} finally {
  rmSync(data, { recursive: true, force: true })
}
