import { createHash } from 'node:crypto'
import { play } from './calls.ts'
import { spreadTokens, type ResponseTokens } from './spend.ts'
import type { Beat, Call, Spend, Subagent } from './story.ts'
import { BLOCK_MS, beatMs, timeBeats, type BeatTime } from './timing.ts'
import type { WorkingTree } from './working-tree.ts'

/** A transcript file of the story, and the subagents' files that belong to it. */
export interface Recording {
  lines: string[]
  subagents: { id: string; description: string; toolUseId: string; lines: string[]; lastAtMs: number }[]
  lastAtMs: number
}

export interface RecordingPlace {
  sessionId: string
  cwd: string
  /** Unix milliseconds of the story's midnight. */
  midnightMs: number
  tree: WorkingTree
}

const DAY_MS = 86_400_000
const TOLD_AT_MS = Date.UTC(2026, 10, 20)

type Line = Record<string, unknown>

/** Writes what happened the way Claude Code 2.1 does: one line per content block, results as user lines. */
export function record(place: RecordingPlace, times: readonly BeatTime[], spend: Spend, title?: string): Recording {
  return new Recorder(place, spend, times).run(title)
}

class Recorder {
  readonly #place: RecordingPlace
  readonly #model: string
  readonly #times: readonly BeatTime[]
  readonly #tokens: ResponseTokens[]
  readonly #agentId: string | undefined
  readonly #recording: Recording = { lines: [], subagents: [], lastAtMs: 0 }
  #parent: string | null = null
  #promptId = ''
  #serial = 0
  #tasks = 0
  #turnAtMs = 0

