import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** What the index lists for an agent, as homes to read it in, and what of it is no transcript. */
export interface CorpusHomes {
  /** Rows of the index. */
  listed: number
  homes: CorpusHome[]
  exceptions: { path: string; reason: string }[]
}

/** Transcripts that were found together, and where in a home folder they belong. */
export interface CorpusHome {
  origin: string
  /** Rows of the index it stands for. */
  rows: string[]
  /** Copies all of it below a home folder. */
  layOut(home: string): void
}

interface Placing {
  tool: string
  exceptions: [RegExp, string][]
  /** A loose transcript's place in a home folder; recorded homes keep theirs. */
  place(path: string): string
  /** Loose rows that one thing holds, by its path; the row itself when left out. */
  whole?(path: string): string
}

const BESIDE: [RegExp, string][] = [
  [/\/probe\//, 'what hooks and tool servers were sent, recorded beside the session'],
  [/\/stream-basic\.jsonl$/, 'what the client printed: the same session, not its transcript'],
]

const thread = (path: string): string => `00000000-0000-4000-8000-${Buffer.from(path).toString('hex').slice(-12)}`

/** By agent. Claude Code's transcripts have a test of their own, `corpus.test.ts`. */
export const PLACINGS: Record<string, Placing> = {
  codex: {
    tool: 'codex',
    exceptions: [
      ...BESIDE,
      [/\.codex\/(config\.toml|hooks\.json)$/, 'settings'],
      [/\.sqlite$/, 'databases beside the rollouts, of which names alone are read'],
    ],
    place: (path) => `.codex/sessions/2026/01/01/rollout-2026-01-01T00-00-00-${thread(path)}.jsonl`,
  },
  gemini: {
    tool: 'gemini',
    exceptions: [
      ...BESIDE,
      [/\.gemini\/(projects|settings)\.json$|\.project_root$/, 'settings, and which folder is which project'],
      [/\/tool-outputs\//, 'a long tool output that was spilled out of the conversation'],
    ],
    place: (path) => `.gemini/tmp/corpus/chats/session-2026-01-01T00-00-${basename(path)}`,
  },
  copilot: {
    tool: 'copilot',
    exceptions: [
      ...BESIDE,
      [/\.copilot\/(hooks\/|mcp-config\.json$)/, 'settings'],
      [/\/(checkpoints|rewind-file-snapshots)\//, 'copies of files and summaries beside the events'],
      [/\/workspace\.yaml$/, 'the session’s name, which is read with the events'],
      [/\.db$/, 'the todo list and the vendor’s own index'],
    ],
    place: (path) => {
      const name = basename(path) === 'events.jsonl' ? basename(dirname(path)) : basename(path, '.jsonl')
      return `.copilot/session-state/${name}/events.jsonl`
    },
  },
  opencode: {
    tool: 'opencode',
    exceptions: [
      ...BESIDE,
      [/\/export-basic\.json$/, 'what `opencode export` printed: the same session, not its rows'],
      [/\.config\/opencode\//, 'settings'],
      [/\/tool-output\//, 'a long tool output that was spilled out of its part'],
      [/\/\.claude\/transcripts\/ses_[^/]+\.jsonl$/, 'a log that a plugin of another project wrote'],
      [/\/part\/prt_\d+\.json$/, 'a part without the message that it belongs to'],
    ],
    whole: (path) => dirname(dirname(dirname(path))),
    place: () => '.local/share/opencode/storage',
  },
}

/** Reads the index and tells transcripts from what lies beside them. */
export function listCorpusHomes(
  corpus: string,
  { tool, exceptions, place, whole = (path) => path }: Placing,
): CorpusHomes {
  const [head = '', ...lines] = readFileSync(join(corpus, 'INDEX.tsv'), 'utf8').split('\n')
  const [pathAt, toolAt] = [head.split('\t').indexOf('path'), head.split('\t').indexOf('tool')]
  const rows = lines.map((line) => line.split('\t')).filter((cells) => cells[toolAt] === tool)
  const listing: CorpusHomes = { listed: rows.length, homes: [], exceptions: [] }
  const homes = new Map<string, CorpusHome>()
  for (const path of rows.map((cells) => cells[pathAt]!)) {
    const exception = exceptions.find(([pattern]) => pattern.test(path))
    if (exception) {
      listing.exceptions.push({ path, reason: exception[1] })
      continue
    }
    const recorded = /^(.+\/generated\/[^/]+\/home)\//.exec(`/${path}`)?.[1]?.slice(1)
    const origin = recorded ?? whole(path)
    const home = homes.get(origin) ?? {
      origin,
      rows: [],
      layOut: (to: string) => {
        const target = recorded === undefined ? join(to, place(path)) : to
        mkdirSync(dirname(target), { recursive: true })
        cpSync(join(corpus, origin), target, { recursive: true })
      },
    }
    home.rows.push(path)
    homes.set(origin, home)
  }
  listing.homes = [...homes.values()]
  return listing
}
