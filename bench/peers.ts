import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NotThere } from './figure.ts'
import { runProgram, timed } from './measure.ts'

/** A peer on the same history, in the same run: ccusage, tokens only, offline. Installed into a folder that goes away. */
export async function measurePeer(home: string, runs: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-peer-'))
  try {
    await install(folder)
    const bin = join(folder, 'node_modules', '.bin', 'ccusage')
    const env = { ...process.env, HOME: home, CLAUDE_CONFIG_DIR: join(home, '.claude'), NO_COLOR: '1' }
    const { medianMs } = await timed(runs, async () => {
      const run = await runProgram(bin, ['daily', '--json', '--offline'], { cwd: folder, env })
      if (run.exitCode !== 0) throw new NotThere(`ccusage ended with ${run.exitCode}: ${run.stderr.slice(0, 200)}`)
    })
    return medianMs
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The newest version whose native part is there too: a registry's mirror may have the one before the other. */
async function install(folder: string): Promise<void> {
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  await npm(folder, 'install', '--no-fund', '--no-audit', 'ccusage')
  const native = `@ccusage/ccusage-${process.platform}-${process.arch}`
  if (existsSync(join(folder, 'node_modules', native))) return
  const version = (await npm(folder, 'view', native, 'version')).trim()
  await npm(folder, 'install', '--no-fund', '--no-audit', `ccusage@${version}`, `${native}@${version}`)
}

async function npm(folder: string, ...args: string[]): Promise<string> {
  const run = await runProgram('npm', args, { cwd: folder })
  if (run.exitCode === 0) return run.stdout
  throw new NotThere(`npm ${args[0]} failed: ${run.stderr.trim().split('\n').at(-1)}`)
}
