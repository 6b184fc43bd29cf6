import { build, transform } from 'esbuild'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Threads, a process, and what only some configurations need, by output name: each a file of its own. */
const BESIDE = {
  'read-worker': 'src/read-worker.ts',
  'index-worker': 'src/index-worker.ts',
  'discovery-process': 'src/discovery-process.ts',
  'pass-worker': 'src/pass-worker.ts',
  'postgres-store': 'src/postgres-store.ts',
  'open-tree': 'src/open-tree.ts',
}

/** What is large and few commands need, by its first source. */
const RARE = [
  'src/web-server.ts',
  'src/tool-server.ts',
  'src/background-server.ts',
  'src/tool-recorder.ts',
  'src/remote.ts',
  'src/demo/index.ts',
  'src/cli/commands/setup.ts',
]

/** Marks the parts of zod that its small face sees. */
const OF_MINI = '?mini'

/**
 * zod carries its messages in 60 languages, half of its size, and each command would load them. Ours are English, and only
 * what asks for them by name loads them: reading prices, and the full zod of the tool server's protocol. What makes JSON
 * Schemas is asked for by name too (`zod/v4/core`), by tools and by the description of HTTP.
 */
const englishOnly = {
  name: 'english-only',
  setup(build) {
    build.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
    }))
    build.onLoad({ filter: /zod[\\/]v4[\\/](core|mini|classic)[\\/](index|external)\.js$/ }, ({ path, suffix }) => {
      const contents = readFileSync(path, 'utf8').replace(/^export \* as locales .*$/m, '')
      const isMini = suffix === OF_MINI || /[\\/]mini[\\/]/.test(path)
      return { contents: isMini ? contents.replace(/^export .* from "\S*json-schema\S*";$/gm, '') : contents }
    })
    build.onResolve({ filter: /^\.\.\/core\/index\.js$/ }, ({ path, resolveDir }) =>
      /[\\/]zod[\\/]v4[\\/]mini$/.test(resolveDir)
        ? { path: join(resolveDir, path), suffix: OF_MINI, sideEffects: false }
        : undefined,
    )
  },
}

const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  charset: 'ascii',
  legalComments: 'none',
  // pg asks for this native twin and does without.
  external: ['pg-native'],
  define: { 'import.meta.url': '$url' },
  plugins: [englishOnly],
  metafile: true,
  write: false,
  logLevel: 'warning',
}

/**
 * Bundles the sources with all they depend on.
 *
 * The program is two files, each an object of functions: one for each part that is loaded by itself, run when the part is
 * first needed. The second holds what few commands need: to read a file takes as long as it is large. `scripts/entry.js`
 * reads them. Threads are plain CommonJS files.
 *
 * @returns `files`, absolute path and contents, those first that others name; `metafile` of esbuild, whose outputs are the
 * program's parts
 */
export async function bundle(root, outdir) {
  const parts = await build({
    ...COMMON,
    absWorkingDir: root,
    entryPoints: { main: 'src/bin.ts' },
    outdir,
    splitting: true,
    format: 'esm',
  })
  const often = neededOften(parts.metafile.outputs)
  const [program, more] = await Promise.all(
    [true, false].map((isOften) =>
      programOf(parts.outputFiles.filter(({ path }) => often.has(basename(path)) === isOften)),
    ),
  )
  const entry = readFileSync(join(root, 'scripts', 'entry.js'), 'utf8')
    .replace('program.js', program.name)
    .replace('more.js', more.name)
  const beside = await threads(root, outdir)
  return {
    files: [
      { path: join(outdir, 'package.json'), contents: '{"type":"commonjs"}\n' },
      ...beside.files,
      ...[program, more].map(({ name, contents }) => ({ path: join(outdir, name), contents })),
      { path: join(outdir, 'bin.js'), contents: entry },
    ],
    metafile: { ...parts.metafile, inputs: { ...parts.metafile.inputs, ...beside.metafile.inputs } },
  }
}

/**
 * Bundles the library, `src/index.ts`, as an ES module. Its threads are the program's.
 *
 * @returns `files`, absolute path and contents, and esbuild's `metafile`
 */
