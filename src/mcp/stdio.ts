import { type JSONRPCMessage, type Transport, parseJSONRPCMessage } from '@modelcontextprotocol/server'

/** Bytes of the longest message that is read; longer ones are answered with an error and left out. */
export const LARGEST_MESSAGE = 8 * 1024 * 1024

/** How long calls may still take once the client has closed its end. */
const LAST_ANSWERS_MS = 3_000

const NEWLINE = 10

/**
 * Messages as lines on standard input and output. What is no message is answered and left out: the next line is read all the
 * same. When the client closes its end, calls that were made are answered first.
 */
export class StdioTransport implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage) => void

  /** Resolves when the connection is over. */
  readonly ended: Promise<void>

  private end: () => void = () => undefined
  private readonly input: AsyncIterable<string | Uint8Array>
  private readonly output: { write(text: string): unknown }
  private readonly waiting = new Set<string | number>()
  private answered: (() => void) | undefined
  private closed = false

  constructor(input: AsyncIterable<string | Uint8Array>, output: { write(text: string): unknown }) {
    this.input = input
    this.output = output
    this.ended = new Promise((resolve) => (this.end = resolve))
  }

  async start(): Promise<void> {
    void this.read()
      .catch((error: unknown) => this.onerror?.(error as Error))
      .finally(() => void this.close())
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if ('id' in message && message.id !== undefined && !('method' in message)) this.settle(message.id)
    if (!this.closed) this.output.write(`${JSON.stringify(message)}\n`)
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.onclose?.()
    this.end()
  }

  private async read(): Promise<void> {
    let held: Uint8Array[] = []
    let heldBytes = 0
    for await (const part of this.input) {
      if (this.closed) return
      let rest: Uint8Array = typeof part === 'string' ? Buffer.from(part) : part
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
        const bytes = heldBytes + end
        if (bytes > LARGEST_MESSAGE) this.refuse(-32600, `a message of more than ${LARGEST_MESSAGE} bytes was left out`)
        else this.take(Buffer.concat([...held, rest.subarray(0, end)]).toString('utf8'))
        held = []
        heldBytes = 0
        rest = rest.subarray(end + 1)
      }
      heldBytes += rest.length
      // Of a line that is too long only its length is kept.
      if (heldBytes > LARGEST_MESSAGE) held = []
      else if (rest.length > 0) held.push(rest)
    }
    if (heldBytes > 0 && heldBytes <= LARGEST_MESSAGE) this.take(Buffer.concat(held).toString('utf8'))
    await this.lastAnswers()
  }

  private take(line: string): void {
    if (line.trim() === '') return
    let message: JSONRPCMessage
    try {
      message = parseJSONRPCMessage(parsed(line))
    } catch (error) {
      const wrong = error instanceof SyntaxError
      this.refuse(
        wrong ? -32700 : -32600,
        wrong ? 'a line that is not JSON was left out' : 'a line that is no JSON-RPC message was left out',
      )
      return
    }
    if ('method' in message && 'id' in message) this.waiting.add(message.id)
    this.onmessage?.(message)
    if ('method' in message && message.method === 'notifications/cancelled') {
      this.settle((message.params as { requestId?: string | number } | undefined)?.requestId)
    }
  }

  private refuse(code: number, message: string): void {
    this.output.write(`${JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } })}\n`)
  }

  private settle(id: string | number | undefined): void {
    if (id !== undefined) this.waiting.delete(id)
    if (this.waiting.size === 0) this.answered?.()
  }

  private async lastAnswers(): Promise<void> {
    if (this.waiting.size === 0) return
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, LAST_ANSWERS_MS)
      this.answered = () => {
        clearTimeout(late)
        resolve()
      }
    })
  }
}

/** @throws SyntaxError when the line is not JSON */
function parsed(line: string): unknown {
  return JSON.parse(line)
}
