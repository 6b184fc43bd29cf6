import { createHash } from 'node:crypto'
import { spreadTokens } from './spend.ts'
import type { Beat, Call, Spend } from './story.ts'
import type { BeatTime } from './timing.ts'
import { patch, type WorkingTree } from './working-tree.ts'

/** Where and on which branch a session of the story is told. */
export interface Place {
  sessionId: string
  cwd: string
  branch: string
  /** Unix milliseconds of the story's midnight. */
  midnightMs: number
  tree: WorkingTree
}

type Line = Record<string, unknown>
type Reply = Extract<Beat, { kind: 'reply' }>

/** Writes what happened the way Codex 0.146 does: every call an item, its result another, a running token count after each response. */
export function recordCodex(place: Place, times: readonly BeatTime[], spend: Spend, title: string): string[] {
  const { sessionId, cwd, branch, midnightMs } = place
  const lines: string[] = []
  const add = (type: string, payload: Line, atMs: number): void => {
    lines.push(JSON.stringify({ timestamp: new Date(midnightMs + atMs).toISOString(), type, payload }))
  }
  const startMs = times[0]?.atMs ?? 0
  const meta = { id: sessionId, timestamp: new Date(midnightMs + startMs).toISOString(), cwd }
  add(
    'session_meta',
    { ...meta, originator: 'codex_cli_rs', cli_version: '0.146.0', source: 'cli', git: { branch } },
    startMs,
  )
  const tokens = spreadTokens(
    times.map(({ beat }) => beat),
    spend,
  )
  const total = {
    input_tokens: 0,
    cached_input_tokens: 0,
    output_tokens: 0,
    reasoning_output_tokens: 0,
    total_tokens: 0,
  }
  let turn = 0
  let response = 0
  for (const { beat, atMs } of times) {
    if (beat.kind === 'prompt') {
      turn += 1
      add('turn_context', { turn_id: hexId(sessionId, 'turn', turn), cwd, model: spend.model }, atMs)
      add('response_item', message('user', 'input_text', beat.text), atMs)
    }
    if (beat.kind !== 'reply') continue
    const endMs = addReply(place, beat, atMs, response, add)
    if (response === 0) add('event_msg', { type: 'thread_name_updated', thread_name: title }, atMs)
    const { inputTokens, cacheReadTokens, outputTokens } = tokens[response++]!
    const last = {
      input_tokens: inputTokens + cacheReadTokens,
      cached_input_tokens: cacheReadTokens,
      output_tokens: outputTokens,
      reasoning_output_tokens: 0,
      total_tokens: inputTokens + cacheReadTokens + outputTokens,
    }
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += last[name]
    add('event_msg', { type: 'token_count', info: { total_token_usage: { ...total }, last_token_usage: last } }, endMs)
  }
  return lines
}

/** @returns when its last result came */
function addReply(
  place: Place,
  beat: Reply,
  atMs: number,
  response: number,
  add: (type: string, payload: Line, atMs: number) => void,
): number {
  if (beat.say !== undefined) add('response_item', message('assistant', 'output_text', beat.say), atMs)
  let endMs = atMs
  beat.calls.forEach((call, index) => {
    const id = `call_${hexId(place.sessionId, 'call', response * 100 + index)
      .replaceAll('-', '')
      .slice(0, 24)}`
    const { asked, output } = play(call, place)
    const said = asked.type === 'function_call' ? 'function_call_output' : 'custom_tool_call_output'
    add('response_item', { ...asked, call_id: id }, atMs)
    endMs = Math.max(endMs, atMs + call.ms)
    add('response_item', { type: said, call_id: id, output }, atMs + call.ms)
  })
  return endMs
}

function message(role: string, kind: string, text: string): Line {
  return { type: 'message', role, content: [{ type: kind, text }] }
}

function play(call: Call, { tree, cwd }: Place): { asked: Line; output: string } {
  const seconds = (call.ms / 1000).toFixed(4)
  if (call.tool === 'Edit') {
    const before = tree.get(call.path)
    tree.replace(call.path, call.before, call.after)
    const hunks = patch(before, tree.get(call.path)).flatMap(({ lines }) => ['@@', ...lines])
    const input = ['*** Begin Patch', `*** Update File: ${call.path}`, ...hunks, '*** End Patch'].join('\n')
    const output = `Exit code: 0\nWall time: ${seconds} seconds\nOutput:\nSuccess. Updated the following files:\nM ${call.path}\n`
    return { asked: { type: 'custom_tool_call', status: 'completed', name: 'apply_patch', input }, output }
  }
  const [cmd, exit, text] =
    call.tool === 'Bash'
      ? [call.command, call.exit, call.output]
      : call.tool === 'Read'
        ? [`sed -n '1,200p' ${call.path}`, 0, tree.get(call.path)]
        : call.tool === 'Grep'
          ? [`rg -n '${call.pattern}' ${call.path}`, 0, tree.search(call.pattern, call.path).join('\n')]
          : unplayable(call)
  const output = `Wall time: ${seconds} seconds\nProcess exited with code ${exit}\nOutput:\n${text}\n`
  return {
    asked: { type: 'function_call', name: 'exec_command', arguments: JSON.stringify({ cmd, workdir: cwd }) },
    output,
  }
}

function unplayable(call: Call): never {
  throw new Error(`the demo’s Codex has no ${call.tool}`)
}

function hexId(sessionId: string, what: string, serial: number): string {
  const hex = createHash('sha256').update(`${sessionId} ${what} ${serial}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
