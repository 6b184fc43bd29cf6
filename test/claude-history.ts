import type { Random } from './random.ts'

/** One line of a Claude Code transcript, as a record. */
type Line = Record<string, unknown>

/** What is true of one session of a made history: what a right reader finds. */
export interface SessionTruth {
  externalId: string
  responses: number
  inputTokens: number
  outputTokens: number
  cacheReadTokens: number
  cacheWriteTokens: number
  /** Prompts and answers of the main conversation that are the session's own. */
  messages: number
  calls: number
  failed: number
}

/** A made history: files by path below the projects folder, and the truth about it. */
export interface MadeHistory {
  files: Map<string, string>
  sessions: SessionTruth[]
}

interface Turn {
  lines: Line[]
  truth: Omit<SessionTruth, 'externalId'>
}

const MODEL = 'claude-sonnet-4-5-20250929'
const WORDS = 'tide table cache reader writer age header stale fetch harbour zone limit route retry clock'.split(' ')

/**
 * Makes a history in the shape Claude Code 2.1 writes, with the traps that make counting hard: one line a block with
 * partial outputs, forks and resumes that copy lines with their session id rewritten, the same session under two
 * folders, subagents in their own files, embedded progress, missing request ids, synthetic answers, broken lines.
 */
export function makeClaudeHistory(random: Random, size: { sessions: number; turns: number }): MadeHistory {
  const files = new Map<string, string>()
  const sessions: SessionTruth[] = []
  let clockMs = Date.parse('2026-11-01T08:00:00Z')
  const tick = (): string => new Date((clockMs += random.int(40, 90_000))).toISOString()

  for (let n = 0; n < size.sessions; n++) {
    const parent: { id: string; turns: Turn[] } = { id: random.uuid(), turns: [] }
    const folder = `-code-${random.pick(['tides', 'harbour', 'zones'])}`
    for (let turn = 0; turn < random.int(1, size.turns); turn++) parent.turns.push(makeTurn(random, tick))
    add(folder, parent.id, parent.turns, parent.turns)
    if (random.chance(0.3)) addSubagent(folder, parent.id)
    const forks = random.chance(0.5) ? random.int(1, 2) : 0
    for (let fork = 0; fork < forks; fork++) {
      const copied = parent.turns.slice(0, random.int(1, parent.turns.length))
      const own = Array.from({ length: random.int(1, 3) }, () => makeTurn(random, tick))
      add(folder, random.uuid(), [...copied, ...own], own)
    }
    if (random.chance(0.2)) files.set(`${folder}-moved/${parent.id}.jsonl`, files.get(`${folder}/${parent.id}.jsonl`)!)
  }
  return { files, sessions }

  function add(folder: string, id: string, turns: Turn[], own: Turn[]): void {
    const lines = turns.flatMap((turn) => turn.lines).map((line) => ({ ...line, sessionId: id }))
    let text = lines.map((line) => JSON.stringify(line)).join('\n')
    if (random.chance(0.3)) text += '\n{"type":"assistant","message":{"usage":{"output_tok'
    else if (random.chance(0.8)) text += '\n'
    if (random.chance(0.2))
      text = `${JSON.stringify({ type: 'mode', mode: 'default', sessionId: id })}\n\nnot json\n${text}`
    files.set(`${folder}/${id}.jsonl`, text)
    sessions.push(sum(id, own))
  }

  function addSubagent(folder: string, id: string): void {
    const agentId = random.uuid().slice(0, 8)
    const turn = makeTurn(random, tick)
    const lines = turn.lines
      .filter((line) => line['type'] !== 'progress')
      .map((line) => JSON.stringify({ ...line, sessionId: id, isSidechain: true, agentId }))
    files.set(`${folder}/${id}/subagents/agent-${agentId}.jsonl`, `${lines.join('\n')}\n`)
    const truth = sessions.find((session) => session.externalId === id)!
    addTruth(truth, { ...turn.truth, messages: 0 })
  }
}

