// Brings dist/ up to date with the sources. `--force` builds although nothing changed.
import * as fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildWeb, isWebFresh, newest } from './web.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
/** Its time is the start of the last build; the launcher compares it with the sources. */
const built = join(dist, '.built')
const OLD_PROGRAM_MS = 24 * 3_600_000

function isFresh() {
  if (!fs.existsSync(built) || !fs.existsSync(join(dist, 'bin.js'))) return false
  const sources = ['src', 'web', 'scripts', 'package-lock.json'].map((name) => newest(join(root, name)))
  return Math.max(...sources) <= fs.statSync(built).mtimeMs
}

function put(path, contents) {
  const next = `${path}.${process.pid}.tmp`
  fs.writeFileSync(next, contents)
  fs.renameSync(next, path)
}

/** The command last: one started meanwhile finds either the old program whole or the new one. */
async function build() {
  const startedAt = new Date()
  const { bundle } = await import('./bundle.mjs')
  const web = join(dist, 'web')
  if (process.argv.includes('--force') || !isWebFresh(root, web)) await buildWeb(root, web)
  const { files, metafile } = await bundle(root, dist)
  fs.mkdirSync(dist, { recursive: true })
  for (const { path, contents } of files) put(path, contents)
  put(join(dist, 'meta.json'), JSON.stringify(metafile))
  removeOldPrograms(new Set(files.map((file) => basename(file.path))))
  fs.rmSync(join(dist, 'compile-cache'), { recursive: true, force: true })
  fs.writeFileSync(built, '')
  fs.utimesSync(built, startedAt, startedAt)
}

/** Yesterday's: a younger one may be starting just now. */
function removeOldPrograms(current) {
  for (const name of fs.readdirSync(dist)) {
    const path = join(dist, name)
    if (!name.endsWith('.js') || current.has(name)) continue
    if (Date.now() - fs.statSync(path).mtimeMs > OLD_PROGRAM_MS) fs.rmSync(path)
  }
}

if (process.argv.includes('--force') || !isFresh()) {
  // esbuild has said what is wrong, with the place.
  await build().catch((error) => {
    if (!error.errors) throw error
    process.exitCode = 1
  })
}
