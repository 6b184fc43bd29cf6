import { introduction } from './introduction.ts'

/** Revisions of the protocol whose connections begin with `initialize`, https://modelcontextprotocol.io/specification/versioning. */
const REVISIONS = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']

/** What a client's first message may be that is answered here. Longer ones are left to the server. */
const LONGEST_LINE = 8_000

interface Streams {
  input: AsyncIterable<string | Uint8Array>
  output: { write(text: string): unknown }
}

/**
 * Answers the handshake of a client that speaks at once, before the server is loaded: what it says is known, and loading what
 * reads all the other messages takes longer than the rest of the start. The server is given the message all the same, and its
 * own reply, which says the same, goes nowhere.
 *
 * @param waitMs how long a client is waited for that says nothing yet
 * @returns the streams for the server
 */
export async function answerFirst({ input, output }: Streams, version: string, waitMs: number): Promise<Streams> {
  const parts = input[Symbol.asyncIterator]()
  const first = parts.next()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, waitMs, undefined)))
  const part = await Promise.race([first, late])
  clearTimeout(timer)
  const reply = part?.done === false ? replyTo(part.value, version) : undefined
  if (reply !== undefined) output.write(`${JSON.stringify(reply)}\n`)
  let isSaid = reply === undefined
  return {
    input: {
      async *[Symbol.asyncIterator]() {
        try {
          for (let read = await first; read.done !== true; read = await parts.next()) yield read.value
        } finally {
          await parts.return?.()
        }
      },
    },
    output: {
      write(text) {
        if (!isSaid && (JSON.parse(text) as { id?: unknown }).id === reply?.id) {
          isSaid = true
          return true
        }
        return output.write(text)
      },
    },
  }
}

/** The reply to the first line of what came, where that is a handshake in which nothing is unusual. */
function replyTo(came: string | Uint8Array, version: string) {
  const text = typeof came === 'string' ? came : Buffer.from(came.buffer, came.byteOffset, came.byteLength).toString()
  const end = text.indexOf('\n')
  if (end < 0 || end > LONGEST_LINE) return undefined
  let message: unknown
  try {
    message = JSON.parse(text.slice(0, end))
  } catch {
    return undefined
  }
  if (!isRecord(message, ['jsonrpc', 'id', 'method', 'params'])) return undefined
  const { jsonrpc, id, method, params } = message
  if (jsonrpc !== '2.0' || method !== 'initialize' || (typeof id !== 'number' && typeof id !== 'string'))
    return undefined
  if (!isRecord(params, ['protocolVersion', 'capabilities', 'clientInfo'])) return undefined
  const { protocolVersion, capabilities, clientInfo } = params
  if (!REVISIONS.some((revision) => revision === protocolVersion) || !isFlags(capabilities)) return undefined
  if (!isRecord(clientInfo, ['name', 'version', 'title'])) return undefined
  if (typeof clientInfo['name'] !== 'string' || typeof clientInfo['version'] !== 'string') return undefined
  if (!['string', 'undefined'].includes(typeof clientInfo['title'])) return undefined
  return { result: { protocolVersion, ...introduction(version) }, jsonrpc, id }
}

function isRecord(value: unknown, fields: readonly string[]): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.keys(value).every((field) => fields.includes(field))
}

/** Objects within objects, and in them nothing but flags: what all capabilities are that we know of. */
function isFlags(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every((held) => typeof held === 'boolean' || isFlags(held))
}
