import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A test: its file, and its name as it is written there. */
export interface NamedTest {
  file: string
  name: string
}

/** Every number of a feature that stands in the name of a test, with these tests, by file. */
export function shownByTests(): Map<string, NamedTest[]> {
  const shown = new Map<string, NamedTest[]>()
  const files = globSync(['src/**/*.{test,contract}.ts', 'test/**/*.{test,contract}.ts'], { cwd: ROOT })
  for (const file of files.map((path) => path.replaceAll('\\', '/')).sort()) {
    for (const name of testNames(readFileSync(`${ROOT}/${file}`, 'utf8')))
      for (const [number] of name.matchAll(/\b[MGFU]\d{1,2}\b/g))
        shown.set(number, [...(shown.get(number) ?? []), { file, name }])
  }
  return shown
}

/** Names given to `it`, `test` and their kin: a text that a function follows. */
export function testNames(source: string): string[] {
  const call = /\(\s*(['"`])((?:\\.|(?!\1)[^\\])*?)\1,\s*(?:async\s*)?(?:\(|[a-z_]+ =>|\{)/g
  return [...source.matchAll(call)].map((match) => match[2] ?? '').filter((name) => !name.includes('\n'))
}
