import { cpSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { handoffMarkdown } from '../src/domain/handoff-markdown.ts'
import { NOTHING_GIVEN } from '../src/domain/handoff-record.ts'
import { gatherRecord } from '../src/operations/handoff-gather.ts'
import { everyItem } from '../src/operations/page.ts'
import { emptyWorld } from './operations-world.ts'

/** Needs `DAYBOOK_CORPUS`, a folder of published and generated transcripts; without it these are skipped. */
const corpus = process.env['DAYBOOK_CORPUS'] ?? 'none'
const TOKENS = [500, 1500] as const

/** Published transcripts that lie in no home, where their agents would have written them. */
function published(home: string): void {
  const lone = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !path.includes('/generated/'),
  )
  lone.toSorted().forEach((path, i) => {
    const id = `${String(i).padStart(8, '0')}-0000-4000-8000-000000000000`
    const to = path.startsWith('claude/')
      ? `.claude/projects/-corpus/${id}.jsonl`
      : `.codex/sessions/2026/01/01/rollout-2026-01-01T00-00-00-${id}.jsonl`
    if (/^(?:claude|codex)\/.*\.jsonl$/.test(path)) cpSync(join(corpus, path), join(home, to), { recursive: true })
  })
}

/** Folders of the corpus that are homes of agents: what a scan would find. */
function homes(folder: string, depth = 5): string[] {
  if (depth === 0 || !existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return []
    const path = join(folder, entry.name)
    return entry.name === 'home' ? [path] : homes(path, depth - 1)
  })
}

describe.skipIf(!existsSync(corpus))('handoffs of all sessions in the corpus (set DAYBOOK_CORPUS)', () => {
  it('G31 have every open step, unresolved failure and commit, or count it as left out', async () => {
    let [sessions, steps, failures, commits] = [0, 0, 0, 0]
    for (const home of [...homes(corpus), null]) {
      const world = await emptyWorld()
      if (home === null) published(world.home.path)
      else cpSync(home, world.home.path, { recursive: true })
      await world.rescan()
      for await (const session of everyItem((page) => world.store.sessions.list({}, page))) {
        const record = await gatherRecord(world.context, session)
        const expected = await countAnew(world, session.id)
        for (const tokens of TOKENS) {
          const { markdown, leftOut, tokens: used } = handoffMarkdown(record, NOTHING_GIVEN, session.ref, tokens)
          const found = {
            steps: linesOf(markdown, 'Plan', /^- \[ \] /) + openOf(leftOut, 'Plan'),
            failures: linesOf(markdown, 'Failures', /^- `+.* · (?:exit -?\d+|failed)/) + openOf(leftOut, 'Failures'),
            commits:
              linesOf(markdown, 'Commits This Session', /^- `[0-9a-f]{7}` /) + itemsOf(leftOut, 'Commits This Session'),
          }
          expect(found, `${session.agent} ${session.externalId} of ${home}`).toEqual(expected)
          expect(used).toBeLessThanOrEqual(tokens)
          if (leftOut.length > 0) expect(used).toBeGreaterThan(tokens * 0.9)
        }
        sessions++
        steps += expected.steps
        failures += expected.failures
        commits += expected.commits
      }
      await world.close()
    }
    expect(sessions).toBeGreaterThan(50)
    expect(Math.min(steps, failures, commits)).toBeGreaterThan(0)
  }, 300_000)
})

/** Straight from rows and entries, in another way than a handoff is made. */
async function countAnew({ store, context }: Awaited<ReturnType<typeof emptyWorld>>, sessionId: string) {
  let open = 0
  const plans = await context.history.entries({ sessionId, types: ['plan'], includeInherited: true }, { limit: 1000 })
  const last = plans.items.at(-1)?.content
  if (last?.type === 'plan')
    open = last.items.filter(({ status }) => status !== 'completed' && status !== 'cancelled').length
  const calls: { words: string; outcome: string }[] = []
  for await (const call of everyItem((page) => store.invocations.list({ sessionId }, page))) {
    const words = call.subject
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/ ?2>&1$/, '')
      .replace(/^(cd [^&;|]+ && )+/, '')
    if (call.kind === 'command' && words !== '') calls.push({ words, outcome: call.outcome })
  }
  const failed = new Set(
    calls
      .filter(({ words, outcome }, i) => {
        return (
          outcome === 'error' && !calls.slice(i + 1).some((later) => later.words === words && later.outcome === 'ok')
        )
      })
      .map(({ words }) => words),
  )
  const hashes = new Set<string>()
  for await (const { hash } of everyItem((page) => store.files.commits({ sessionId }, page)))
    hashes.add(hash.slice(0, 7))
  return { steps: open, failures: failed.size, commits: hashes.size }
}

function linesOf(markdown: string, title: string, line: RegExp): number {
  const section = markdown.split(/^### /m).find((part) => part.startsWith(`${title}\n`)) ?? ''
  return section.split('\n').filter((text) => line.test(text) && !/^- \d+ more/.test(text)).length
}

type LeftOut = ReturnType<typeof handoffMarkdown>['leftOut']
const openOf = (leftOut: LeftOut, section: string) => leftOut.find((one) => one.section === section)?.open ?? 0
const itemsOf = (leftOut: LeftOut, section: string) => leftOut.find((one) => one.section === section)?.items ?? 0
