#!/usr/bin/env node
// An independent count of Codex rollouts, to check the product against. It shares no code with `src/` and was written from a
// description of the format, not from the product: it reads whole files, keeps everything in memory and prefers the
// plainest way to say a rule. Where product and oracle differ, at least one of them is wrong.
//
//   node test/oracle/codex-totals.mjs FILE...
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const NOT_TYPED =
  /^\s*(<(environments?_context|user_instructions|turn_aborted|skill|permissions|apps_instructions|collaboration_mode)|# AGENTS\.md instructions)/

/** Counts one rollout by itself, copies of another one's lines included. */
export function countRollout(path) {
  const { lines, badLines } = linesOf(path)
  const items = lines.filter((line) => line.kind === 'response_item').map((line) => line.body)
  const events = lines.filter((line) => line.kind === 'event_msg').map((line) => line.body)
  const users = items.filter((item) => isMessage(item, 'user') && saysSomething(item))
  const calls = items.filter((item) =>
    /^(function_call|custom_tool_call|local_shell_call|web_search_call|tool_search_call|image_generation_call|tool_call)$/.test(
      item.type ?? '',
    ),
  )
  return {
    badLines,
    prompts: users.filter(isPrompt).length,
    answers: items.filter((item) => isMessage(item, 'assistant') && saysSomething(item)).length,
    reasoning: items.filter((item) => item.type === 'reasoning' && (item.encrypted_content || hasSummary(item))).length,
    calls: calls.length,
    exitCodes: exitCodesOf(items, events),
    commits: commitsOf(items),
    ...tokensOf(lines),
  }
}

function linesOf(path) {
  const lines = []
  let badLines = 0
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    if (text.trim() === '') continue
    let line
    try {
      line = JSON.parse(text)
    } catch {
      badLines++
      continue
    }
    if (line.payload) lines.push({ kind: line.type, body: line.payload })
    else if (line.role || ['reasoning', 'function_call', 'function_call_output', 'function_result'].includes(line.type))
      lines.push({ kind: 'response_item', body: line })
  }
  return { lines, badLines }
}

function isMessage(item, role) {
  return (item.type === 'message' || item.type === undefined) && item.role === role
}

function textOf(item) {
  const content = item.content ?? item.message
  if (typeof content === 'string') return content
  const blocks = (content ?? []).filter((block) => block.type !== 'reasoning')
  return blocks.map((block) => block.text ?? '').join('\n\n')
}

function saysSomething(item) {
  const pictures = Array.isArray(item.content) && item.content.some((block) => block.image_url)
  return (pictures || textOf(item).trim() !== '') && !/^\s*<turn_aborted/.test(textOf(item))
}

function isPrompt(item) {
  const kinds = item.internal_chat_message_metadata_passthrough?.content_item_kinds
  return kinds?.some((kind) => kind !== 'unknown')
    ? kinds.some((kind) => kind.startsWith('user.'))
    : !NOT_TYPED.test(textOf(item))
}

function hasSummary(item) {
  return [...(item.summary ?? []), ...(item.content ?? [])].some((block) => block.text)
}

/** How often each exit code ended a call, an event's word before that of the output. */
function exitCodesOf(items, events) {
  const byCall = new Map()
  for (const item of items) {
    if (!/_output$|^tool_result$/.test(item.type ?? '')) continue
    const output = typeof item.output === 'string' ? item.output : JSON.stringify(item.output ?? item.result ?? '')
    const found =
      /^Exit code: (-?\d+)/.exec(output) ??
      /^Process exited with code (-?\d+)/m.exec(output) ??
      /"metadata": ?\{"exit_code": ?(-?\d+)/.exec(output) ??
      /"exitCode":(-?\d+)/.exec(output)
    if (found) byCall.set(item.call_id ?? byCall.size, Number(found[1]))
  }
  for (const event of events) {
    const told = event.type === 'item_completed' ? event.item : event
    if ((told.type === 'exec_command_end' || told.type === 'CommandExecution') && typeof told.exit_code === 'number') {
      const id = told.call_id ?? told.id
      if (items.some((item) => item.call_id === id && item.type?.endsWith('call'))) byCall.set(id, told.exit_code)
    }
  }
  return [...byCall.values()].sort((a, b) => a - b)
}

/** Full hashes that stand alone on a line of the output of a call that commits. */
function commitsOf(items) {
  const committing = new Set()
  for (const item of items) {
    const given = item.arguments ?? item.input ?? ''
    if (item.call_id && /git commit/.test(typeof given === 'string' ? given : JSON.stringify(given)))
      committing.add(item.call_id)
  }
  return items.flatMap((item) =>
    committing.has(item.call_id) && typeof item.output === 'string'
      ? (item.output.match(/^[0-9a-f]{40}$/gm) ?? [])
      : [],
  )
}

/** With records of usage: those, each response once. Without: what each running total adds to the one before. */
function tokensOf(lines) {
  const spent = []
  const records = lines.filter((line) => line.kind === 'token_usage_record').map((line) => line.body)
  const forked = lines.find((line) => line.kind === 'session_meta')?.body.history_base
  if (records.length > 0) {
    const byResponse = new Map(records.map((record) => [record.response_id, record.usage]))
    spent.push(...byResponse.values())
  } else {
    let before
    for (const { kind, body } of lines) {
      if (kind !== 'event_msg' || body.type !== 'token_count' || !body.info) continue
      const { total_token_usage: total, last_token_usage: last } = body.info
      if (before && JSON.stringify(before) === JSON.stringify(total)) continue
      const only = total.input_tokens === undefined && total.output_tokens === undefined
      const began =
        before === undefined || total.input_tokens < before.input_tokens || total.output_tokens < before.output_tokens
      if (only || (began && (forked || before))) spent.push(last ?? total)
      else spent.push(began ? total : minus(total, before))
      before = total
    }
  }
  const sum = (field) => spent.reduce((total, usage) => total + (usage[field] ?? 0), 0)
  return {
    responses: spent.filter((usage) => (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0) > 0).length,
    inputTokens: sum('input_tokens') - sum('cached_input_tokens') - sum('cache_write_input_tokens'),
    cacheReadTokens: sum('cached_input_tokens'),
    cacheWriteTokens: sum('cache_write_input_tokens'),
    outputTokens: sum('output_tokens'),
    reasoningTokens: sum('reasoning_output_tokens'),
  }
}

function minus(a, b) {
  return Object.fromEntries(Object.keys(a).map((field) => [field, a[field] - (b[field] ?? 0)]))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const path of process.argv.slice(2)) console.log(path, countRollout(path))
}
