import type { Duplex } from 'node:stream'
import { type Refusal, refused } from './problem.ts'

/** Answers what is no request that can be answered in the usual way, and closes. */
export async function refuseSocket(socket: Duplex, refusal: Refusal): Promise<void> {
  const answer = refused(refusal)
  const text = await answer.text()
  const head = [`HTTP/1.1 ${answer.status} Refused`]
  for (const [name, value] of answer.headers) head.push(`${name}: ${value}`)
  socket.end(`${head.join('\r\n')}\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
}
