import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type Socket, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDaybook } from '../src/app.ts'
import type { OpenedStore } from '../src/cli/io.ts'

const STALLED = 50
const EVENTS = 300
const EVENT_BYTES = 64 * 1024

const home = mkdtempSync(join(tmpdir(), 'daybook-stalled-'))
const data = join(home, 'data')
const env = { PATH: process.env['PATH'], HOME: home, DAYBOOK_HOME: data }
let server: ChildProcess
let port = 0
let opened: OpenedStore
const sockets: Socket[] = []

beforeAll(async () => {
  const program = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
  server = spawn(process.execPath, [program, 'serve', '--port', '0', '--no-watch'], { cwd: home, env })
  port = await new Promise<number>((resolve, reject) => {
    server.stdout!.setEncoding('utf8').on('data', (part: string) => {
      const found = /^Serving http:\/\/127\.0\.0\.1:(\d+)$/m.exec(part)
      if (found) resolve(Number(found[1]))
    })
    server.on('exit', (code) => reject(new Error(`ended with ${code}`)))
  })
  const machine = { home, platform: process.platform, variables: { DAYBOOK_HOME: data } }
  opened = await openDaybook({ machine, cwd: home, now: Date.now, signal: new AbortController().signal }, 'own')
})
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await opened.close()
  server.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

const token = () => readFileSync(join(data, 'token'), 'utf8').trim()
const ask = async (path: string) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token()}` } })

/** Resident memory of the server, in MB. */
function residentMb(): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

/** A reader by a socket of its own, that reads nothing unless it is told to. */
async function stalled(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.pause()
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.write(`GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token()}\r\n\r\n`)
  return socket
}

/** Counts events in what a stream brings, until there are that many. */
async function counted(parts: AsyncIterable<unknown>, wanted: number): Promise<number> {
  let [count, rest] = [0, '']
  for await (const part of parts) {
    const text = rest + Buffer.from(part as Uint8Array).toString('latin1')
    count += text.split('\nevent: activity\n').length - 1
    rest = text.slice(-20).replace(/^[\s\S]*\nevent: activity\n/, '')
    if (count >= wanted) break
  }
  return count
}

describe('readers over sockets that take nothing', () => {
  it.skipIf(process.platform !== 'linux')(
    'F13 cost the server little memory, hold up nobody, and miss nothing when they read after all (memory is read from /proc)',
    async () => {
      for (let i = 0; i < STALLED; i++) sockets.push(await stalled())
      const awake = await ask('/v1/events')
      const reading = counted(awake.body!, EVENTS)
      await ask('/v1/session/stats')
      const beforeMb = residentMb()
      const word = 'x'.repeat(EVENT_BYTES)
      const said = { sessionId: null, at: '2026-11-20T11:00:00.000Z', actor: 'ada', target: 'x', payload: {} }
      for (let i = 0; i < EVENTS; i++) await opened.context.store.activities.append({ ...said, action: `${i}${word}` })
      expect(await reading).toBe(EVENTS)
      expect((await ask('/v1/session/stats')).status).toBe(200)
      // 50 readers times 300 events of 64 KB: 940 MB were offered.
      expect(residentMb() - beforeMb).toBeLessThan(150)
      const late = sockets[STALLED - 1]!
      expect(await counted(late, EVENTS)).toBe(EVENTS)
    },
    60_000,
  )
})
