import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { installed } from './clients.ts'
import { DRIVERS } from './drivers/index.ts'
import type { Driver } from './drivers/driver.ts'
import { codeOf, keepRun } from './record.ts'
import type { Checked } from './checks.ts'
import { COURSES } from './courses/index.ts'
import { type CourseRun, coursesOf, runAgent, runCourse } from './run-agent.ts'

const HELP = `npm run e2e:agents -- [agent...] [options]
  --version TEXT   another version of the agent than the one whose run is kept; nothing is kept then
  --successor ID   who takes the work over; the next in the list when left out
  --course ID      only this, which goes beyond one piece of work, and nothing is kept; "none": none of them. One of
                   ${COURSES.map(({ id }) => id).join(', ')}
  --keep           leave the homes where they are, and say where
Agents: ${DRIVERS.map(({ id }) => id).join(', ')}. They are installed by npm when they are first needed, about 1.3 GB in
the user's cache for all five. What the runs showed goes to docs/agents-run.json. Exit code 1: something was not as it
should be.
`

/** What brings up the one interface that a network of one's own has. */
const INSIDE = ['unshare', process.getuid?.() === 0 ? '-n' : '-rn', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    version: { type: 'string' },
    successor: { type: 'string' },
    course: { type: 'string' },
    keep: { type: 'boolean', default: false },
    inside: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(HELP)
else await main()

async function main(): Promise<void> {
  const chosen = positionals.length === 0 ? DRIVERS : positionals.map(driver)
  const pairs = chosen.map((agent) => [
    { ...agent, version: values.version ?? agent.version },
    values.successor === undefined ? after(agent) : driver(values.successor),
  ]) as [Driver, Driver][]
  for (const one of new Set(pairs.flat())) installed(one)
  if (!values.inside && canBeAlone()) return alone()
  for (const [agent, successor] of pairs) await tryOne(agent, successor)
}

async function tryOne(agent: Driver, successor: Driver): Promise<void> {
  process.stdout.write(`${agent.name} ${agent.version}, then ${successor.name} ${successor.version}\n`)
  const { course: only, keep } = values
  const run =
    only === undefined || only === 'none' ? await tried('', () => runAgent(agent, successor, keep)) : undefined
  const courses: CourseRun[] = []
  for (const course of coursesOf(agent).filter(({ id }) => only === undefined || only === id)) {
    const tries = await tried(`${course.id}: `, () => runCourse(course, agent, successor, keep))
    if (tries !== undefined) courses.push(tries)
  }
  if (run === undefined || values.version !== undefined || values.successor !== undefined) return
  const network = values.inside ? 'none' : 'open'
  const platform = `${process.platform}-${process.arch}`
  const [at, code] = [new Date().toISOString(), codeOf(agent.id)]
  keepRun({ ...run, courses, at, commit: commit(), platform, network, code })
}

/** Runs something to its end and says what it found; undefined where that was not as it should be. */
async function tried<T extends { checks: Checked[] }>(name: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    const done = await work()
    report(name, done.checks)
    if (done.checks.every(({ ok }) => ok)) return done
  } catch (error) {
    process.stdout.write(`  failed  ${name}${error instanceof Error ? error.message : String(error)}\n`)
  }
  process.exitCode = 1
  return undefined
}

function driver(id: string): Driver {
  const found = DRIVERS.find((one) => one.id === id)
  if (found === undefined)
    throw new Error(`${JSON.stringify(id)} is none of ${DRIVERS.map((one) => one.id).join(', ')}`)
  return found
}

function after(agent: Driver): Driver {
  return DRIVERS[(DRIVERS.indexOf(agent) + 1) % DRIVERS.length]!
}

function report(name: string, checks: readonly Checked[]): void {
  for (const { what, ok, expected, found } of checks) {
    process.stdout.write(`  ${ok ? 'ok    ' : 'failed'}  ${name}${what}\n`)
    if (!ok)
      process.stdout.write(
        `          expected ${JSON.stringify(expected)}\n          found    ${JSON.stringify(found)}\n`,
      )
  }
}

function commit(): string {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const git = (...words: string[]) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim()
  try {
    return `${git('rev-parse', 'HEAD').slice(0, 12)}${git('status', '--porcelain', '--', 'src') === '' ? '' : '+'}`
  } catch {
    return 'unknown'
  }
}

/** Whether programs can be run here so that they reach this machine and nothing else. */
function canBeAlone(): boolean {
  const [program = '', ...words] = INSIDE
  return process.platform === 'linux' && spawnSync(program, [...words, 'true']).status === 0
}

function alone(): void {
  const [program = '', ...words] = INSIDE
  const { status } = spawnSync(program, [...words, process.execPath, ...process.argv.slice(1), '--inside'], {
    stdio: 'inherit',
  })
  process.exitCode = status ?? 1
}
