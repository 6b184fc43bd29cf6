import { readFileSync, readdirSync } from 'node:fs'

const FOLDER = new URL('../src/operations/', import.meta.url)
const ENTRY = /name: '([^']+)',[^}]*?import\('\.\/([^']+)\.ts'\)\)\.(\w+)\)/g
const LONGEST_LINE = 120

/** `src/operations/catalogue-types.ts`: the type of each operation by name, read from the index files. */
export function catalogueTypes(): string {
  const files = readdirSync(FOLDER).filter((name) => /^index(-\w+)?\.ts$/.test(name) && name !== 'index-entry.ts')
  const found = files.flatMap((file) =>
    [...readFileSync(new URL(file, FOLDER), 'utf8').matchAll(ENTRY)].map(([, name = '', module = '', value = '']) => ({
      name,
      module,
      value,
    })),
  )
  const byModule = [...Map.groupBy(found, ({ module }) => module)].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const imports = byModule.map(([module, of]) =>
    importOf(module, [...new Set(of.map(({ value }) => value))].toSorted()),
  )
  const types = found.map(({ name, value }) => `  ${name.includes('.') ? `'${name}'` : name}: typeof ${value}`)
  const head = '/** Every operation by name. Made by `scripts/operations-page.ts` from the index files. */'
  return `${imports.join('\n')}\n\n${head}\nexport interface Operations {\n${types.toSorted().join('\n')}\n}\n`
}

/** As the formatter leaves it. */
function importOf(module: string, names: string[]): string {
  const line = `import type { ${names.join(', ')} } from './${module}.ts'`
  if (line.length <= LONGEST_LINE) return line
  return `import type {\n${names.map((name) => `  ${name},\n`).join('')}} from './${module}.ts'`
}
