import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { activeIntervals, activeMs, type ActivityPoint } from '../domain/slice.ts'
import { SOURCES } from '../sources/index.ts'
import { writeDemo } from './index.ts'

const NOW = Date.parse('2026-11-20T16:00:02Z')
const PLAN = '2b9e04d7-61c3-4f0a-9d52-7a3c18e6b045'
const BUILD = '7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b'
const HARBOUR = '019aa001-5e00-7c10-8000-000000000002'
const FINISH = '019aa001-5e00-7c10-8000-000000000004'

/** Nano-dollars a token: input, output, cache read, written for 5 minutes, for an hour. */
const PRICES: Record<string, number[]> = {
  'claude-sonnet-4-5-20250929': [3_000, 15_000, 300, 3_750, 6_000],
  'claude-opus-4-5-20251101': [5_000, 25_000, 500, 6_250, 10_000],
}

interface Line {
  type: string
  uuid?: string
  parentUuid?: string | null
  timestamp?: string
  sessionId: string
  isSidechain?: boolean
  promptSource?: string
  message: { id: string; model: string; content: Block[] | string; usage: Usage }
  toolUseResult?: { type?: string; filePath?: string; content?: string; structuredPatch?: { lines: string[] }[] }
}

interface Block {
  type: string
  id?: string
  name?: string
  input?: { command?: string }
  tool_use_id?: string
  is_error?: boolean
}

interface Usage {
  input_tokens: number
  output_tokens: number
  cache_read_input_tokens: number
  cache_creation: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: number }
}

const homes: string[] = []

async function demoHome(nowMs: number): Promise<Map<string, string>> {
  const home = await mkdtemp(join(tmpdir(), 'daybook-demo-'))
  homes.push(home)
  await writeDemo(home, nowMs)
  const paths = await readdir(home, { recursive: true })
  const files = new Map<string, string>()
  for (const path of paths.toSorted()) {
    if (/\.jsonl?$/.test(path)) files.set(path.replaceAll('\\', '/'), await readFile(join(home, path), 'utf8'))
  }
  return files
}

function linesOf(files: Map<string, string>, session: string): Line[] {
  return [...files]
    .filter(([path]) => path.includes(session) && path.endsWith('.jsonl'))
    .flatMap(([, text]) => text.trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as Line)
}

function blocks(line: Line): Block[] {
  return typeof line.message?.content === 'object' ? line.message.content : []
}

function costOf(lines: Line[]): number {
  const responses = new Map(lines.filter((line) => line.type === 'assistant').map((line) => [line.message.id, line]))
  let micro = 0
  for (const { message } of responses.values()) {
    const { usage } = message
    const [input, output, read, short, long] = PRICES[message.model] ?? [0, 0, 0, 0, 0]
    const writes = usage.cache_creation
    const nano =
      usage.input_tokens * input! +
      usage.output_tokens * output! +
      usage.cache_read_input_tokens * read! +
      writes.ephemeral_5m_input_tokens * short! +
      writes.ephemeral_1h_input_tokens * long!
    micro += Math.floor((nano + 500) / 1000)
  }
  return micro
}

