import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'

/** One line of the corpus index. */
interface IndexRow {
  path: string
  tool: string
}

/** A transcript of the corpus, and where a home folder would have it. */
export interface CorpusTranscript {
  path: string
  /** The machine it comes from. */
  origin: string
  /** Below `.claude/projects`. */
  place: string
}

/**
 * What the index lists for Claude Code and is none of its transcripts, by place or by name, with the reason. A row that
 * matches nothing here must be read.
 */
const EXCEPTIONS: [RegExp, string][] = [
  [/\/probe\//, 'what hooks and tool servers were sent, recorded beside the session'],
  [
    /\/stream-basic\.jsonl$/,
    'what `claude -p --output-format stream-json` printed: the same session, not its transcript',
  ],
  [/\/\.claude\/settings\.json$/, 'the agent’s settings'],
  [/\/\.claude\/todos\/[^/]+\.json$/, 'a todo list as 1.x keeps it beside the transcript'],
  [/\/\.claude\/tasks\//, 'a task as 2.1 keeps it beside the transcript'],
  [/\/subagents\/agent-[^/]+\.meta\.json$/, 'the description beside a subagent’s transcript'],
  [/\/tool-results\/[^/]+\.txt$/, 'a long tool output that was spilled out of the transcript'],
  [/\/claude_code\.expected\.json$/, 'what another project expects of a transcript'],
  [/\/origin_capability_matrix\.[0-9a-f]+\.json$/, 'another project’s table'],
  [/\/openapi\.[0-9a-f]+\.json$/, 'another project’s interface'],
  [/\/agents\/kimi\/assistant_tools\.[0-9a-f]+\.jsonl$/, 'a transcript of Kimi'],
  [/\/kimi-code\/sessions\//, 'a transcript of Kimi Code'],
  [
    /\/qwencode\/testdata\/session-[^/]+\.jsonl$/,
    'a transcript of Qwen Code: `message.parts` where Claude has `message.content`',
  ],
]

/** Read, but not compared to the digit. */
const INCOMPARABLE: [RegExp, string][] = [
  [
    /\/agents\/claude\/small\.[0-9a-f]+\.jsonl$/,
    'every id in it was replaced by one word: nothing tells its records apart',
  ],
  [/\/edge_cases(?:\.ac63560)?\.jsonl$/, 'two different records stand under one uuid'],
]

/** Why a transcript's totals are not compared; `undefined` where they are. */
export function incomparable(path: string): string | undefined {
  return INCOMPARABLE.find(([pattern]) => pattern.test(path))?.[1]
}

export interface CorpusListing {
  /** Rows of the index for Claude Code. */
  listed: number
  transcripts: CorpusTranscript[]
  exceptions: { path: string; reason: string }[]
}

/** Reads the index and tells transcripts from what lies beside them. */
export function listClaudeCorpus(corpus: string): CorpusListing {
  const rows = readIndex(corpus).filter((row) => row.tool === 'claude')
  const listing: CorpusListing = { listed: rows.length, transcripts: [], exceptions: [] }
  for (const { path } of rows) {
    const exception = EXCEPTIONS.find(([pattern]) => pattern.test(path))
    if (exception) listing.exceptions.push({ path, reason: exception[1] })
    else listing.transcripts.push({ path, ...placeOf(path) })
  }
  return listing
}

function readIndex(corpus: string): IndexRow[] {
  const [head = '', ...lines] = readFileSync(join(corpus, 'INDEX.tsv'), 'utf8').split('\n')
  const names = head.split('\t')
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const cells = line.split('\t')
      return { path: cells[names.indexOf('path')] ?? '', tool: cells[names.indexOf('tool')] ?? '' }
    })
}

/** Recorded homes keep their shape; loose files become the sessions of a project named after their folder. */
function placeOf(path: string): { origin: string; place: string } {
  const [home, inProjects] = path.split('/.claude/projects/')
  if (home !== undefined && inProjects !== undefined) return { origin: home, place: inProjects }
  const folder = dirname(path)
  const inSubagents = basename(folder) === 'subagents'
  // Loose files are machines of their own: many are made up and name their records alike, `msg-001`, at the same second.
  const origin = inSubagents ? `${dirname(folder)}.jsonl` : path
  const project = (inSubagents ? dirname(dirname(folder)) : folder).replaceAll(/[^A-Za-z0-9]/g, '-')
  // One origin keeps the lines of a transcript in a file called `.json`.
  const name = basename(path).replace(/\.json$/, '.jsonl')
  const rest = inSubagents ? join(basename(dirname(folder)), 'subagents', name) : name
  return { origin, place: `-${project}/${rest.split(sep).join('/')}` }
}

/** Copies one origin's transcripts into a home folder. */
export function layOut(corpus: string, transcripts: CorpusTranscript[], home: string): void {
  for (const { path, place } of transcripts) {
    const target = join(home, '.claude', 'projects', place)
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(join(corpus, path), target)
  }
}
