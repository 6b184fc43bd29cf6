import { asObject, asText, storable } from '../record.ts'
import type { Json } from '../record.ts'

/** A message's text and how many pictures it shows. */
export function messageText(payload: Json): { text: string; images: number } {
  const content = payload.content ?? payload.message
  if (typeof content === 'string') return { text: storable(content), images: 0 }
  const texts: string[] = []
  let images = 0
  for (const block of Array.isArray(content) ? content : []) {
    const object = asObject(block)
    if (typeof object?.image_url === 'string' || object?.type === 'image') images++
    else if (typeof object?.text === 'string' && object.type !== 'reasoning') texts.push(object.text)
  }
  const said = images > 0 ? texts.filter((text) => !IMAGE_TAG.test(text)) : texts
  return { text: storable(said.join('\n\n')), images }
}

/** What Codex puts around a picture, as texts of their own: `<image name=[Image #1] path="...">` and `</image>`. Seen in 0.171. */
const IMAGE_TAG = /^\s*<(?:\/image|image(?: [^>]{0,4096})?)>\s*$/

/** What a reasoning item shows: its summary, or the raw text where the provider gives it. */
export function reasoningText(payload: Json): string {
  const texts: string[] = []
  for (const list of [payload.summary, payload.content]) {
    for (const block of Array.isArray(list) ? list : []) {
      const text = typeof block === 'string' ? block : asText(asObject(block)?.text)
      if (text) texts.push(text)
    }
    if (texts.length > 0) break
  }
  return storable(texts.join('\n\n'))
}

/** What a tool answered, as the model saw it, and what was wrapped around it. */
export interface Output {
  text: string
  exitCode?: number
  durationMs?: number
  failed?: boolean
}

/** Reads the `output` of a result: text, JSON in text, a list of blocks, or an object, by version and tool. */
export function readOutput(output: unknown): Output {
  if (typeof output === 'string') return fromText(output)
  if (Array.isArray(output)) return { ...fromHeader(blocksText(output)), text: blocksText(output) }
  const object = asObject(output)
  if (object === undefined) return { text: '' }
  const inner = object.content ?? object.output ?? object.text ?? object.body
  const read = inner === undefined ? { text: storable(streams(object)) } : readOutput(inner)
  const exitCode = asCode(object.exitCode ?? object.exit_code)
  if (exitCode !== undefined) read.exitCode = exitCode
  if (object.success === false || object.isError === true) read.failed = true
  return read
}

function streams(object: Json): string {
  return [object.stdout, object.stderr].filter((text) => typeof text === 'string' && text !== '').join('\n')
}

function fromText(output: string): Output {
  const first = output[0]
  if (first !== '{' && first !== '[') return { ...fromHeader(output), text: storable(output) }
  const parsed = parseJson(output)
  const object = asObject(parsed)
  const metadata = asObject(object?.metadata)
  if (object && metadata && typeof object.output === 'string') {
    const seconds = metadata.duration_seconds
    return {
      text: storable(object.output),
      exitCode: asCode(metadata.exit_code),
      durationMs: typeof seconds === 'number' && seconds >= 0 ? Math.round(seconds * 1000) : undefined,
    }
  }
  if (
    Array.isArray(parsed) &&
    parsed.length > 0 &&
    parsed.every((block) => MCP_BLOCKS.has(String(asObject(block)?.type)))
  ) {
    const text = blocksText(parsed)
    return { ...fromHeader(text), text }
  }
  return { text: storable(output) }
}

/** Blocks of an MCP answer, which 0.98 writes as JSON in text. */
const MCP_BLOCKS = new Set(['text', 'image', 'audio', 'resource', 'resource_link'])

function blocksText(blocks: unknown[]): string {
  const texts: string[] = []
  for (const block of blocks) {
    const text = typeof block === 'string' ? block : asText(asObject(block)?.text)
    if (text) texts.push(text)
  }
  return storable(texts.join('\n'))
}

const HEADER = 400

/** `Exit code: 3`, `Process exited with code 3` and `Wall time: 0.1 seconds` stand in the first lines. */
function fromHeader(output: string): Output {
  const header = output.slice(0, HEADER)
  const end = header.search(/^Output:/m)
  const head = end < 0 ? header : header.slice(0, end)
  const code = /^(?:Exit code:|Process exited with code) (-?\d{1,10})\s*$/m.exec(head)?.[1]
  const seconds = /^Wall time:? ([\d.]{1,12}) seconds/m.exec(head)?.[1]
  return {
    text: '',
    exitCode: code === undefined ? undefined : Number(code),
    durationMs: seconds === undefined ? undefined : Math.round(Number(seconds) * 1000),
    failed: tellsFailure(header) || undefined,
  }
}

/** Before what went wrong may stand how long it took: `Wall time: 0.1 seconds`, then `aborted by user` (0.169). */
function tellsFailure(header: string): boolean {
  const said = header.replace(/^Wall time:? [\d.]{1,12} seconds\n/, '')
  return FAILURES.some((words) => said.startsWith(words))
}

/** How answers begin that report that a tool did not do its work and have no exit code. Seen in 0.40, 0.98 and 0.169. */
const FAILURES = [
  'apply_patch verification failed',
  'aborted',
  'err: ',
  'error: Failed to ',
  'exec_command failed',
  'execution error',
  'failed to parse function arguments',
  'failed in sandbox',
  'rejected by user',
  'tool call error',
  'unsupported call',
  'unsupported custom tool call',
  'Script failed',
]

function asCode(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}

/** A duration as `{secs, nanos}`, in milliseconds. */
export function spanMs(value: unknown): number | undefined {
  const span = asObject(value)
  if (typeof span?.secs !== 'number' || !(span.secs >= 0) || !Number.isFinite(span.secs)) return undefined
  return Math.round(span.secs * 1000 + (typeof span.nanos === 'number' ? span.nanos / 1e6 : 0))
}

/** JSON, or `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
