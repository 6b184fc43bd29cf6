import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'

/** What of zod the types of inputs are made of. */
const ZOD = { 'zod/mini': 'v4/mini/index.js', 'zod/v4/core': 'v4/core/index.js' }
const SPECIFIER = /(from\s*|import\s*\(\s*|import\s+)(['"])([^'"]+)\2/g

/**
 * Writes the types of the library into `out`: those of the sources that it reaches, and those of zod, which is bundled and so
 * is not there to be asked.
 */
export function writeDeclarations(root, out) {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-types-'))
  try {
    const config = join(folder, 'tsconfig.json')
    const compilerOptions = {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: join(root, 'src'),
      outDir: join(folder, 'src'),
      typeRoots: [join(root, 'node_modules', '@types')],
    }
    const files = [join(root, 'src', 'index.ts')]
    writeFileSync(config, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files }))
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    execFileSync(process.execPath, [tsc, '-p', config], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    copyTypes(join(folder, 'src'), out, out)
    for (const part of ['core', 'mini']) {
      const from = join(root, 'node_modules', 'zod', 'v4', part)
      copyTypes(from, join(out, 'zod', 'v4', part), out)
    }
    writeFileSync(join(out, 'package.json'), '{"type":"module"}\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function copyTypes(from, to, out) {
  for (const name of readdirSync(from, { recursive: true })) {
    if (!name.endsWith('.d.ts')) continue
    const target = join(to, name)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, named(readFileSync(join(from, name), 'utf8'), dirname(target), out))
  }
}

/** Sources name each other as `x.ts`, types as `x.js`; zod lies beside them. Messages in other languages are left out. */
function named(text, folder, out) {
  const kept = text.replace(/^export \* as locales .*$/m, '')
  return kept.replace(SPECIFIER, (whole, before, quote, specifier) => {
    const zod = ZOD[specifier]
    if (zod !== undefined) {
      const way = relative(folder, join(out, 'zod', zod))
        .split(sep)
        .join('/')
      return `${before}${quote}${way.startsWith('.') ? way : `./${way}`}${quote}`
    }
    return /^\..*\.ts$/.test(specifier) ? `${before}${quote}${specifier.replace(/\.ts$/, '.js')}${quote}` : whole
  })
}
