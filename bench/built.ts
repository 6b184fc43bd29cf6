import { join } from 'node:path'

const THREADS = ['read-worker', 'index-worker']
/** Packages written in CommonJS call `require`, which a module does not have. */
const REQUIRE = "import{createRequire as $require}from'node:module';const require=$require(import.meta.url);"

/**
 * Bundles a program of the bench with the product in it, as the published product is: taking the types out of the
 * sources would cost each thread some 0.3 s that nobody else pays.
 *
 * @returns the path of the program
 */
export async function buildProgram(root: string, name: string, outdir: string): Promise<string> {
  const entryPoints = Object.fromEntries([
    [name, join(root, 'bench', `${name}.ts`)],
    ...THREADS.map((thread) => [thread, join(root, 'src', `${thread}.ts`)]),
  ])
  // Not above: what is built holds this file too.
  const { build } = await import('esbuild')
  await build({
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: ['pg-native', 'esbuild'],
    banner: { js: REQUIRE },
    logLevel: 'warning',
  })
  return join(outdir, `${name}.js`)
}
