/** Token counts as Codex writes them, input with what was cached. */
type Counts = [input: number, cached: number, output: number]

interface Turn {
  prompt: string
  reply: string
  /** Counts of the turn's responses, one after the other. */
  responses: Counts[]
  /** Makes a command call with this exit code. */
  exitCode?: number
}

type Line = { timestamp: string; type: string; payload: Record<string, unknown> }

/** Writes rollouts line by line, in the shape of 2026's versions or, without turn ids, of 2025's. */
export class Rollout {
  readonly lines: Line[] = []
  readonly thread: string
  readonly #turnIds: boolean
  #atMs: number
  #totals: Counts = [0, 0, 0]

  constructor(thread: string, options: { atMs: number; turnIds: boolean; meta?: Record<string, unknown> }) {
    this.thread = thread
    this.#atMs = options.atMs
    this.#turnIds = options.turnIds
    this.add('session_meta', {
      id: thread,
      timestamp: new Date(options.atMs).toISOString(),
      cwd: '/code/orchard',
      ...options.meta,
    })
  }

  add(type: string, payload: Record<string, unknown>, laterMs = 1000): this {
    this.#atMs += laterMs
    this.lines.push({ timestamp: new Date(this.#atMs).toISOString(), type, payload })
    return this
  }

  turn({ prompt, reply, responses, exitCode }: Turn): this {
    const name = `${this.thread.slice(0, 8)}-${prompt.length}-${this.lines.length}`
    const turn = this.#turnIds ? { turn_id: `turn-of-a-copyable-kind-${name}` } : {}
    if (this.#turnIds) this.add('event_msg', { type: 'task_started', ...turn })
    this.add('response_item', { type: 'message', role: 'user', content: [{ type: 'input_text', text: prompt }] })
    this.add('event_msg', { type: 'user_message', message: prompt })
    this.add('turn_context', { cwd: '/code/orchard', model: 'gpt-5.2', ...turn })
    if (exitCode !== undefined) {
      this.add('response_item', {
        type: 'function_call',
        name: 'shell_command',
        arguments: '{"command":"npm test"}',
        call_id: `call_${name}`,
      })
      this.add('response_item', {
        type: 'function_call_output',
        call_id: `call_${name}`,
        output: `Exit code: ${exitCode}\nWall time: 2 seconds\nOutput:\n`,
      })
    }
    for (const counts of responses) this.spend(counts)
    this.add('event_msg', { type: 'agent_message', message: reply })
    return this.add('response_item', {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: reply }],
    })
  }

  /** A response's counts, and the repeat that a refresh of the rate limits writes. */
  spend(counts: Counts): this {
    this.#totals = this.#totals.map((total, i) => total + counts[i]!) as Counts
    for (let i = 0; i < 2; i++)
      this.add('event_msg', {
        type: 'token_count',
        info: { total_token_usage: usage(this.#totals), last_token_usage: usage(counts) },
      })
    return this
  }

  /** Repeats all that another rollout holds, at the time of copying, and goes on from its totals. */
  copy(other: Rollout, lines = other.lines): this {
    for (const { type, payload } of lines) this.add(type, payload, 1)
    this.#totals = [...other.#totals]
    return this
  }

  get text(): string {
    return this.lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  }

  /** Where Codex would put it, below the home folder. */
  get path(): string {
    const at = this.lines[0]!.timestamp.slice(0, 19)
    return `.codex/sessions/${at.slice(0, 10).replaceAll('-', '/')}/rollout-${at.replaceAll(':', '-')}-${this.thread}.jsonl`
  }
}

function usage([input, cached, output]: Counts): Record<string, number> {
  return {
    input_tokens: input,
    cached_input_tokens: cached,
    output_tokens: output,
    reasoning_output_tokens: 0,
    total_tokens: input + output,
  }
}
