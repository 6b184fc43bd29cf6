import type { AgentWriter } from './history.ts'

/** A rollout as 0.98 writes it: every message as an event and as an item. */
export const codex: AgentWriter = (home, session, turns) => {
  const lines: string[] = []
  const total = {
    input_tokens: 0,
    cached_input_tokens: 0,
    output_tokens: 0,
    reasoning_output_tokens: 0,
    total_tokens: 0,
  }
  const add = (atMs: number, type: string, payload: object): void => {
    lines.push(JSON.stringify({ timestamp: new Date(atMs).toISOString(), type, payload }))
  }
  const began = turns[0]!.atMs
  const meta = { originator: 'codex_cli_rs', cli_version: '0.98.0', source: 'cli', model_provider: 'openai' }
  add(began, 'session_meta', { id: session, timestamp: new Date(began).toISOString(), cwd: '/home/ada/buoy', ...meta })
  for (const { id, atMs, prompt, steps } of turns) {
    add(atMs, 'event_msg', { type: 'task_started', turn_id: id })
    add(atMs, 'turn_context', { turn_id: id, cwd: '/home/ada/buoy', approval_policy: 'never', model: 'gpt-5.2-codex' })
    add(atMs, 'response_item', message('user', 'input_text', prompt))
    add(atMs, 'event_msg', { type: 'user_message', message: prompt, images: [] })
    for (const { atMs: stepMs, thinking, text, call, tokens } of steps) {
      if (thinking !== undefined) {
        add(stepMs, 'event_msg', { type: 'agent_reasoning', text: thinking })
        add(stepMs, 'response_item', { type: 'reasoning', summary: [{ type: 'summary_text', text: thinking }] })
      }
      if (text !== '') {
        add(stepMs, 'event_msg', { type: 'agent_message', message: text })
        add(stepMs, 'response_item', message('assistant', 'output_text', text))
      }
      if (call) {
        const { command, output, exitCode } = call
        const id = `call_${call.id}`
        const given = JSON.stringify({ command })
        add(stepMs, 'response_item', { type: 'function_call', name: 'shell_command', arguments: given, call_id: id })
        const told = `Exit code: ${exitCode}\nWall time: 0.4 seconds\nOutput:\n${output}`
        add(stepMs + 400, 'response_item', { type: 'function_call_output', call_id: id, output: told })
      }
      const last = {
        input_tokens: tokens.fresh + tokens.cached,
        cached_input_tokens: tokens.cached,
        output_tokens: tokens.output + tokens.reasoning,
        reasoning_output_tokens: tokens.reasoning,
        total_tokens: tokens.fresh + tokens.cached + tokens.output + tokens.reasoning,
      }
      for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += last[name]
      const info = { total_token_usage: { ...total }, last_token_usage: last, model_context_window: 258_400 }
      add(stepMs + 500, 'event_msg', { type: 'token_count', info, rate_limits: null })
    }
  }
  const at = new Date(began).toISOString().slice(0, 19)
  const day = at.slice(0, 10).replaceAll('-', '/')
  home.file(`.codex/sessions/${day}/rollout-${at.replaceAll(':', '-')}-${session}.jsonl`, lines)
}

function message(role: string, type: string, text: string): object {
  return { type: 'message', role, content: [{ type, text }] }
}
