import { spawn, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const PRINT = 'console.log(JSON.stringify([process.cwd(), ...process.argv.slice(2)])); process.exitCode = 3\n'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook launcher '))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A checkout that is set up, with a program that prints how it was called and a boot script that leaves a mark. */
function checkout(): string {
  const home = join(folder, 'checkout')
  for (const path of ['src', 'web', 'scripts', 'dist', 'node_modules/.bin'])
    mkdirSync(join(home, path), { recursive: true })
  copyFileSync(join(root, 'daybook'), join(home, 'daybook'))
  writeFileSync(join(home, 'package-lock.json'), '{}')
  writeFileSync(join(home, 'src/bin.ts'), '')
  writeFileSync(
    join(home, 'scripts/boot.mjs'),
    `import fs from 'node:fs'; fs.writeFileSync(${JSON.stringify(join(folder, 'booted'))}, process.argv[2]); console.log('progress')\n`,
  )
  symlinkSync(process.execPath, join(home, 'node_modules/.bin/node'))
  writeFileSync(join(home, 'dist/bin.js'), PRINT)
  writeFileSync(join(home, 'dist/package.json'), '{"type":"module"}')
  writeFileSync(join(home, 'dist/.built'), '')
  const later = Date.now() / 1000 + 5
  utimesSync(join(home, 'dist/.built'), later, later)
  return home
}

function booted(): string | undefined {
  try {
    return readFileSync(join(folder, 'booted'), 'utf8')
  } catch {
    return undefined
  }
}

describe('./daybook', () => {
  it('runs the built program where it is called, through links, quietly, with its arguments and exit code', () => {
    const home = checkout()
    const elsewhere = join(folder, 'else where')
    mkdirSync(elsewhere)
    symlinkSync(join(home, 'daybook'), join(folder, 'absolute'))
    symlinkSync('../absolute', join(elsewhere, 'relative'))
    const { status, stdout, stderr } = spawnSync('./relative', ['two words', '--flag=*', ''], {
      cwd: elsewhere,
      encoding: 'utf8',
    })
    expect(JSON.parse(stdout)).toEqual([elsewhere, 'two words', '--flag=*', ''])
    expect({ status, stderr, booted: booted() }).toEqual({ status: 3, stderr: '', booted: undefined })
  })

  it.each(['src/bin.ts', 'scripts/boot.mjs', 'package-lock.json'])(
    'sets up again when %s is newer than the build',
    (path) => {
      const home = checkout()
      const newer = Date.now() / 1000 + 60
      utimesSync(join(home, path), newer, newer)
      const { stdout, stderr } = spawnSync(join(home, 'daybook'), ['x'], { cwd: folder, encoding: 'utf8' })
      expect(booted()).toBe('setup')
      expect({ stdout, stderr }).toEqual({ stdout: `${JSON.stringify([folder, 'x'])}\n`, stderr: 'progress\n' })
    },
  )

  it('does not run the program when setting up fails', () => {
    const home = checkout()
    rmSync(join(home, 'dist/.built'))
    writeFileSync(join(home, 'scripts/boot.mjs'), 'process.exit(1)\n')
    const { status, stdout } = spawnSync(join(home, 'daybook'), [], { cwd: folder, encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })
})

describe('the lock of the set-up', () => {
  const script = `
    import { withLock } from ${JSON.stringify(join(root, 'scripts/lock.mjs'))}
    import fs from 'node:fs'
    const [lock, log, name] = process.argv.slice(1)
    await withLock(lock, async () => {
      fs.appendFileSync(log, name + ' in\\n')
      await new Promise((resolve) => setTimeout(resolve, 150))
      fs.appendFileSync(log, name + ' out\\n')
    })`

  async function hold(names: string[]): Promise<string[]> {
    const log = join(folder, 'log')
    const ends = names.map((name) => {
      const args = ['--input-type=module', '-e', script, join(folder, 'lock'), log, name]
      const child = spawn(process.execPath, args, { stdio: 'inherit' })
      return new Promise((resolve) => child.on('close', resolve))
    })
    expect(await Promise.all(ends)).toEqual(names.map(() => 0))
    return readFileSync(log, 'utf8').trim().split('\n')
  }

  it('lets one in at a time', async () => {
    const lines = await hold(['a', 'b', 'c'])
    const pairs = [lines.slice(0, 2), lines.slice(2, 4), lines.slice(4, 6)]
    expect(pairs.map(([first, second]) => first?.replace('in', 'out') === second)).toEqual([true, true, true])
  })

  it('is taken over from a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '0'])
    writeFileSync(join(folder, 'lock'), String(pid))
    expect(await hold(['a'])).toEqual(['a in', 'a out'])
  })
})
