import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answer, isAsked, sweepAsked } from '../src/spool/ask.ts'
import { captureScript } from '../src/spool/capture-script.ts'

const traced = spawnSync('strace', ['-V']).status === 0

/** What a hook costs and how long it can take, told by what it starts and what it waits for: clocks tell of the machine. */
describe.skipIf(process.platform === 'win32')('the program that agents start', () => {
  let folder: string
  let data: string
  let script: string
  let other: ChildProcess
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daybook-hook-cost-'))
    data = join(folder, 'data')
    mkdirSync(join(data, 'spool'), { recursive: true })
    script = join(folder, 'capture.sh')
    const program = join(folder, 'program')
    writeFileSync(program, 'echo "by the program"\n')
    writeFileSync(script, captureScript({ dataDir: data, dataHome: false, program: ['/bin/sh', program] }))
    // In the place of a background process: alive, and never a word.
    other = spawn('sleep', ['60'])
    writeFileSync(join(data, 'background'), `${other.pid} 0 1\n`)
  })
  afterEach(() => {
    other.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  const spool = () => join(data, 'spool')
  const input = JSON.stringify({ session_id: 'a', cwd: '/work' })
  const env = { PATH: process.env['PATH'] }
  const tell = (event: string) => spawnSync('/bin/sh', [script, 'claude-code', event], { input, env, encoding: 'utf8' })

  /** Names of the programs that one event has started, the shell itself left out. */
  function started(event: string): string[] {
    const log = join(folder, 'strace')
    const words = ['-f', '-qq', '-e', 'trace=execve', '-o', log, '/bin/sh', script, 'claude-code', event]
    spawnSync('strace', words, { input, env })
    const names = readFileSync(log, 'utf8').matchAll(/execve\("(?:[^"]*\/)?([^"/]+)".* = 0$|resumed.*$/gm)
    return [...names].flatMap(([, name]) => name ?? []).slice(1)
  }

  it.skipIf(!traced)('starts one program to keep an event (needs strace)', () => {
    expect(started('PostToolUse')).toEqual(['cat'])
  })

  it('is answered through its pipe by whoever runs, and starts three programs for it', async () => {
    const words = traced ? ['strace', '-f', '-qq', '-e', 'trace=execve', '-o', join(folder, 'strace')] : ['env']
    const hook = spawn(words[0] ?? '', [...words.slice(1), '/bin/sh', script, 'claude-code', 'SessionStart'], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    hook.stdin.end(input)
    let said = ''
    hook.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    const ended = new Promise((resolve) => hook.once('close', resolve))
    for (let i = 0; i < 200 && said === '' && hook.exitCode === null; i++) {
      const [name] = readdirSync(spool()).filter((one) => !one.startsWith('.') && isAsked(spool(), one))
      if (name !== undefined && readFileSync(join(spool(), name), 'utf8').endsWith('\n.\n'))
        answer(spool(), name, { context: 'SESSION-001' })
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await ended
    expect(said).toBe('{"context":"SESSION-001"}\n')
    expect(existsSync(join(spool(), `.silent-${other.pid}`))).toBe(false)
    if (!traced) return
    const names = [...readFileSync(join(folder, 'strace'), 'utf8').matchAll(/execve\("(?:[^"]*\/)?([^"/]+)"/g)]
    expect(names.map(([, name]) => name).toSorted()).toEqual(['cat', 'mkfifo', 'sh', 'sleep'])
  })

  it('does not wait a second time for a process that said nothing', () => {
    expect(tell('SessionStart').stdout).toBe('by the program\n')
    expect(readdirSync(spool()).filter((name) => name.startsWith('.'))).toEqual([`.silent-${other.pid}`])
    expect(tell('SessionStart').stdout).toBe('by the program\n')
    if (traced) expect(started('SessionStart')).toEqual(['cat', 'timeout', 'sh'])
    // Another process that runs from then on is asked.
    sweepAsked(spool(), Date.now())
    expect(readdirSync(spool()).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('F15 waits for less than a second in all, whatever is frozen', () => {
    const text = readFileSync(script, 'utf8')
    const asked = Number(/^ *sleep ([\d.]+) >"\$ask" &$/m.exec(text)?.[1])
    const limits = [...text.matchAll(/^ *seconds=([\d.]+)$/gm)].map(([, seconds]) => Number(seconds))
    expect([text.match(/^ *sleep /gm), text.match(/^ *wait\b/gm)]).toEqual([[expect.any(String)], null])
    expect(text).toContain('timeout -s KILL $seconds')
    const [alone, after] = limits as [number, number]
    expect(limits).toHaveLength(2)
    expect([alone < 1, asked + after < 1, asked > 0]).toEqual([true, true, true])
  })
})