export async function bundleLibrary(root, outdir) {
  const { define: _, ...common } = COMMON
  const { outputFiles, metafile } = await build({
    ...common,
    // Bundled packages that are CommonJS ask for Node's own modules.
    banner: {
      js: "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);",
    },
    absWorkingDir: root,
    entryPoints: { index: 'src/index.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
  })
  return { files: outputFiles.map(({ path, contents }) => ({ path, contents })), metafile }
}

/** Names of the parts that the command line leads to without what is rare. */
function neededOften(outputs) {
  const names = new Set()
  const waiting = Object.keys(outputs).filter((path) => outputs[path].entryPoint === 'src/bin.ts')
  for (let path; (path = waiting.pop()) !== undefined;) {
    if (outputs[path] === undefined || names.has(basename(path)) || RARE.includes(outputs[path].entryPoint)) continue
    names.add(basename(path))
    waiting.push(...outputs[path].imports.map((imported) => imported.path))
  }
  return names
}

/** A file of the program, named for what is in it. */
async function programOf(outputFiles) {
  const shared = new Map()
  const written = await Promise.all(outputFiles.map(({ path, text }) => part(basename(path), text, shared)))
  const helpers = await minified([...shared.values()].join(''))
  const contents = ascii(`(function () {\n${helpers}return {\n${written.join(',\n')}\n}\n})()\n`)
  const name = `program-${createHash('sha256').update(contents).digest('hex').slice(0, 12)}.js`
  return { name, contents }
}

/** The program is read byte by byte, and esbuild leaves what stands in a regular expression as it is. */
function ascii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * A part of the program as a function in CommonJS, on a line of its own.
 *
 * @param shared esbuild's helpers by name: each part begins with the same ones, and they are written once
 */
async function part(name, text, shared) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    supported: { 'dynamic-import': false },
    charset: 'ascii',
  })
  const body = await minified(withoutHelpers(lazyBuiltins(code), shared))
  return `${JSON.stringify(name)}:function(module,exports,require,$url){${body.trimEnd()}}`
}

/** Names are kept: errors tell them. */
async function minified(code) {
  const options = { platform: 'node', target: 'node24', charset: 'ascii', minifyWhitespace: true, minifySyntax: true }
  return (await transform(code, options)).code
}

const EXPORTS = 'var stdin_exports = {};\n'

function withoutHelpers(code, shared) {
  const end = code.indexOf(EXPORTS)
  if (end < 0) return code
  for (const helper of code.slice(0, end).split(/^(?=var )/m)) {
    const name = /^var (__\w+) = /.exec(helper)?.[1]
    if (name === undefined) throw new Error(`a part begins with something else than helpers: ${helper.slice(0, 80)}`)
    shared.set(name, helper)
  }
  // What a part exports is looked up by parts alone. A copy for others would be one more look at each use.
  const own = '__defProp(stdin_exports, "__esModule", { value: true })'
  return code.slice(end).replace('module.exports = __toCommonJS(stdin_exports);', `module.exports = ${own};`)
}

/** Node's own modules are loaded where they are first used: `crypto` alone takes 6 ms, and most commands do not need it. */
function lazyBuiltins(code) {
  const names = []
  const rest = code.replace(/^var (import_\w+) = require\("(node:[\w/]+)"\);$/gm, (_, name, specifier) => {
    names.push({ name, specifier })
    return `var ${name}$;`
  })
  return names.reduce(
    (text, { name, specifier }) =>
      text.replace(new RegExp(`\\b${name}\\b(?!\\$)`, 'g'), `(${name}$ ??= require("${specifier}"))`),
    rest,
  )
}

/** A thread may start a thread beside itself: it knows where it lies, which CommonJS tells in other words. */
async function threads(root, outdir) {
  const entryPoints = Object.fromEntries(Object.entries(BESIDE).filter(([, path]) => existsSync(join(root, path))))
  const { outputFiles, metafile } = await build({
    ...COMMON,
    banner: { js: "'use strict';\nvar $url = require('node:url').pathToFileURL(__filename).href;" },
    absWorkingDir: root,
    entryPoints,
    outdir,
    format: 'cjs',
  })
  return { files: outputFiles.map(({ path, contents }) => ({ path, contents })), metafile }
}
