#!/usr/bin/env node
// An independent count of Claude Code transcripts, to check the product against. It shares no code with `src/` and was
// written from a description of the format, not from the product: it reads whole files, keeps everything in memory and
// prefers the plainest way to say a rule. Where product and oracle differ, at least one of them is wrong.
//
//   node test/oracle/claude-totals.mjs PROJECTS_FOLDER [--sessions]
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Reads every transcript below `projects` (the folder that holds one folder per project) and adds it all up. */
export function countTree(projects) {
  const files = transcriptFiles(projects).map((path) => readTranscript(projects, path))
  const seen = { records: new Set(), messages: new Set() }
  const responses = responsesOf(files)
  const total = emptyCounts()
  const sessions = {}
  for (const file of files) {
    for (const record of file.records) {
      const session = (sessions[sessionOf(file, record)] ??= emptyCounts())
      const first = !seen.records.has(record.identity)
      seen.records.add(record.identity)
      const message = messageKind(record)
      const said = message !== undefined && !seen.messages.has(record.identity)
      if (said) seen.messages.add(record.identity)
      for (const counts of [total, session]) {
        counts.records++
        if (first) counts.distinctRecords++
        if (said) counts[message]++
      }
    }
  }
  const calls = callsOf(files)
  for (const call of calls) {
    for (const counts of [total, sessions[call.session]]) {
      counts.calls++
      if (call.failed === true) counts.failedCalls++
      if (call.failed === undefined) counts.unansweredCalls++
      counts.commits += call.commits.length
    }
  }
  const models = {}
  for (const response of responses) {
    const session = (sessions[response.session] ??= emptyCounts())
    for (const counts of [total, session, (models[response.model] ??= emptyCounts())]) addResponse(counts, response)
  }
  return {
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    badLines: files.reduce((sum, file) => sum + file.badLines, 0),
    total,
    models,
    sessions,
    /** Sessions that hold a record which another file holds too: who owns it is not for this program to say. */
    entangled: entangledSessions(files),
    responses,
  }
}

// ---- files ---------------------------------------------------------------------------------------------------------

/** `<project>/<session>.jsonl`, `<project>/agent-<id>.jsonl` and `<project>/<session>/subagents/**`/agent-<id>.jsonl`. */
function transcriptFiles(projects) {
  const found = []
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) visit(path)
      else if (entry.isFile() && isTranscript(relative(projects, path).split(sep))) found.push(path)
    }
  }
  if (lstatSync(projects).isDirectory()) visit(projects)
  return found.sort()
}

function isTranscript(parts) {
  const name = parts.at(-1)
  if (!name.endsWith('.jsonl')) return false
  if (parts.length === 2) return true
  return parts.length >= 4 && parts[2] === 'subagents' && name.startsWith('agent-')
}

function readTranscript(projects, path) {
  const parts = relative(projects, path).split(sep)
  const bytes = readFileSync(path)
  const subagent = basename(path).startsWith('agent-')
  const file = {
    path,
    bytes: bytes.length,
    subagent,
    session: parts.length > 2 ? parts[1] : basename(path, '.jsonl'),
    /** A subagent's file beside the sessions says in its records whose it is. */
    sessionInside: subagent && parts.length === 2,
    badLines: 0,
    records: [],
  }
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const value = parse(line)
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) file.records.push(makeRecord(file, value, index))
    else file.badLines++
  }
  return file
}