describe('the demo story', () => {
  let files: Map<string, string>
  let build: Line[]
  beforeAll(async () => {
    files = await demoHome(NOW)
    build = linesOf(files, BUILD)
  })
  afterAll(async () => {
    for (const home of homes) await rm(home, { recursive: true, force: true })
  })

  it('is six sessions and two subagents, where their agents keep them', () => {
    const project = '.claude/projects/-home-robin-tidewatch'
    expect([...files.keys()]).toEqual([
      `${project}/${PLAN}.jsonl`,
      `${project}/${BUILD}.jsonl`,
      `${project}/${BUILD}/subagents/agent-a4c81f07d9b3e2650.jsonl`,
      `${project}/${BUILD}/subagents/agent-a4c81f07d9b3e2650.meta.json`,
      `${project}/${BUILD}/subagents/agent-a9e05b62c714df388.jsonl`,
      `${project}/${BUILD}/subagents/agent-a9e05b62c714df388.meta.json`,
      `.codex/sessions/2026/11/19/rollout-2026-11-19T15-04-00-${HARBOUR}.jsonl`,
      `.codex/sessions/2026/11/20/rollout-2026-11-20T15-22-00-${FINISH}.jsonl`,
      '.gemini/tmp/tidewatch/chats/session-2026-11-19T16-10-5d0c1e77-0006.jsonl',
      '.gemini/tmp/tidewatch/chats/session-2026-11-20T15-20-5d0c1e77-0005.jsonl',
    ])
  })

  it('costs $0.84 to plan and $4.37 to build, $0.66 of it in subagents, at list prices', () => {
    expect(costOf(linesOf(files, PLAN))).toBe(840_000)
    expect(costOf(build)).toBe(4_370_000)
    expect(costOf(build.filter((line) => line.isSidechain))).toBe(660_000)
  })

  it('makes 148 calls, of which npm test fails four times and curl once', () => {
    const calls = build.flatMap(blocks).filter((block) => block.type === 'tool_use')
    const failed = build.flatMap(blocks).filter((block) => block.is_error)
    const commands = failed.map((block) => calls.find((call) => call.id === block.tool_use_id)?.input?.command)
    expect(calls).toHaveLength(148)
    expect(commands).toEqual([
      'npm test',
      'curl -sS https://tides.example/api/tables/8443970',
      'npm test -- reader',
      'npm test',
      'npm test',
    ])
  })

  it('is active for 22 minutes and for 1h 12m', () => {
    expect(minutesActive(linesOf(files, PLAN))).toBe(22)
    expect(minutesActive(build)).toBe(72)
  })

  it('changes nine files, +412 -97', () => {
    const changed = new Set<string>()
    let added = 0
    let removed = 0
    for (const { toolUseResult: result } of build) {
      if (result?.filePath === undefined || !result.structuredPatch) continue
      changed.add(result.filePath)
      if (result.type === 'create') added += result.content!.trimEnd().split('\n').length
      const lines = result.structuredPatch.flatMap((hunk) => hunk.lines)
      added += lines.filter((line) => line.startsWith('+')).length
      removed += lines.filter((line) => line.startsWith('-')).length
    }
    expect({ files: changed.size, added, removed }).toEqual({ files: 9, added: 412, removed: 97 })
  })

  it('is compacted from 168k to 21k, commits twice and ends at the limit', () => {
    const text = files.get(`.claude/projects/-home-robin-tidewatch/${BUILD}.jsonl`)!
    expect(text).toContain('"compactMetadata":{"trigger":"auto","preTokens":168000,"postTokens":21000}')
    expect([...text.matchAll(/"stdout":"\[main (\w+)\]/g)].map((match) => match[1])).toEqual(['4d07ab1', '9f31c2e'])
    expect(text.trimEnd().split('\n').at(-1)).toContain('You’ve hit your session limit')
  })

  it('gives every line an id of its own, every result its call and every line a parent before it', () => {
    const seen = new Set<string>()
    const wrong: string[] = []
    for (const line of [...linesOf(files, PLAN), ...build]) {
      const ids = [line.uuid ?? [], blocks(line).flatMap((block) => block.id ?? [])].flat()
      const needs = [line.parentUuid ?? [], blocks(line).flatMap((block) => block.tool_use_id ?? [])].flat()
      wrong.push(...ids.filter((id) => seen.has(id)), ...needs.filter((id) => !seen.has(id)))
      for (const id of ids) seen.add(id)
    }
    expect(seen.size).toBeGreaterThan(500)
    expect(wrong).toEqual([])
  })

  it('is read by its sources to the last line, without a problem', async () => {
    const env = { home: homes[0]!, platform: process.platform, variables: {} }
    const read = { transcripts: 0, calls: 0, plans: 0, problems: 0, unknown: 0 }
    for (const source of SOURCES) {
      for (const ref of await source.discover(env)) {
        read.transcripts += 1
        for await (const batch of source.read(ref, undefined, { redact: (lines) => lines, now: () => NOW })) {
          read.calls += batch.invocations.length
          read.plans += batch.entries.filter((entry) => entry.type === 'plan').length
          read.problems += batch.problems.length
          read.unknown += Object.keys(batch.unknown).length
        }
      }
    }
    expect(read).toEqual({ transcripts: 8, calls: 198, plans: 15, problems: 0, unknown: 0 })
  })

  it('ends four minutes ago, on the day after it began, whenever it is written', async () => {
    for (const now of [NOW, Date.parse('2027-03-01T00:06:00Z')]) {
      const times = [...(await demoHome(now)).values()].flatMap(
        (text) => text.match(/(?<="timestamp":")[^"]+(?=",")/g) ?? [],
      )
      const sorted = times.map((time) => Date.parse(time)).toSorted((a, b) => a - b)
      expect(now - sorted.at(-1)!).toBe(4 * 60_000)
      expect(sorted.at(-1)! - sorted[0]!).toBeGreaterThan(24 * 3_600_000)
    }
  })

  it('moves with the clock and keeps its ids and words', async () => {
    const later = await demoHome(NOW + 3 * 86_400_000)
    const still = (text: string) => text.replace(/\d{4}([-/])\d\d\1\d\d/g, 'DATE')
    expect([...later].map(([path, text]) => [still(path), still(text)])).toEqual(
      [...files].map(([path, text]) => [still(path), still(text)]),
    )
    const build = later.get(`.claude/projects/-home-robin-tidewatch/${BUILD}.jsonl`)
    expect(build).toContain('TIDE1 8443970 fetched=2026-11-12T06:00:00Z')
  })

  it('is readable by its owner only', async () => {
    const projects = join(homes[0]!, '.claude', 'projects', '-home-robin-tidewatch')
    expect((await stat(projects)).mode & 0o777).toBe(0o700)
    expect((await stat(join(projects, `${BUILD}.jsonl`))).mode & 0o777).toBe(0o600)
  })
})

/** By the domain's own rule: prompts and calls open, answers close. */
function minutesActive(lines: Line[]): number {
  const main = lines.filter((line) => line.timestamp !== undefined && !line.isSidechain)
  const points = main.map((line): ActivityPoint => {
    const atMs = Date.parse(line.timestamp!)
    if (line.promptSource) return { atMs, opens: 'prompt' }
    const [block] = blocks(line)
    if (block?.type === 'tool_use') return { atMs, opens: block.id! }
    if (block?.type === 'tool_result') return { atMs, closes: block.tool_use_id! }
    return block?.type === 'text' ? { atMs, closes: 'prompt' } : { atMs }
  })
  return Math.floor(activeMs(activeIntervals(points)) / 60_000)
}
