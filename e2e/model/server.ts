import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { callsFor } from './actions.ts'
import type { Answer, AnswerTokens, Body, OfferedTool, Protocol, Request } from './answer.ts'
import { PROTOCOLS } from './protocols.ts'
import type { Step } from './scripts.ts'

/** Whoever the main agent sends off. Its requests have the words it was sent with, and not those its master was asked with. */
export interface Helper {
  sentWith: string
  masterAsked: string
  script: readonly Step[]
}

/** One answer given, as the model itself knows it. */
export interface Given {
  protocol: Protocol['id']
  /** Null for an answer beside the work: a title, a summary, which clients ask without tools. */
  step: number | null
  by: 'main' | 'helper'
  calls: string[]
  tokens: AnswerTokens
}

/** What was asked and answered while one script played. */
export interface Played {
  given: Given[]
  /** Kinds of action that the client offered no tool for. */
  without: string[]
  /** Requests as they came in, to see what the client told its model. */
  bodies: string[]
}

export interface Model {
  url: string
  /** From now on the script is played, from its first step. Paths in it begin at `folder`. */
  play(script: readonly Step[], folder: string, helper?: Helper): Played
  close(): Promise<void>
}

/** A script on its way. */
interface Part {
  script: readonly Step[]
  step: number
  waits: number
}

/** A client that goes on asking is stopped. */
const MOST_REQUESTS = 60
/** Clients begin before their tool servers have answered; our tools are waited for this often, for a second each. */
const MOST_WAITS = 15

/** A model that plays scripts, on a free port of this machine. It knows nothing but the step it is at. */
export async function startModel(): Promise<Model> {
  let main: Part = { script: [], step: 0, waits: 0 }
  let sent: (Part & Helper) | undefined
  let folder = '/'
  let names = 0
  let played: Played = { given: [], without: [], bodies: [] }
  const id = (prefix: string) => `${prefix}${(++names).toString(16).padStart(24, '0')}`

  function next(part: Part, tools: readonly OfferedTool[]): Answer & { step: number | null } {
    const at = played.given.length
    const { script } = part
    if (tools.length === 0)
      return { step: null, thought: null, text: 'A greeting', calls: [], tokens: tokensAt(at, false) }
    while (part.step < script.length) {
      const { thought = null, text = null, actions } = script[part.step]!
      const isMissing = actions.some((action) => action.does === 'ask' && callsFor(action, tools, folder).length === 0)
      if (isMissing && part.waits++ < MOST_WAITS) {
        const calls = callsFor({ does: 'run', command: 'sleep 1' }, tools, folder)
        return { step: part.step, thought: null, text: null, calls, tokens: tokensAt(at, false) }
      }
      part.step++
      const calls = actions.flatMap((action) => {
        const made = callsFor(action, tools, folder)
        if (made.length === 0) played.without.push(action.does)
        return made
      })
      if (actions.length > 0 && calls.length === 0) continue
      return { step: part.step - 1, thought, text, calls, tokens: tokensAt(at, thought !== null) }
    }
    return {
      step: script.length,
      thought: null,
      text: 'There is nothing left.',
      calls: [],
      tokens: tokensAt(at, false),
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readBody(request)
    const path = new URL(request.url ?? '/', 'http://model').pathname
    const said = aside(path)
    if (said !== undefined) return send(response, 200, said)
    const protocol = PROTOCOLS.find((one) => one.asks(path))
    if (protocol === undefined || request.method !== 'POST')
      return send(response, 404, { error: { message: 'unknown' } })
    if (played.bodies.length >= MOST_REQUESTS) return send(response, 400, { error: { message: 'enough' } })
    played.bodies.push(raw)
    const body = JSON.parse(raw) as Body
    const isSent = sent !== undefined && raw.includes(sent.sentWith) && !raw.includes(sent.masterAsked)
    const { step, ...made } = next(sent !== undefined && isSent ? sent : main, protocol.tools(body))
    const calls = made.calls.map(({ tool }) => tool.name)
    played.given.push({ protocol: protocol.id, step, by: isSent ? 'helper' : 'main', calls, tokens: made.tokens })
    const asked: Request = { path, body, id }
    const reply = protocol.reply(made, asked)
    if ('whole' in reply) return send(response, 200, reply.whole)
    response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': id('req_') })
    response.end(reply.stream)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => send(response, 500, { error: { message: String(error) } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    play(script, from, helper) {
      main = { script, step: 0, waits: 0 }
      sent = helper && { ...helper, step: 0, waits: 0 }
      folder = from
      played = { given: [], without: [], bodies: [] }
      return played
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Each answer has numbers of its own, so that one that is counted twice or not at all shows in every sum. */
function tokensAt(at: number, hasThought: boolean): AnswerTokens {
  const reasoning = hasThought ? 11 + at : 0
  return {
    input: 1009 + 37 * at,
    cacheRead: 5003 + 91 * at,
    cacheWrite: 211 + 13 * at,
    output: 41 + 7 * at + reasoning,
    reasoning,
  }
}

function aside(path: string): unknown {
  for (const protocol of PROTOCOLS) {
    const said = protocol.aside?.(path)
    if (said !== undefined) return said
  }
  return undefined
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  const bytes = Buffer.concat(pieces)
  const packed = request.headers['content-encoding']
  if (packed === 'gzip') return gunzipSync(bytes).toString('utf8')
  if (packed === 'br') return brotliDecompressSync(bytes).toString('utf8')
  return (packed === 'zstd' ? zstdDecompressSync(bytes) : bytes).toString('utf8')
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}
