import { build } from 'esbuild'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Entry points by output name. Workers and the library are there from the commit that brings their source. */
export const ENTRIES = {
  main: 'src/bin.ts',
  'read-worker': 'src/read-worker.ts',
  'index-worker': 'src/index-worker.ts',
  index: 'src/index.ts',
}

/** Packages written in CommonJS call `require`, which a module does not have. */
const REQUIRE = "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);"

/** zod carries its messages in 60 languages, half of its size, and each command would load them. Ours are English. */
const englishOnly = {
  name: 'english-only',
  setup(build) {
    build.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
    }))
  },
}

/**
 * Bundles the sources with all they depend on: ES modules, split where code is loaded lazily.
 * @returns esbuild's result, nothing written: `outputFiles` and `metafile`
 */
export async function bundle(root, outdir) {
  const entryPoints = Object.fromEntries(Object.entries(ENTRIES).filter(([, path]) => existsSync(join(root, path))))
  return build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minifySyntax: true,
    charset: 'utf8',
    legalComments: 'none',
    // pg asks for this native twin and does without.
    external: ['pg-native'],
    banner: { js: REQUIRE },
    plugins: [englishOnly],
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
}