function parse(line) {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/**
 * A record is the same record wherever its uuid stands: a fork copies lines under the same uuids, 2.1 with their old times,
 * 1.0 with the time of forking. Those without a uuid are only ever themselves.
 */
function makeRecord(file, value, index) {
  const named = typeof value.uuid === 'string' && value.uuid !== ''
  return { file, value, index, identity: named ? value.uuid : `${file.path}:${index}` }
}

function sessionOf(file, record) {
  if (!file.sessionInside) return file.session
  const inside = file.records.find(({ value }) => typeof value.sessionId === 'string')
  return inside?.value.sessionId ?? record.value.sessionId ?? file.session
}

function entangledSessions(files) {
  const holders = new Map()
  const responses = new Map()
  const note = (map, key, session) => map.set(key, (map.get(key) ?? new Set()).add(session))
  for (const file of files) {
    for (const record of file.records) {
      const session = sessionOf(file, record)
      note(holders, record.identity, session)
      const id = record.value.message?.id
      if (typeof id === 'string') note(responses, id, session)
    }
  }
  const tangled = new Set()
  for (const set of [...holders.values(), ...responses.values()]) if (set.size > 1) for (const id of set) tangled.add(id)
  return [...tangled].sort()
}

// ---- messages ------------------------------------------------------------------------------------------------------

/** Texts in the user's role that no person typed begin like this. */
const NOT_TYPED = [
  /^<(command-name|command-message|command-args|local-command-stdout|local-command-stderr|local-command-caveat)\b/,
  /^<(task-notification|bash-input|bash-stdout|bash-stderr|system-reminder|user-memory-input)\b/,
  /^<[a-z-]+-hook>/,
  /^\[Request interrupted by user/,
  /^Caveat: The messages below were generated by the user while running local commands/,
]

/** Whose message a record is, if it is one: each counts once, however many lines and files repeat it. */
function messageKind({ file, value }) {
  if (file.subagent || value.isSidechain === true) return undefined
  if (value.type === 'user' && isPrompt(value)) return 'userMessages'
  const speaks = value.type === 'assistant' && value.isMeta !== true && !isMadeUp(value) && texts(value.message?.content).some((text) => text.trim() !== '')
  return speaks ? 'assistantMessages' : undefined
}

/** Lines that Claude Code writes in the model's place: errors, and `No response requested.` after a resume. */
function isMadeUp(value) {
  return value.message?.model === '<synthetic>' || value.isApiErrorMessage === true
}

function isPrompt(value) {
  if (value.isMeta === true || value.isCompactSummary === true || value.isVisibleInTranscriptOnly === true) return false
  const content = value.message?.content
  if (blocks(content).some((block) => block?.type === 'tool_result')) return false
  const said = texts(content)
  const first = said.find((text) => text.trim() !== '')?.trimStart()
  if (first === undefined) return blocks(content).some((block) => block?.type === 'image' || block?.type === 'document')
  return !NOT_TYPED.some((pattern) => pattern.test(first))
}

function blocks(content) {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return Array.isArray(content) ? content : []
}

function texts(content) {
  return blocks(content)
    .map((block) => (typeof block === 'string' ? block : block?.type === 'text' ? block.text : undefined))
    .filter((text) => typeof text === 'string')
}

// ---- tool calls ----------------------------------------------------------------------------------------------------

/** Every tool_use of every record once, with the result that names it in the same file. */
function callsOf(files) {
  const calls = []
  const seen = new Set()
  for (const file of files) {
    const results = new Map()
    for (const { value } of file.records) {
      if (value.type !== 'user') continue
      for (const block of blocks(value.message?.content)) {
        if (block?.type === 'tool_result' && typeof block.tool_use_id === 'string') results.set(block.tool_use_id, block)
      }
    }
    for (const record of file.records) {
      if (record.value.type !== 'assistant') continue
      for (const [place, block] of blocks(record.value.message?.content).entries()) {
        if (block?.type !== 'tool_use' || seen.has(`${record.identity} ${place}`)) continue
        seen.add(`${record.identity} ${place}`)
        const result = results.get(block.id)
        calls.push({
          id: block.id,
          session: sessionOf(file, record),
          tool: block.name,
          failed: result === undefined ? undefined : result.is_error === true,
          commits: result === undefined || block.name !== 'Bash' ? [] : commitsIn(block.input?.command, resultText(result)),
        })
      }
    }
  }
  return calls
}

function resultText(block) {
  return typeof block.content === 'string' ? block.content : texts(block.content).join('\n')
}

/**
 * Printed by a command that commits: `[main 1a2b3c4] subject`, `[main (root-commit) 1a2b3c4] subject`; where there is no such
 * line, a full hash on a line of its own, as `git rev-parse HEAD` prints it.
 */
function commitsIn(command, output) {
  if (typeof command !== 'string' || !/\bgit\b[^|;&\n]*\bcommit\b/.test(command)) return []
  const reported = [...output.matchAll(/^\[[^\]\n]*?\s([0-9a-f]{7,40})\] .+$/gm)]
  const bare = [...output.matchAll(/^([0-9a-f]{40})$/gm)]
  return [...new Set((reported.length > 0 ? reported : bare).map((match) => match[1]))]
}

// ---- responses -----------------------------------------------------------------------------------------------------

/**
 * One response for each message id and request id, wherever they stand. A line without request id belongs to any request
 * of its message id. The line with the most output tokens gives all the numbers.
 */
function responsesOf(files) {
  const byMessage = new Map()
  for (const file of files) {
    for (const record of file.records) {
      const { value } = record
      const usage = value.message?.usage
      if (value.type !== 'assistant' || usage === null || typeof usage !== 'object') continue
      if (isMadeUp(value)) continue
      const messageId = value.message.id || value.requestId || record.identity
      const lines = byMessage.get(messageId) ?? []
      lines.push({ requestId: value.requestId || undefined, session: sessionOf(file, record), sidechain: file.subagent || value.isSidechain === true, ...tokensOf(value.message) })
      byMessage.set(messageId, lines)
    }
  }
  const responses = []
  for (const [messageId, lines] of byMessage) {
    const requests = [...new Set(lines.map((line) => line.requestId).filter((id) => id !== undefined))]
    const groups = requests.length === 0 ? [undefined] : requests
    for (const [index, requestId] of groups.entries()) {
      const group = lines.filter((line) => line.requestId === requestId || (index === 0 && line.requestId === undefined))
      const best = group.reduce((a, b) => (b.outputTokens > a.outputTokens || (b.outputTokens === a.outputTokens && b.inputTokens > a.inputTokens) ? b : a))
      responses.push({ ...best, messageId, requestId, lines: group.length })
    }
  }
  return responses
}

function tokensOf(message) {
  const usage = message.usage
  const written = usage.cache_creation
  const hour = whole(written?.ephemeral_1h_input_tokens)
  const cacheWriteTokens =
    usage.cache_creation_input_tokens === undefined || usage.cache_creation_input_tokens === null
      ? whole(written?.ephemeral_5m_input_tokens) + hour
      : whole(usage.cache_creation_input_tokens)
  return {
    model: message.model || 'unknown',
    inputTokens: whole(usage.input_tokens),
    outputTokens: whole(usage.output_tokens),
    cacheReadTokens: whole(usage.cache_read_input_tokens),
    cacheWriteTokens,
    cacheWrite1hTokens: Math.min(hour, cacheWriteTokens),
  }
}

function whole(value) {
  return Number.isSafeInteger(value) && value >= 0 ? value : 0
}

// ---- sums ----------------------------------------------------------------------------------------------------------

const TOKENS = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'cacheWrite1hTokens']

function emptyCounts() {
  return {
    records: 0,
    distinctRecords: 0,
    userMessages: 0,
    assistantMessages: 0,
    calls: 0,
    failedCalls: 0,
    unansweredCalls: 0,
    commits: 0,
    responses: 0,
    ...Object.fromEntries(TOKENS.map((name) => [name, 0])),
  }
}

function addResponse(counts, response) {
  counts.responses++
  for (const name of TOKENS) counts[name] += response[name]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, flag] = process.argv.slice(2)
  if (folder === undefined) {
    process.stderr.write('usage: node test/oracle/claude-totals.mjs PROJECTS_FOLDER [--sessions]\n')
    process.exit(2)
  }
  const { sessions, responses, ...counts } = countTree(folder)
  process.stdout.write(`${JSON.stringify(flag === '--sessions' ? { ...counts, sessions } : counts, null, 2)}\n`)
}
