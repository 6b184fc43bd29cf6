import type { Duplex } from 'node:stream'
import { type Refusal, refused } from './problem.ts'

/** So long the answer may take to arrive: destroyed at once, what the client still sends could discard it. */
const HEARD_WITHIN_MS = 1_000

/** Answers what is no request that can be answered in the usual way, and closes, whether or not the client does. */
export async function refuseSocket(socket: Duplex, refusal: Refusal): Promise<void> {
  const answer = refused(refusal)
  const text = await answer.text()
  const head = [`HTTP/1.1 ${answer.status} Refused`]
  for (const [name, value] of answer.headers) head.push(`${name}: ${value}`)
  socket.end(`${head.join('\r\n')}\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  const timer = setTimeout(() => socket.destroy(), HEARD_WITHIN_MS).unref()
  socket.once('close', () => clearTimeout(timer))
}
