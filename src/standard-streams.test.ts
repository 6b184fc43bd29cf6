import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'

const MODULE = new URL('standard-streams.ts', import.meta.url).href
const LINES = 60_000

/** A program that writes `LINES` lines of 31 bytes to stdout, then a mark to stderr. */
const WRITES = `
  import { standardSink } from ${JSON.stringify(MODULE)}
  const out = standardSink(1)
  for (let i = 0; i < ${LINES}; i++) out.write(String(i).padStart(29, '0') + 'é')
  standardSink(2).write('done')
`
const args = ['--input-type=module', '-e', WRITES]

describe.skipIf(process.platform === 'win32')('standard streams', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-streams-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('write everything to a file', () => {
    const path = join(folder, 'out')
    const file = openSync(path, 'w')
    execFileSync(process.execPath, args, { stdio: ['ignore', file, 'ignore'] })
    closeSync(file)
    expect(readFileSync(path, 'utf8')).toBe(expected())
  })

  it('wait for a slow reader of a pipe', () => {
    const script = `"$0" "$@" | (sleep 0.3; cat)`
    const { stdout } = spawnSync('sh', ['-c', script, process.execPath, ...args], { encoding: 'utf8', maxBuffer: 1e8 })
    expect(stdout).toBe(expected())
  })

  it('go on where the other end set the pipe not to wait', async () => {
    const fifo = join(folder, 'fifo')
    execFileSync('mkfifo', [fifo])
    const pipe = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK)
    const writer = spawn('sh', ['-c', '"$0" "$@" >&3', process.execPath, ...args], {
      stdio: ['ignore', 'ignore', 'pipe', pipe],
    })
    closeSync(pipe)
    // By then the pipe is full.
    await new Promise((resolve) => setTimeout(resolve, 300))
    const reader = spawn('cat', [fifo], { stdio: ['ignore', 'pipe', 'ignore'] })
    const [text, errors] = await Promise.all([textOf(reader.stdout), textOf(writer.stderr!)])
    expect(errors).toBe('done')
    expect(text).toBe(expected())
  })

  it.skipIf(process.platform !== 'linux')('say in a sentence that the disk is full', () => {
    const full = openSync('/dev/full', 'w')
    const { stderr, status } = spawnSync(process.execPath, args, { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' })
    closeSync(full)
    expect(stderr).toMatch(/^(done)?error: the output cannot be written: the disk is full\n$/)
    expect(status).toBe(1)
    const quiet = spawnSync('sh', ['-c', '"$0" "$@" 2> /dev/full', process.execPath, ...args], { stdio: 'ignore' })
    expect(quiet.status).toBe(1)
  })

  it('end quietly when the reader has seen enough', () => {
    const { stdout, stderr, status } = spawnSync(
      'sh',
      ['-c', `{ "$0" "$@"; echo "exit $?" >&2; } | head -c 29`, process.execPath, ...args],
      { encoding: 'utf8' },
    )
    expect({ stdout, stderr, status }).toEqual({ stdout: '0'.repeat(29), stderr: 'exit 0\n', status: 0 })
  })
})

function expected(): string {
  return Array.from({ length: LINES }, (_, i) => `${String(i).padStart(29, '0')}é`).join('')
}
