import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { floorProblems, importsOf } from './floors.ts'

const root = new URL('../', import.meta.url)

function problems(files: Record<string, string>): string[] {
  return floorProblems(new Map(Object.entries(files)))
}

describe('the floor plan of src/', () => {
  const paths = readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' })
    .map((path) => `src/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.ts') && !path.includes('/fixtures/'))

  it('is kept by every file, without a cycle', () => {
    const sources = new Map(paths.map((path) => [path, readFileSync(new URL(path, root), 'utf8')]))
    expect(sources.size).toBeGreaterThan(10)
    expect(floorProblems(sources)).toEqual([])
  })

  it('has no file of more than 350 lines', () => {
    const long = paths.filter((path) => readFileSync(new URL(path, root), 'utf8').split('\n').length > 350)
    expect(long.filter((path) => !/(\.test|\.contract|stores\/store)\.ts$/.test(path))).toEqual([])
  })
})

describe('the checker of the floor plan', () => {
  it('reads static, type, bare, dynamic and many-line imports, and no comment', () => {
    const text = [
      "import { a } from './a.ts'",
      "import type { B } from './b.ts'",
      "export {\n  c,\n  d,\n} from './c.ts'",
      "import './e.ts'",
      "const f = await import('./f.ts')",
      "// import { g } from './g.ts'",
      "/* import { h } from './h.ts' */",
      "export const i = from('./i.ts')",
    ].join('\n')
    expect(importsOf(text)).toEqual([
      { specifier: './a.ts', typeOnly: false, lazy: false },
      { specifier: './b.ts', typeOnly: true, lazy: false },
      { specifier: './c.ts', typeOnly: false, lazy: false },
      { specifier: './e.ts', typeOnly: false, lazy: false },
      { specifier: './f.ts', typeOnly: false, lazy: true },
    ])
  })

  it('refuses a lower floor that knows a higher one, even by type', () => {
    expect(problems({ 'src/domain/a.ts': "import type { S } from '../stores/store.ts'" })).toEqual([
      'src/domain/a.ts imports src/stores/store.ts: floor 0 does not know floor 1',
    ])
    expect(problems({ 'src/cli/a.ts': "import { open } from '../app.ts'" })).toEqual([
      'src/cli/a.ts imports src/app.ts: floor 4 does not know floor 5',
    ])
  })

  it('refuses neighbours: on a floor, among the sources, among the stores', () => {
    expect(problems({ 'src/archive/a.ts': "import '../prices/b.ts'" })).toEqual([
      'src/archive/a.ts imports src/prices/b.ts: neighbours do not import one another',
    ])
    expect(problems({ 'src/sources/codex/a.ts': "import '../claude-code/parse.ts'" })).toEqual([
      'src/sources/codex/a.ts imports src/sources/claude-code/parse.ts: neighbours do not import one another',
    ])
    expect(problems({ 'src/stores/sqlite/a.ts': "import '../postgres/open.ts'" })).toEqual([
      'src/stores/sqlite/a.ts imports src/stores/postgres/open.ts: neighbours do not import one another',
    ])
  })

  it('lets engines share stores/ and stores/sql/, and agents share sources/', () => {
    expect(
      problems({
        'src/stores/sqlite/a.ts': "import '../sql/queries.ts'\nimport '../store.ts'",
        'src/sources/codex/a.ts': "import '../jsonl.ts'\nimport '../../domain/ids.ts'",
        'src/sources/index.ts': "import './codex/index.ts'",
        'src/ingest/a.ts': "import '../stores/store.ts'",
      }),
    ).toEqual([])
  })

  it('refuses an engine to everyone but the top floor', () => {
    expect(problems({ 'src/ingest/a.ts': "import '../stores/sqlite/open.ts'" })).toEqual([
      'src/ingest/a.ts imports src/stores/sqlite/open.ts: only app.ts knows src/stores/sqlite/; import its contract',
    ])
    expect(problems({ 'src/app.ts': "import './stores/sqlite/open.ts'" })).toEqual([])
  })

  it('refuses a cycle, but not one of types or of lazy imports', () => {
    const there = "import { b } from './b.ts'"
    expect(problems({ 'src/domain/a.ts': there, 'src/domain/b.ts': "import { a } from './a.ts'" })).toEqual([
      'cycle: src/domain/a.ts -> src/domain/b.ts -> src/domain/a.ts',
    ])
    expect(problems({ 'src/domain/a.ts': there, 'src/domain/b.ts': "import type { A } from './a.ts'" })).toEqual([])
    expect(problems({ 'src/domain/a.ts': there, 'src/domain/b.ts': "void import('./a.ts')" })).toEqual([])
  })

  it('refuses folders without a floor, tests in the program, drivers away from home and I/O in the domain', () => {
    expect(
      problems({
        'src/utils/a.ts': "import '../domain/ids.ts'",
        'src/ingest/a.ts': "import '../stores/store.contract.ts'",
        'src/ingest/b.ts': "import pg from 'pg'",
        'src/domain/c.ts': "import { readFileSync } from 'node:fs'",
      }),
    ).toEqual([
      'src/utils/a.ts imports src/domain/ids.ts: src/utils/ is on no floor; give it one in test/floors.ts',
      'src/ingest/a.ts imports src/stores/store.contract.ts: a program does not import its tests',
      'src/ingest/b.ts imports pg: only files matching ^src\\/stores\\/ load it',
      'src/domain/c.ts imports node:fs: domain/ touches nothing but zod',
    ])
  })
})
