import { readConfig } from '../../config/config.ts'
import { AppError, shownValue } from '../../domain/errors.ts'
import { plural } from '../../domain/format.ts'
import { toolShapes } from '../../operations/tool.ts'
import { type Checked, checkSetup } from '../../setup/check.ts'
import { lineDiff } from '../../setup/diff.ts'
import { type DailyState, applyDaily, checkDaily, planDaily, undoDaily } from '../../setup/daily/daily.ts'
import {
  type Change,
  type Plan,
  type SetupSource,
  applySetup,
  canBeSetUp,
  isHere,
  planSetup,
} from '../../setup/plan.ts'
import { undoSetup } from '../../setup/undo.ts'
import type { Source } from '../../sources/source.ts'
import type { SetupPlace } from '../../setup/words.ts'
import { type Call, defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import { shortHome } from '../print/common.ts'
import { canAsk, confirm } from '../prompt.ts'
import { bad, meta, ok, subject, warn } from '../text.ts'
import { printNext } from '../view.ts'

/** `daybook setup`: hooks, tools and commands into each agent's own settings, shown as a diff first. */
export const setup = defineCommand({
  fields: [
    field('agents', 'text', 'agents by id; those found on this machine when none is named', { list: true }),
    field('undo', 'boolean', 'take it back: files become what they were'),
    field('check', 'boolean', 'change nothing; run a hook and the tool server as the agents would'),
    field(
      'daily',
      'boolean',
      'also read what agents wrote once a day: a timer of systemd or launchd, or a line of cron',
    ),
    field('memory', 'boolean', 'also a few lines in CLAUDE.md, AGENTS.md and GEMINI.md of your own'),
  ],
  args: ['agents'],
  yes: true,
  examples: [
    { command: 'daybook setup', says: 'show what would change for the agents found here, and ask' },
    { command: 'daybook setup codex --yes', says: 'one agent, without the question' },
    { command: 'daybook setup --daily', says: 'also read once a day what agents wrote' },
    { command: 'daybook setup --check', says: 'whether hooks and tools answer' },
    { command: 'daybook setup --undo --yes', says: 'every file as it was before' },
  ],
  seeAlso: ['hook', 'mcp', 'doctor'],
  async run(call) {
    const { io, values } = call
    const { places } = await readConfig(io.machine, io.cwd)
    const tools = await toolNames(call)
    const place: SetupPlace = {
      env: { home: io.machine.home, platform: io.machine.platform, variables: io.machine.variables },
      dataDir: places.dataDir,
      program: io.program ?? ['daybook'],
      hasTool: (name) => tools.has(name),
      memory: values['memory'] === true,
      cwd: io.cwd,
    }
    const daily = values['daily'] === true
    const words = values['agents'] as string[] | undefined
    const named = words !== undefined && words.length > 0
    if (values['undo'] === true) {
      const sources = daily && !named ? [] : await chosen(await io.sources(), words, place, true)
      return undo(call, sources, place, daily || !named)
    }
    if (values['check'] === true) {
      const state = named && !daily ? undefined : checkDaily(place, io.now())
      return check(call, await chosen(await io.sources(), words, place, state !== undefined), place, state)
    }
    const sources = await chosen(await io.sources(), words, place, daily)
    return write(call, planSetup(sources, place), place, daily ? planDaily(place) : undefined)
  },
})

async function chosen(
  sources: readonly Source[],
  words: readonly string[] | undefined,
  place: SetupPlace,
  mayBeNone: boolean,
): Promise<SetupSource[]> {
  const known = await canBeSetUp(sources)
  const wrong = words?.find((word) => !known.some(({ id }) => id === word))
  if (wrong !== undefined) {
    throw new AppError('invalid', `agent ${shownValue(wrong)} is not one of ${known.map(({ id }) => id).join(', ')}`, {
      hint: `daybook setup ${known[0]?.id}`,
    })
  }
  if (words !== undefined && words.length > 0) return known.filter(({ id }) => words.includes(id))
  const here = known.filter((source) => isHere(source, place))
  if (here.length > 0 || mayBeNone) return here
  throw new AppError('not_found', `none of ${known.map(({ name }) => name).join(', ')} was used on this machine`, {
    hint: `daybook setup ${known[0]?.id}`,
  })
}

async function toolNames({ catalogue }: Call): Promise<Set<string>> {
  const shapes = await Promise.all(catalogue.map(async (entry) => toolShapes(await entry.load())))
  return new Set(shapes.flat().map(({ name }) => name))
}

/** @param daily what changes for reading once a day; undefined where nobody asked for it */
async function write(call: Call, plan: Plan, place: SetupPlace, daily: Change[] | undefined): Promise<number> {
  const { io, out, err, json, yes } = call
  const all = [...plan.changes, ...(daily ?? [])]
  const may = (): Promise<boolean> => confirm(io, err, `Write ${plural(all.length, 'file')}?`, '--yes')
  if (!json) printPlan(call, all)
  const written = all.length > 0 && (yes || (!json && canAsk(io) && (await may())))
  if (written || (all.length === 0 && plan.unchanged > 0)) applySetup(plan, place)
  if (daily && (written || all.length === 0)) applyDaily(daily, place)
  if (json) {
    const changes = all.map(({ agent, path, before = '', after }) => ({
      agent,
      path,
      diff: lineDiff(before, after),
    }))
    out.json({ written, changes, unchanged: plan.unchanged, remarks: plan.remarks })
    return EXIT.ok
  }
  if (all.length === 0 && plan.unchanged === 0 && daily === undefined) out.line('Nothing is to be written.')
  else if (all.length === 0) out.line('Everything is set up already.')
  else if (written) out.line(`Wrote ${plural(all.length, 'file')}. Copies of what was there are kept for --undo.`)
  else out.line('Nothing was written.')
  for (const { agent, says } of plan.remarks) out.line(warn(`${agent}: ${says}`))
  const offer =
    daily === undefined ? [['daybook setup --daily', 'also read once a day what agents wrote'] as const] : []
  if (written) printNext({ out }, [['daybook setup --check', 'whether hooks and tools answer'], ...offer])
  else if (all.length > 0) printNext({ out }, [[`daybook setup${daily ? ' --daily' : ''} --yes`, 'write it']])
  return EXIT.ok
}

/** A file of settings may be one line of a megabyte. */
const LONGEST_LINE = 300

function printPlan({ io, out }: Call, changes: readonly Change[]): void {
  for (const { path, before, after } of changes) {
    out.line(subject(shortHome(io.machine, path)), before === undefined ? meta('  new') : '')
    for (const whole of lineDiff(before ?? '', after)) {
      const line = whole.length <= LONGEST_LINE ? whole : `${whole.slice(0, LONGEST_LINE)}…`
      out.line(line.startsWith('+') ? ok(line) : line.startsWith('-') ? bad(line) : meta(line))
    }
    out.line('')
  }
}

const HOW = {
  restored: 'as it was before',
  removed: 'removed',
  cleaned: 'ours taken out; it was changed since',
  kept: 'changed since, so it stays',
  gone: 'gone already',
} as const

async function undo(
  { io, out, err, json, yes }: Call,
  sources: SetupSource[],
  place: SetupPlace,
  daily: boolean,
): Promise<number> {
  if (!yes && !canAsk(io)) {
    throw new AppError('invalid', 'this changes agents’ settings and has to be confirmed', {
      hint: 'daybook setup --undo --yes',
    })
  }
  if (!yes && !(await confirm(io, err, 'Take the set-up back?', '--yes'))) {
    out.line('Nothing was changed.')
    return EXIT.ok
  }
  const done = [...(daily ? undoDaily(place) : []), ...undoSetup(sources, place)]
  if (json) out.json({ items: done, total: done.length, nextCursor: null })
  else if (done.length === 0) out.line('Nothing was set up.')
  else for (const { path, how } of done) out.line(subject(shortHome(io.machine, path)), meta(`  ${HOW[how]}`))
  return EXIT.ok
}

function check(
  { io, out, json }: Call,
  sources: SetupSource[],
  place: SetupPlace,
  daily: DailyState | undefined,
): number {
  const checked = sources.map((source) => ({ source, result: checkSetup(source, place) }))
  const isSound = ({ differing, hookMs, toolsMs, packaged, twice }: Checked) =>
    differing.length === 0 && (hookMs !== null || packaged) && toolsMs !== null && !twice
  const isOnTime = daily === undefined || (daily.enabled && !daily.late && (daily.exitCode ?? 0) === 0)
  const failed = !isOnTime || checked.some(({ result }) => !isSound(result))
  if (json) {
    const items = checked.map(({ result }) => result)
    out.json({ items, total: items.length, nextCursor: null, daily: daily ?? null })
    return failed ? EXIT.failed : EXIT.ok
  }
  for (const { source, result } of checked) {
    const parts = [
      result.packaged
        ? 'hooks of its plugin'
        : result.hookMs === null
          ? 'a hook leaves nothing'
          : `hooks answer in ${result.hookMs}ms`,
      result.toolsMs === null ? 'the tool server does not answer' : `tools in ${result.toolsMs}ms`,
    ]
    out.line(isSound(result) ? ok('ok    ') : bad('error '), subject(source.name), `  ${parts.join(', ')}`)
    for (const path of result.differing) out.line(warn(`       ${shortHome(io.machine, path)} is not as it was set up`))
    for (const says of result.remarks) out.line(meta(`       ${says}`))
  }
  if (daily) out.line(isOnTime ? ok('ok    ') : bad('error '), subject('Once a day'), `  ${dailyText(daily)}`)
  if (failed) printNext({ out }, [[`daybook setup${isOnTime ? '' : ' --daily'}`, 'write what is missing']])
  return failed ? EXIT.failed : EXIT.ok
}

function dailyText({ name, enabled, ranAt, exitCode, late }: DailyState): string {
  if (!enabled) return `${name}, which nothing starts`
  if (ranAt === null) return `${name}, ${late ? 'has not run in two days' : 'not run yet'}`
  return `${name}, last ran ${ranAt}${exitCode === 0 ? '' : `, failed with ${exitCode}`}${late ? ', two days ago or more' : ''}`
}