  constructor(place: RecordingPlace, spend: Spend, times: readonly BeatTime[], agentId?: string) {
    this.#place = place
    this.#model = spend.model
    this.#times = times
    this.#agentId = agentId
    this.#tokens = spreadTokens(
      times.map(({ beat }) => beat),
      spend,
    )
  }

  run(title?: string): Recording {
    let response = 0
    this.#times.forEach(({ beat, atMs }, index) => {
      if (beat.kind === 'prompt') this.#prompt(beat, atMs)
      else if (beat.kind === 'compaction') this.#compaction(beat, atMs)
      else if (beat.kind === 'limit') this.#limit(beat.text, atMs)
      else {
        this.#reply(beat, atMs, this.#tokens[response++]!)
        const last = beat.calls.length === 0 && this.#times[index + 1]?.beat.kind !== 'limit'
        if (last && this.#agentId === undefined) this.#turnEnd(atMs + beatMs(beat))
      }
      if (index === 1 && title !== undefined) this.#state({ type: 'ai-title', aiTitle: title })
    })
    return this.#recording
  }

  #prompt(beat: Extract<Beat, { kind: 'prompt' }>, atMs: number): void {
    this.#promptId = this.#uuid('prompt')
    this.#turnAtMs = atMs
    const extra =
      this.#agentId === undefined ? { promptSource: 'typed', permissionMode: beat.planMode ? 'plan' : 'default' } : {}
    const line = { promptId: this.#promptId, type: 'user', message: { role: 'user', content: beat.text }, ...extra }
    const uuid = this.#add(line, atMs)
    if (this.#agentId !== undefined) return
    const snapshot = { messageId: uuid, trackedFileBackups: {}, timestamp: this.#iso(atMs) }
    this.#state({ type: 'file-history-snapshot', messageId: uuid, snapshot, isSnapshotUpdate: false })
  }

  #reply(beat: Extract<Beat, { kind: 'reply' }>, atMs: number, tokens: ResponseTokens): void {
    const message = { id: `msg_01${this.#hex('message', 22)}`, type: 'message', role: 'assistant', model: this.#model }
    const requestId = `req_011${this.#hex('request', 21)}`
    const stop = beat.calls.length > 0 ? 'tool_use' : 'end_turn'
    let at = atMs
    const block = (content: Line): string => {
      const whole = { ...message, content: [content], stop_reason: stop, stop_sequence: null, usage: usage(tokens) }
      const uuid = this.#add({ message: whole, requestId, type: 'assistant' }, at)
      at += BLOCK_MS
      return uuid
    }
    if (beat.think !== undefined)
      block({ type: 'thinking', thinking: beat.think, signature: this.#hex('signature', 64) })
    if (beat.say !== undefined) block({ type: 'text', text: beat.say })
    const results: { atMs: number; write: () => void }[] = []
    for (const call of beat.calls) results.push(this.#call(call, at, block))
    for (const result of results.toSorted((a, b) => a.atMs - b.atMs)) result.write()
  }

  /** Writes the call; its result is written once those that came back before it are. */
  #call(call: Call, atMs: number, block: (content: Line) => string): { atMs: number; write: () => void } {
    const id = `toolu_01${this.#hex('tool', 22)}`
    const endMs = atMs + call.ms
    const played =
      call.tool === 'Agent' ? this.#delegate(call, id, atMs) : play(call, this.#place.tree, this.#place.cwd)
    const uuid = block({ type: 'tool_use', id, name: call.tool, input: played.input })
    if (call.tool === 'TaskCreate') {
      this.#tasks += 1
      played.content = played.content.replace('?', String(this.#tasks))
      played.result = { task: { id: String(this.#tasks), subject: call.subject } }
    }
    const result = { tool_use_id: id, type: 'tool_result', content: played.content, is_error: played.failed }
    const beside = this.#agentId === undefined ? { toolUseResult: played.result } : {}
    const line = { promptId: this.#promptId, type: 'user', message: { role: 'user', content: [result] }, ...beside }
    return { atMs: endMs, write: () => this.#add({ ...line, sourceToolAssistantUUID: uuid }, endMs, uuid) }
  }

  /** A subagent's conversation goes into a file of its own; its parent sees the last words. */
  #delegate(call: Extract<Call, { tool: 'Agent' }>, toolUseId: string, atMs: number) {
    const { agent } = call
    const beats: Beat[] = [{ kind: 'prompt', text: call.asks }, ...agent.beats]
    const times = timeBeats(beats, atMs + 400, atMs + call.ms - 300)
    const child = new Recorder(this.#place, agent.spend, times, agent.id).run()
    this.#recording.subagents.push({ ...child, id: agent.id, description: call.says, toolUseId })
    const input = { description: call.says, prompt: call.asks, subagent_type: 'general-purpose', model: 'opus' }
    const content = lastWords(agent)
    const totalToolUseCount = agent.beats.reduce(
      (sum, beat) => sum + (beat.kind === 'reply' ? beat.calls.length : 0),
      0,
    )
    const result = {
      status: 'completed',
      prompt: call.asks,
      agentId: agent.id,
      agentType: 'general-purpose',
      content: [{ type: 'text', text: content }],
      totalDurationMs: call.ms,
      totalToolUseCount,
    }
    return { input, content, failed: false, result: result as unknown }
  }

  #compaction(beat: Extract<Beat, { kind: 'compaction' }>, atMs: number): void {
    const before = this.#parent
    this.#parent = null
    const compactMetadata = { trigger: 'auto', preTokens: beat.tokensBefore, postTokens: beat.tokensAfter }
    const boundary = { type: 'system', subtype: 'compact_boundary', content: 'Conversation compacted', isMeta: false }
    this.#add({ logicalParentUuid: before, ...boundary, level: 'info', compactMetadata }, atMs)
    const content =
      'This session is being continued from a previous conversation that ran out of context. ' +
      `The summary below covers the earlier portion of the conversation.\n\nSummary:\n${beat.summary}`
    const message = { role: 'user', content }
    this.#add({ type: 'user', message, isVisibleInTranscriptOnly: true, isCompactSummary: true }, atMs)
  }

  #limit(text: string, atMs: number): void {
    const none: ResponseTokens = {
      inputTokens: 0,
      outputTokens: 0,
      cacheReadTokens: 0,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
    }
    const message = {
      id: this.#uuid('limit'),
      type: 'message',
      role: 'assistant',
      model: '<synthetic>',
      content: [{ type: 'text', text }],
      stop_reason: 'stop_sequence',
      stop_sequence: '',
      usage: usage(none),
    }
    this.#add({ message, type: 'assistant', error: 'rate_limit', isApiErrorMessage: true }, atMs)
  }

  #turnEnd(atMs: number): void {
    const durationMs = atMs - this.#turnAtMs
    this.#add({ type: 'system', subtype: 'turn_duration', durationMs, isMeta: false }, atMs)
  }

  #add(line: Line, atMs: number, parent = this.#parent): string {
    const uuid = this.#uuid('line')
    const { cwd, sessionId } = this.#place
    const side = this.#agentId === undefined ? { isSidechain: false } : { isSidechain: true, agentId: this.#agentId }
    const common = { userType: 'external', entrypoint: 'cli', cwd, sessionId, version: '2.1.197', gitBranch: 'main' }
    const timestamp = this.#iso(atMs)
    const told = JSON.parse(this.#shiftDates(JSON.stringify(line))) as Line
    this.#recording.lines.push(JSON.stringify({ parentUuid: parent, ...side, ...told, uuid, timestamp, ...common }))
    this.#recording.lastAtMs = Math.max(this.#recording.lastAtMs, this.#place.midnightMs + atMs)
    this.#parent = uuid
    return uuid
  }

  /** The story is told of 20 November 2026; dates in its texts move with it, by whole days. */
  #shiftDates(text: string): string {
    const days = Math.round((this.#place.midnightMs - TOLD_AT_MS) / DAY_MS)
    return text.replace(/(?<!\d)2026-1[12]-\d\d(?!\d)/g, (date) =>
      new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10),
    )
  }

  /** A line about the session that is no part of the conversation. */
  #state(line: Line): void {
    this.#recording.lines.push(JSON.stringify({ ...line, sessionId: this.#place.sessionId }))
  }

  #iso(atMs: number): string {
    return new Date(this.#place.midnightMs + atMs).toISOString()
  }

  #hex(what: string, length: number): string {
    this.#serial += 1
    const name = `${this.#place.sessionId} ${this.#agentId ?? 'main'} ${what} ${this.#serial}`
    return createHash('sha256').update(name).digest('hex').slice(0, length)
  }

  #uuid(what: string): string {
    const hex = this.#hex(what, 32)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
  }
}

function usage(tokens: ResponseTokens): Line {
  return {
    input_tokens: tokens.inputTokens,
    cache_creation_input_tokens: tokens.cacheWrite5mTokens + tokens.cacheWrite1hTokens,
    cache_read_input_tokens: tokens.cacheReadTokens,
    output_tokens: tokens.outputTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: tokens.cacheWrite5mTokens,
      ephemeral_1h_input_tokens: tokens.cacheWrite1hTokens,
    },
    service_tier: 'standard',
  }
}

function lastWords(agent: Subagent): string {
  const last = agent.beats.at(-1)
  return last?.kind === 'reply' ? (last.say ?? '') : ''
}
