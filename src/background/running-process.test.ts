import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { isRunning } from './running-process.ts'

describe('a process', () => {
  it('runs while it is there, and is another one when it began later', () => {
    expect(isRunning(process.pid, Date.now())).toBe(true)
    expect(isRunning(process.pid, 0)).toBe(process.platform !== 'linux')
    expect(isRunning(2 ** 30, Date.now())).toBe(false)
  })

  it.skipIf(process.platform !== 'linux')('has ended although its parent has not looked after it', async () => {
    // What the shell becomes knows nothing of the shell's child.
    const parent = spawn('/bin/sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      const child = Number(
        await new Promise<string>((resolve) => parent.stdout.once('data', (said) => resolve(`${said}`))),
      )
      expect(child).toBeGreaterThan(1)
      await expect.poll(() => isRunning(child, Date.now()), { timeout: 20_000 }).toBe(false)
      expect(process.kill(child, 0)).toBe(true)
    } finally {
      parent.kill('SIGKILL')
    }
  })
})
