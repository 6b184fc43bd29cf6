/**
 * Lines of Claude Code transcripts, short to write. Each carries what the real ones carry and the tests need; the values
 * are made up.
 */
export interface LineOptions {
  session?: string
  uuid?: string
  at?: number
  sidechain?: boolean
  agentId?: string
  /** Fields laid over the line, `undefined` to leave one out. */
  with?: Record<string, unknown>
}

const START = Date.parse('2026-11-02T09:00:00Z')

function envelope(type: string, uuid: string, options: LineOptions): Record<string, unknown> {
  return {
    parentUuid: null,
    isSidechain: options.sidechain ?? false,
    userType: 'external',
    cwd: '/home/ada/tidewatch',
    sessionId: options.session ?? 'aaaaaaaa-0000-4000-8000-000000000001',
    version: '2.1.197',
    gitBranch: 'main',
    ...(options.agentId === undefined ? {} : { agentId: options.agentId }),
    type,
    uuid: options.uuid ?? uuid,
    timestamp: new Date(START + (options.at ?? 0) * 1000).toISOString(),
  }
}

function line(value: Record<string, unknown>, options: LineOptions): string {
  return JSON.stringify({ ...value, ...options.with })
}

/** A prompt, or with blocks whatever stands in the user's role. */
export function user(uuid: string, content: unknown, options: LineOptions = {}): string {
  return line({ ...envelope('user', uuid, options), message: { role: 'user', content } }, options)
}

export function result(
  uuid: string,
  callId: string,
  content: unknown,
  options: LineOptions & { failed?: boolean } = {},
): string {
  const block = { type: 'tool_result', tool_use_id: callId, content, ...(options.failed ? { is_error: true } : {}) }
  return user(uuid, [block], options)
}

export interface ResponseOptions extends LineOptions {
  id?: string
  request?: string
  model?: string
  /** `[input, output, cache read, cache write]`, or the object as it stands in the line. */
  tokens?: [number, number, number, number] | Record<string, unknown> | null
}

/** One line of a response: one content block, with the usage of the whole. */
export function assistant(uuid: string, block: unknown, options: ResponseOptions = {}): string {
  const { tokens = [10, 5, 0, 0] } = options
  const usage = Array.isArray(tokens)
    ? {
        input_tokens: tokens[0],
        output_tokens: tokens[1],
        cache_read_input_tokens: tokens[2],
        cache_creation_input_tokens: tokens[3],
      }
    : tokens
  const message = {
    id: options.id ?? `msg_${uuid}`,
    type: 'message',
    role: 'assistant',
    model: options.model ?? 'claude-sonnet-4-5-20250929',
    content: [block],
    stop_reason: null,
    usage,
  }
  const requestId = options.request ?? `req_${options.id ?? uuid}`
  return line({ ...envelope('assistant', uuid, options), message, requestId }, options)
}

export const text = (said: string) => ({ type: 'text', text: said })
export const thinking = (thought: string) => ({ type: 'thinking', thinking: thought, signature: 'c2lnbmF0dXJl' })
export const bash = (id: string, command: string) => ({ type: 'tool_use', id, name: 'Bash', input: { command } })

/** Any other line. */
export function other(
  type: string,
  uuid: string | undefined,
  fields: Record<string, unknown>,
  options: LineOptions = {},
): string {
  const whole = uuid === undefined ? { type } : envelope(type, uuid, options)
  return line({ ...whole, ...fields }, options)
}

/** The line again as a fork writes it: same ids, same time, the new session's id. */
export function forked(original: string, session: string): string {
  return JSON.stringify({ ...(JSON.parse(original) as object), sessionId: session })
}