function sum(externalId: string, turns: Turn[]): SessionTruth {
  const truth: SessionTruth = {
    externalId,
    responses: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    messages: 0,
    calls: 0,
    failed: 0,
  }
  for (const turn of turns) addTruth(truth, turn.truth)
  return truth
}

function addTruth(into: SessionTruth, more: Turn['truth']): void {
  for (const key of Object.keys(more) as (keyof Turn['truth'])[]) into[key] += more[key]
}

/** A prompt, then answers with calls until one without. */
function makeTurn(random: Random, tick: () => string): Turn {
  const lines: Line[] = []
  const truth: Turn['truth'] = {
    responses: 0,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    messages: 1,
    calls: 0,
    failed: 0,
  }
  let parentUuid: string | null = null
  const line = (type: string, more: Line): Line => {
    const uuid = random.uuid()
    const record = {
      parentUuid,
      isSidechain: false,
      type,
      uuid,
      timestamp: tick(),
      cwd: '/code/tides',
      version: '2.1.197',
      ...more,
    }
    parentUuid = uuid
    lines.push(record)
    return record
  }
  const say = (): string => Array.from({ length: random.int(3, 30) }, () => random.pick(WORDS)).join(' ')

  line('user', { message: { role: 'user', content: say() }, promptSource: 'typed' })
  const answers = random.int(1, 4)
  for (let n = 0; n < answers; n++) {
    const calls = n < answers - 1 ? random.int(1, 3) : 0
    answer(calls)
  }
  if (random.chance(0.1)) {
    line('assistant', {
      message: {
        id: random.uuid(),
        role: 'assistant',
        model: '<synthetic>',
        content: [{ type: 'text', text: 'API Error' }],
        usage: { input_tokens: 0, output_tokens: 0 },
      },
      isApiErrorMessage: true,
    })
  }
  return { lines, truth }

  function answer(calls: number): void {
    const id = `msg_${random.uuid().replaceAll('-', '').slice(0, 24)}`
    const requestId = random.chance(0.85) ? `req_${random.uuid().slice(0, 8)}` : undefined
    const usage = {
      input_tokens: random.int(1, 500),
      cache_creation_input_tokens: random.int(0, 2000),
      cache_read_input_tokens: random.int(0, 100_000),
      output_tokens: random.int(10, 4000),
    }
    const callIds = Array.from({ length: calls }, () => `toolu_${random.uuid().slice(0, 13)}`)
    const blocks: Line[] = [
      ...(random.chance(0.5) ? [{ type: 'thinking', thinking: say(), signature: 'c2ln' }] : []),
      { type: 'text', text: say() },
      ...callIds.map((callId) => ({
        type: 'tool_use',
        id: callId,
        name: 'Bash',
        input: { command: `echo ${random.pick(WORDS)}` },
      })),
    ]
    for (const [place, block] of blocks.entries()) {
      const last = place === blocks.length - 1
      const partial = { ...usage, output_tokens: last ? usage.output_tokens : random.int(1, usage.output_tokens) }
      line('assistant', {
        message: { id, type: 'message', role: 'assistant', model: MODEL, content: [block], usage: partial },
        ...(requestId === undefined ? {} : { requestId }),
      })
    }
    truth.responses++
    truth.inputTokens += usage.input_tokens
    truth.outputTokens += usage.output_tokens
    truth.cacheReadTokens += usage.cache_read_input_tokens
    truth.cacheWriteTokens += usage.cache_creation_input_tokens
    truth.messages++
    for (const callId of callIds) {
      const failed = random.chance(0.2)
      const content = failed ? 'Exit code 1\nboom' : say()
      line('user', {
        message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: callId, content, is_error: failed }] },
        toolUseResult: failed ? `Error: ${content}` : { stdout: content, stderr: '', interrupted: false },
      })
      truth.calls++
      if (failed) truth.failed++
    }
    if (random.chance(0.1)) {
      line('progress', {
        data: {
          type: 'agent_progress',
          message: { type: 'assistant', message: { id: random.uuid(), model: MODEL, usage } },
        },
      })
    }
  }
}
