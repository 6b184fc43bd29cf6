/** One `import` or `export ... from`, static or dynamic, as written. */
export interface ImportLine {
  specifier: string
  /** `import type`: it counts for floors, not for cycles. */
  typeOnly: boolean
  /** `import()`: loaded when it is needed, so it closes no cycle at start. */
  lazy: boolean
}

/** Source files by path from the root, with `/`: `src/domain/ids.ts` -> its text. */
export type Sources = ReadonlyMap<string, string>

/** The floor each folder of `src/` stands on. A file imports from its own folder and from lower floors. */
export const FLOORS: Readonly<Record<string, number>> = {
  domain: 0,
  stores: 1,
  sources: 1,
  archive: 1,
  prices: 1,
  git: 1,
  config: 1,
  spool: 1,
  background: 1,
  ingest: 2,
  history: 2,
  demo: 2,
  setup: 2,
  operations: 3,
  cli: 4,
  http: 4,
  mcp: 4,
  client: 4,
  library: 4,
}

/** Files that stand in `src/` itself know everything: `app.ts`, `bin.ts`, the workers, the library's front door. */
const TOP_FLOOR = 5

/** Folders whose sub-folders are neighbours too, and the sub-folders that all of these share. */
const DIVIDED: Readonly<Record<string, readonly string[]>> = { stores: ['sql'], sources: [] }

/** A sub-folder that is built on one neighbour: the index of a tree of files is a store of SQLite. */
const STANDS_ON: Readonly<Record<string, string>> = { 'stores/filesystem': 'sqlite' }

/** Packages that only one place may load. */
const PACKAGE_HOMES: Readonly<Record<string, RegExp>> = {
  pg: /^src\/stores\//,
}

const STATIC = /^[ \t]*(?:import|export)\s+(type\s)?[^'"`;=()]*?\bfrom\s*['"]([^'"]+)['"]/gm
const BARE = /^[ \t]*import\s*['"]([^'"]+)['"]/gm
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g

/** The imports of one file. Comments are left out; text inside template literals is taken as code. */
export function importsOf(text: string): ImportLine[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^[ \t]*\/\/.*$/gm, '')
  const lines: ImportLine[] = []
  for (const [, type, specifier] of code.matchAll(STATIC)) {
    lines.push({ specifier: specifier!, typeOnly: type !== undefined, lazy: false })
  }
  for (const [, specifier] of code.matchAll(BARE)) lines.push({ specifier: specifier!, typeOnly: false, lazy: false })
  for (const [, specifier] of code.matchAll(DYNAMIC)) lines.push({ specifier: specifier!, typeOnly: false, lazy: true })
  return lines
}

/** One sentence per import that breaks the floor plan, and per cycle. Tests may import what they like. */
export function floorProblems(sources: Sources): string[] {
  const problems: string[] = []
  const graph = new Map<string, string[]>()
  for (const [path, text] of sources) {
    if (isTest(path)) continue
    const edges: string[] = []
    for (const line of importsOf(text)) {
      const target = resolve(path, line.specifier)
      const problem = target === undefined ? packageProblem(path, line.specifier) : wrongStep(path, target)
      if (problem) problems.push(`${path} imports ${target ?? line.specifier}: ${problem}`)
      if (target !== undefined && !line.typeOnly && !line.lazy) edges.push(target)
    }
    graph.set(path, edges)
  }
  return [...problems, ...cycles(graph).map((cycle) => `cycle: ${cycle.join(' -> ')}`)]
}

/** What is wrong with `from` importing the file `to`, if anything. */
function wrongStep(from: string, to: string): string | undefined {
  if (from.endsWith('.contract.ts') && to.startsWith('test/')) return undefined
  if (!to.startsWith('src/')) return 'it is outside src/'
  if (isTest(to) || to.endsWith('.contract.ts')) {
    return from.endsWith('.contract.ts') ? undefined : 'a program does not import its tests'
  }
  const own = place(from)
  const other = place(to)
  if (own === undefined) return `src/${from.split('/')[1]}/ is on no floor; give it one in test/floors.ts`
  if (other === undefined) return `src/${to.split('/')[1]}/ is on no floor; give it one in test/floors.ts`
  if (own.floor < other.floor) return `floor ${own.floor} does not know floor ${other.floor}`
  if (own.folder !== other.folder)
    return own.floor === other.floor ? 'neighbours do not import one another' : insideOf(own, other)
  return betweenParts(own, other, from)
}

/** From above, only the parent files of a divided folder are seen: the contract, not one engine or one agent. */
function insideOf(own: Place, other: Place): string | undefined {
  const hidden = other.part !== undefined && own.floor < TOP_FLOOR
  return hidden ? `only app.ts knows src/${other.folder}/${other.part}/; import its contract` : undefined
}

function betweenParts(own: Place, other: Place, from: string): string | undefined {
  if (other.part === undefined || own.part === other.part) return undefined
  if (DIVIDED[own.folder]!.includes(other.part)) return undefined
  if (STANDS_ON[`${own.folder}/${own.part}`] === other.part) return undefined
  if (own.part === undefined) return from.endsWith('/index.ts') ? undefined : 'a contract does not know who fulfils it'
  return 'neighbours do not import one another'
}

interface Place {
  floor: number
  folder: string
  /** Sub-folder of a divided folder. */
  part?: string
}

function place(path: string): Place | undefined {
  const [, folder = '', part, rest] = path.split('/')
  if (part === undefined) return { floor: TOP_FLOOR, folder: '' }
  const floor = FLOORS[folder]
  if (floor === undefined) return undefined
  return { floor, folder, part: folder in DIVIDED && rest !== undefined ? part : undefined }
}

function packageProblem(path: string, specifier: string): string | undefined {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  if (place(path)?.floor === 0 && !/^(zod|node:(crypto|util|buffer))$/.test(name))
    return 'domain/ touches nothing but zod'
  const home = PACKAGE_HOMES[name]
  return home && !home.test(path) ? `only files matching ${home.source} load it` : undefined
}

/** Tests, and the `testing.ts` that tests of a folder share. */
function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.endsWith('/testing.ts')
}

/** The path a relative specifier names; undefined for a package. */
function resolve(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const parts = from.split('/').slice(0, -1)
  for (const step of specifier.split('/')) {
    if (step === '..') parts.pop()
    else if (step !== '.') parts.push(step)
  }
  return parts.join('/')
}

/** Each cycle once, as the path around it. */
function cycles(graph: ReadonlyMap<string, string[]>): string[][] {
  const found: string[][] = []
  const done = new Set<string>()
  const path: string[] = []
  function visit(file: string): void {
    const at = path.indexOf(file)
    if (at >= 0) {
      found.push([...path.slice(at), file])
      return
    }
    if (done.has(file)) return
    path.push(file)
    for (const next of graph.get(file) ?? []) visit(next)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return found
}
