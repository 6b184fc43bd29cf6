// Writes dist-package/: the package as it is published, and its tarball. Everything it needs is bundled into it.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { agentPackages } from '../src/setup/packages.ts'
import { canBeSetUp } from '../src/setup/plan.ts'
import { SOURCES } from '../src/sources/index.ts'
import { bundle, bundleLibrary } from './bundle.mjs'
import { writeDeclarations } from './declarations.mjs'
import { buildWeb } from './web.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const out = resolve(process.argv[2] ?? join(root, 'dist-package'))
const { version, description, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const manifest = {
  name: 'daybook',
  version,
  description,
  keywords: ['coding-agents', 'claude-code', 'transcripts', 'usage', 'search', 'local-first'],
  license,
  author: 'Daybook contributors',
  type: 'module',
  bin: { daybook: 'dist/bin.js' },
  exports: {
    '.': { types: './dist/types/index.d.ts', default: './dist/index.mjs' },
    './package.json': './package.json',
  },
  files: ['dist', 'agents', 'CHANGELOG.md', 'THIRD-PARTY.md'],
  engines: { node: '>=24' },
}

/** Licences of the packages that are bundled. */
function thirdParty(modules) {
  const paths = modules.map((path) => /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(path))
  const packages = new Map(paths.filter(Boolean).map(([, folder, name]) => [name, resolve(root, folder)]))
  const parts = [...packages].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, folder]) => licenceOf(name, folder))
  return ['# Software inside this package', ...parts].join('\n\n') + '\n'
}

function licenceOf(name, folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${manifest.license}`
  return `## ${name} ${manifest.version}\n\n${text}`
}

rmSync(out, { recursive: true, force: true })
mkdirSync(join(out, 'dist'), { recursive: true })
const { files, metafile } = await bundle(root, join(out, 'dist'))
const library = await bundleLibrary(root, join(out, 'dist'))
for (const { path, contents } of [...files, ...library.files]) writeFileSync(path, contents)
writeDeclarations(root, join(out, 'dist', 'types'))
const page = await buildWeb(root, join(out, 'dist', 'web'))
chmodSync(join(out, 'dist', 'bin.js'), 0o755)
for (const name of ['README.md', 'CHANGELOG.md', 'LICENSE']) {
  if (existsSync(join(root, name))) copyFileSync(join(root, name), join(out, name))
}
const packages = agentPackages(await canBeSetUp(SOURCES), version)
for (const [path, text] of Object.entries(packages)) {
  mkdirSync(dirname(join(out, 'agents', path)), { recursive: true })
  writeFileSync(join(out, 'agents', path), text, { mode: path.endsWith('.sh') ? 0o755 : 0o644 })
}
writeFileSync(join(out, 'THIRD-PARTY.md'), thirdParty([...Object.keys(metafile.inputs), ...page]))
writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)

const { messages } = await publint({ pkgDir: out, strict: true, pack: false })
for (const message of messages) console.error(`publint: ${formatMessage(message, manifest)}`)
if (messages.length > 0) process.exit(1)

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const packed = execFileSync(npm, ['pack', '--json', '--loglevel=error', '--no-update-notifier'], {
  cwd: out,
  encoding: 'utf8',
})
const report = JSON.parse(packed)
const [tarball] = Array.isArray(report) ? report : Object.values(report)
console.log(`${join(out, tarball.filename)}  ${Math.round(tarball.size / 1024)} kB, ${tarball.entryCount} files`)
