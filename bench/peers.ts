import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NotThere } from './figure.ts'
import { runProgram, timed } from './measure.ts'

/** A peer on the same history, in the same run: ccusage, tokens only, offline. Installed into a folder that goes away. */
export async function measurePeer(home: string, runs: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-peer-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{"private":true}')
    const install = await runProgram('npm', ['install', '--no-fund', '--no-audit', 'ccusage'], { cwd: folder })
    if (install.exitCode !== 0) throw new NotThere(`ccusage cannot be installed: ${install.stderr.trim().split('\n').at(-1)}`)
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
