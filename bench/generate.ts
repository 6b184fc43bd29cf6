import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConversation } from './conversation.ts'
import { seededRandom, type Random } from './random.ts'
import { createVocabulary } from './vocabulary.ts'

/** A history on disk, as Claude Code would have left it in a home folder. */
export interface GeneratedHistory {
  /** Stands in for a home: holds `.claude/projects`. */
  home: string
  files: number
  bytes: number
  /** Lines written. */
  records: number
  /** Words that stand in this history, from rare to common, for queries. */
  words: string[]
}

export interface HistoryShape {
  bytes: number
  /** Transcripts in all, forks and subagents included. */
  files: number
  seed: number
}

/** 290 MB in 1,900 files: what a year of daily use leaves. Larger and smaller ones keep the size of a file. */
export function shapeOf(bytes: number, seed = 1): HistoryShape {
  return { bytes, files: Math.max(4, Math.round((bytes / 290e6) * 1_900)), seed }
}

const PROJECTS = [
  'tidewatch',
  'harbour-api',
  'ledger',
  'almanac',
  'beacon-web',
  'dotfiles',
  'swell',
  'lagoon-cli',
  'chartroom',
  'buoy',
]
const FIRST_DAY = Date.parse('2026-06-01T08:00:00Z')
const DAYS = 170

/** Makes a history below `folder`, or takes the one that is there. The same shape gives the same bytes. */
export function generateHistory(folder: string, shape: HistoryShape): GeneratedHistory {
  const home = join(folder, `history-${Math.round(shape.bytes / 1e6)}mb-${shape.seed}`)
  const summary = join(home, 'summary.json')
  if (existsSync(summary)) return { ...(JSON.parse(readFileSync(summary, 'utf8')) as GeneratedHistory), home }
  rmSync(home, { recursive: true, force: true })
  const draft = `${home}.draft`
  rmSync(draft, { recursive: true, force: true })
  const made = writeHistory(draft, shape)
  writeFileSync(join(draft, 'summary.json'), JSON.stringify(made))
  renameSync(draft, home)
  return { ...made, home }
}

function writeHistory(home: string, shape: HistoryShape): GeneratedHistory {
  const random = seededRandom(shape.seed)
  const vocabulary = createVocabulary(random)
  const made: GeneratedHistory = {
    home,
    files: 0,
    bytes: 0,
    records: 0,
    words: sampleWords(vocabulary.word, vocabulary.identifier),
  }
  const weights = sizes(random, shape)
  const folders = PROJECTS.map((project) => join(home, '.claude', 'projects', `-home-ada-${project}`))
  for (const folder of folders) mkdirSync(folder, { recursive: true })

  for (let n = 0; made.files < shape.files && made.bytes < shape.bytes; n++) {
    const project = n % PROJECTS.length
    const folder = folders[project] ?? home
    const session = random.uuid()
    const startMs = FIRST_DAY + Math.floor((n / shape.files) * DAYS * 86_400_000) + random.below(6 * 3_600_000)
    const conversation = createConversation({
      random,
      vocabulary,
      session,
      cwd: `/home/ada/${PROJECTS[project]}`,
      startMs,
      bytes: weights[n % weights.length] ?? 50_000,
    })
    put(made, join(folder, `${session}.jsonl`), conversation.lines, conversation.endMs)
    for (const child of conversation.subagents) {
      mkdirSync(join(folder, session, 'subagents'), { recursive: true })
      const path = join(folder, session, 'subagents', `agent-${child.id}`)
      writeFileSync(
        `${path}.meta.json`,
        JSON.stringify({ agentType: 'general-purpose', description: child.title, toolUseId: child.callId }),
      )
      put(made, `${path}.jsonl`, child.lines, child.endMs)
    }
    // One session in thirty is forked: its first half stands in a second file, under the new session's id.
    if (n % 30 === 7) {
      const fork = random.uuid()
      const copied = conversation.lines
        .slice(0, conversation.lines.length >> 1)
        .map((line) => line.replaceAll(session, fork))
      const own = createConversation({
        random,
        vocabulary,
        session: fork,
        cwd: `/home/ada/${PROJECTS[project]}`,
        startMs: conversation.endMs + 60_000,
        bytes: 20_000,
      })
      put(made, join(folder, `${fork}.jsonl`), [...copied, ...own.lines], own.endMs)
    }
  }
  return made
}

/** Sizes of files: most are small, a few are large, and together they make the whole. */
function sizes(random: Random, shape: HistoryShape): number[] {
  const raw = Array.from({ length: shape.files }, () => random.skewed(1))
  const sum = raw.reduce((total, size) => total + size, 0)
  // Subagents and forks take their share on top of the main files.
  return raw.map((size) => Math.max(4_000, (size / sum) * shape.bytes * 1.12))
}

function put(made: GeneratedHistory, path: string, lines: string[], endMs: number): void {
  const content = Buffer.from(`${lines.join('\n')}\n`)
  writeFileSync(path, content, { mode: 0o600 })
  utimesSync(path, endMs / 1000, endMs / 1000)
  made.files++
  made.bytes += content.length
  made.records += lines.length
}

function sampleWords(word: () => string, identifier: () => string): string[] {
  const words = new Set<string>()
  while (words.size < 200) words.add(word())
  while (words.size < 400) words.add(identifier())
  return [...words].filter((text) => /^[a-z]{3,}$/i.test(text))
}
