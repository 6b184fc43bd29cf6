import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VERSION } from '../src/domain/version.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (...path: string[]): string => readFileSync(join(...path), 'utf8')

/** Types are wrong where a line that has to be refused is not, or one of the others is. */
const PROGRAM = `
import { open, sessionManager, type Ticket } from 'daybook'
declare const console: { log(text: string): void }

const book = await open()
const { ticket } = await book.ticket.create({ title: 'Read the old tables', parent: null, priority: 'high' })
const found: Ticket = (await book.ticket.show({ ticket: ticket!.ref })) as Ticket
const ref: string = found.ref
async function refused() {
  // @ts-expect-error no such field
  await book.ticket.create({ titel: 'x' })
  // @ts-expect-error no such priority
  await book.ticket.create({ title: 'x', priority: 'urgent' })
  // @ts-expect-error not a number
  const title: number = (await book.session.show({ session: '1' })).title
  // @ts-expect-error no such operation
  await book.ticket.destroy({ ticket: 'T-1' })
}
void refused
const manager = sessionManager(book)
await manager.createSession({ sessionId: 'run-1' })
await manager.addConversationMessage('run-1', 'assistant', 'The harbour table is stale')
await manager.linkInvocation('run-1', { invocationId: 'i-1', toolName: 'fetch' })
const { totalInvocations, toolsUsed } = (await manager.getSessionStatistics('run-1'))!
const hits = (await book.search({ query: 'harbour' })).items.length
console.log(JSON.stringify({ ref, statistics: { totalInvocations, toolsUsed }, hits }))
await book.close()
`

const EXAMPLES = readdirSync(join(root, 'examples')).toSorted()

describe('the published package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-pack-'))
  const consumer = join(folder, 'consumer')
  const installed = join(consumer, 'node_modules', 'daybook')
  const home = join(folder, 'home')
  const env = { PATH: process.env['PATH'], HOME: home, DAYBOOK_HOME: join(home, 'data'), NO_COLOR: '1' }
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  beforeAll(() => {
    const out = join(folder, 'package')
    execFileSync(process.execPath, [join(root, 'scripts/pack.mjs'), out], { cwd: root, stdio: 'pipe' })
    const tarball = readdirSync(out).find((name) => name.endsWith('.tgz'))!
    execFileSync('mkdir', ['-p', consumer, home])
    writeFileSync(join(consumer, 'package.json'), '{"private":true,"type":"module"}')
    // Without a network: everything it needs is inside.
    const args = ['install', '--offline', '--no-audit', '--no-fund', '--loglevel=error', join(out, tarball)]
    execFileSync('npm', args, { cwd: consumer, stdio: 'pipe' })
  }, 120_000)

  it('installs offline, needs nothing else and answers --version', () => {
    expect(readdirSync(join(consumer, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['daybook'])
    const command = join(consumer, 'node_modules', '.bin', 'daybook')
    expect(execFileSync(process.execPath, [command, '--version'], { env, encoding: 'utf8' })).toBe(
      `daybook ${VERSION}\n`,
    )
  })

  it('reads, archives and shows the demo', () => {
    const run = (...words: string[]) =>
      execFileSync(process.execPath, [join(installed, 'dist/bin.js'), ...words], { env, encoding: 'utf8' })
    run('demo')
    const total = JSON.parse(run('usage', 'total', '--json')) as { costMicrodollars: number }
    expect(total.costMicrodollars).toBe(7_390_002)
  })

  it('is a library with types, for a project that has nothing else', { timeout: 60_000 }, () => {
    const program = join(consumer, 'program.mts')
    writeFileSync(program, PROGRAM)
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024']
    const libraries = ['--lib', 'es2024,esnext.disposable', '--types', '']
    const tsc = [join(root, 'node_modules/typescript/bin/tsc'), ...options, ...libraries, program]
    const checked = spawnSync(process.execPath, tsc, { cwd: consumer, encoding: 'utf8' })
    expect(checked.stdout + checked.stderr).toBe('')
    const own = { ...env, DAYBOOK_HOME: join(home, 'library') }
    expect(
      JSON.parse(execFileSync(process.execPath, [program], { env: own, cwd: consumer, encoding: 'utf8' })),
    ).toEqual({
      ref: 'T-1',
      statistics: { totalInvocations: 1, toolsUsed: ['fetch'] },
      hits: 1,
    })
  })

  it('U40 has examples whose types are right', { timeout: 60_000 }, () => {
    for (const name of EXAMPLES) copyFileSync(join(root, 'examples', name), join(consumer, name))
    const options = ['--strict', '--noEmit', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024']
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
    const tsc = [
      join(root, 'node_modules/typescript/bin/tsc'),
      ...options,
      '--lib',
      'es2024,esnext.disposable',
      ...types,
    ]
    const checked = spawnSync(process.execPath, [...tsc, ...EXAMPLES], { cwd: consumer, encoding: 'utf8' })
    expect(checked.stdout + checked.stderr).toBe('')
  })

  it.each(EXAMPLES)('U40 has an example that prints what it says: %s', (name) => {
    const program = join(consumer, name)
    copyFileSync(join(root, 'examples', name), program)
    const [, says] = /\/\* Prints\n([^]*)\*\/\n$/.exec(read(program))!
    expect(execFileSync(process.execPath, [program], { env, cwd: consumer, encoding: 'utf8' })).toBe(says)
    expect(read(root, 'docs', 'library.md')).toContain(`(../examples/${name})`)
  })

  it('has a manifest without scripts, pinned Node or dependencies', () => {
    const manifest = JSON.parse(read(installed, 'package.json')) as Record<string, unknown>
    expect(manifest).toMatchObject({ name: 'daybook', version: VERSION, license: 'MIT', engines: { node: '>=24' } })
    for (const field of ['private', 'scripts', 'dependencies', 'devDependencies', 'optionalDependencies']) {
      expect(manifest).not.toHaveProperty(field)
    }
  })

  it('carries licence, changelog and the licences of what is bundled, and no path of the machine that made it', () => {
    expect(read(installed, 'LICENSE')).toContain('Daybook contributors')
    for (const name of ['zod', 'react', '@tanstack/react-query']) {
      expect(read(installed, 'THIRD-PARTY.md')).toMatch(new RegExp(`^## ${name} \\d`, 'm'))
    }
    expect(read(installed, 'dist', 'web', 'index.html')).toContain('<title>Daybook</title>')
    expect(existsSync(join(installed, 'CHANGELOG.md'))).toBe(true)
    const scripts = readdirSync(join(installed, 'dist')).filter((name) => name.endsWith('.js'))
    expect(scripts.filter((name) => read(installed, 'dist', name).includes(root))).toEqual([])
  })

  it('says in one sentence what to do on a Node that is too old', () => {
    const old = "Object.defineProperty(process, 'versions', { value: { node: '22.11.0', sqlite: '3.47.0' } })"
    const args = [
      '--import',
      `data:text/javascript,${encodeURIComponent(old)}`,
      join(installed, 'dist/bin.js'),
      '--version',
    ]
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toBe(
      'error: daybook needs Node 24 or 26 with SQLite 3.51.3 or newer, and this is Node 22.11.0 with SQLite 3.47.0\n' +
        'try:   npx -p node@26 -p daybook daybook\n',
    )
  })

  it('has the version of the manifest at the root', () => {
    expect((JSON.parse(read(root, 'package.json')) as { version: string }).version).toBe(VERSION)
  })
})
