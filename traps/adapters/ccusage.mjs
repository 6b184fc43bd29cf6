// The totals of ccusage (20 and later), where it is installed: `node ccusage.mjs HOME`. An example of an adapter.
import { execFileSync } from 'node:child_process'

const [home] = process.argv.slice(2)
const env = { ...process.env, HOME: home, USERPROFILE: home, TZ: 'UTC' }
const printed = execFileSync('ccusage', ['daily', '--json', '--offline'], { env, encoding: 'utf8' })
const { totals } = JSON.parse(printed.slice(printed.indexOf('{')))
const { inputTokens, cacheReadTokens, cacheCreationTokens, totalTokens, totalCost } = totals
process.stdout.write(
  `${JSON.stringify({
    inputTokens,
    // It tells reasoning apart from output, in the total alone.
    outputTokens: totalTokens - inputTokens - cacheReadTokens - cacheCreationTokens,
    cacheReadTokens,
    cacheWriteTokens: cacheCreationTokens,
    costMicrodollars: Math.round(totalCost * 1e6),
  })}\n`,
)
