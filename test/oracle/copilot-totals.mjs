#!/usr/bin/env node
// An independent count of Copilot CLI's sessions, to check the product against. It shares no code with `src/` and was written
// from a description of the format: it reads whole files, keeps everything in memory and prefers the plainest way to say a
// rule. Where product and oracle differ, at least one of them is wrong.
//
//   node test/oracle/copilot-totals.mjs SESSION_STATE_FOLDER
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'

/** Reads every session below `folder` (`~/.copilot/session-state`) and adds it all up. */
export function countSessions(folder) {
  const ledger = readLedger(join(dirname(folder), 'session-store.db'))
  const files = sessionFiles(folder).map((file) => ({ ...readEvents(file), ledger: ledger.get(file.session) ?? [] }))
  const total = emptyCounts()
  const models = {}
  const sessions = {}
  for (const file of files) {
    const counts = countFile(file)
    sessions[file.session] = counts
    for (const name of Object.keys(total)) total[name] += counts[name]
    for (const { model, ...tokens } of responsesOf(file)) {
      const sum = (models[model] ??= emptyCounts())
      sum.responses++
      for (const name of TOKENS) sum[name] += tokens[name]
    }
  }
  return {
    files: files.length,
    records: files.reduce((sum, file) => sum + file.events.length, 0),
    badLines: files.reduce((sum, file) => sum + file.badLines, 0),
    total,
    models,
    sessions,
  }
}

function sessionFiles(folder) {
  const found = []
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.jsonl')) found.push({ session: name.slice(0, -6), path: join(folder, name) })
    const events = join(folder, name, 'events.jsonl')
    if (existsSync(events)) found.push({ session: name, path: events })
  }
  return found
}

function readEvents({ session, path }) {
  const file = { session, events: [], badLines: 0 }
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line.trim() === '') continue
    try {
      file.events.push(JSON.parse(line))
    } catch {
      file.badLines++
    }
  }
  return file
}

function countFile({ events, ledger }) {
  const counts = emptyCounts()
  const of = (type) => events.filter((event) => event.type === type)
  counts.userMessages = of('user.message').filter(isPrompt).length
  counts.assistantMessages = of('assistant.message').filter(
    (event) => event.agentId === undefined && (event.data.content ?? '').trim() !== '',
  ).length

  // A call is asked for in a message, or just begins. Whatever has an id of its own is one call.
  const calls = new Map()
  for (const event of events) {
    for (const request of event.type === 'assistant.message' ? (event.data.toolRequests ?? []) : [])
      calls.set(request.toolCallId, request.arguments)
    if (event.type === 'tool.execution_start' && !calls.has(event.data.toolCallId))
      calls.set(event.data.toolCallId, event.data.arguments)
  }
  const results = new Map(of('tool.execution_complete').map((event) => [event.data.toolCallId, event.data]))
  for (const [id, input] of calls) {
    counts.calls++
    const result = results.get(id)
    if (result === undefined) counts.unansweredCalls++
    else if (hasFailed(result)) counts.failedCalls++
    else if (/\bgit\b.*\bcommit\b/s.test(input?.command ?? '')) counts.commits += commitsIn(result.result.content)
  }
  for (const response of responsesOf({ events, ledger })) {
    counts.responses++
    for (const name of TOKENS) counts[name] += response[name]
  }
  return counts
}

/** What a person typed: not a skill's text, not another agent's order, not the autopilot going on by itself. */
function isPrompt({ agentId, data }) {
  const typed = data.source === undefined || data.source === 'user'
  return agentId === undefined && typed && data.isAutopilotContinuation !== true && data.content.trim() !== ''
}

/** The tool failed, or the command that it ran. */
function hasFailed(data) {
  const printed = /<(?:exited|shellId: \S+ completed) with exit code (-?\d+)>/.exec(data.result?.content ?? '')
  const code = data.shellExecution?.exitCode ?? (printed ? Number(printed[1]) : 0)
  return data.success === false || code !== 0
}

function commitsIn(output) {
  const reported = [...output.matchAll(/^\[\S+ [0-9a-f]{7,40}\]/gm)].length
  return reported || Math.min(1, [...output.matchAll(/^[0-9a-f]{40}$/gm)].length)
}

const TOKENS = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'cacheWrite1hTokens']

/**
 * One for each usage record. A session without any has only the sums of its shutdowns: those of a whole session where they
 * count as many requests as messages stand before them, else those of the time since the shutdown before.
 */
function responsesOf({ events, ledger }) {
  return [...toldInEvents(events), ...toldInLedger(events, ledger)]
}

/**
 * Requests of runs that no event tells of: those noted from a start or resume on, up to the next, with neither a shutdown nor
 * a usage record in between.
 */
function toldInLedger(events, ledger) {
  const marks = events.filter(({ type }) => /^session\.(start|resume|shutdown|usage_record)$/.test(type))
  return ledger
    .filter(({ created_at: at }) => {
      const before = marks.filter(({ type, timestamp }) => /start|resume/.test(type) && timestamp <= at).at(-1)
      const behind = marks.slice(marks.indexOf(before) + 1)
      const next = behind.find(({ type }) => /start|resume|shutdown|usage_record/.test(type))
      return next === undefined || /start|resume/.test(next.type)
    })
    .map((row) => ({
      model: row.model,
      ...tokensOf({
        inputTokens: row.input_tokens,
        outputTokens: row.output_tokens,
        cacheReadTokens: row.cache_read_tokens,
        cacheWriteTokens: row.cache_write_tokens,
      }),
    }))
}

function readLedger(path) {
  if (!existsSync(path)) return new Map()
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return Map.groupBy(
      database.prepare('SELECT * FROM assistant_usage_events ORDER BY id').all(),
      (row) => row.session_id,
    )
  } catch {
    return new Map()
  } finally {
    database.close()
  }
}

function toldInEvents(events) {
  const records = events.filter((event) => event.type === 'session.usage_record')
  if (records.length > 0) {
    const byCall = new Map(records.map(({ id, data }) => [data.usage.apiCallId ?? id, data.usage]))
    return [...byCall.values()].map((usage) => ({ model: usage.model ?? 'unknown', ...tokensOf(usage) }))
  }
  const responses = []
  let counted = {}
  let messages = 0
  for (const { type, data } of events) {
    if (type === 'assistant.message') messages++
    if (type !== 'session.shutdown') continue
    const metrics = Object.entries(data.modelMetrics ?? {}).filter(([, metric]) => metric.usage !== undefined)
    const requests = metrics.reduce((sum, [, metric]) => sum + (metric.requests?.count ?? 0), 0)
    const whole = requests >= messages
    for (const [model, { usage }] of metrics) {
      const now = tokensOf(usage)
      const before = (whole ? counted[model] : undefined) ?? tokensOf({})
      const tokens = Object.fromEntries(TOKENS.map((name) => [name, now[name] - before[name]]))
      if (TOKENS.some((name) => tokens[name] > 0)) responses.push({ model, ...tokens })
      counted = { ...counted, [model]: now }
    }
  }
  return responses
}

function tokensOf(usage) {
  const read = usage.cacheReadTokens ?? 0
  const written = usage.cacheWriteTokens ?? 0
  return {
    inputTokens: Math.max(0, (usage.inputTokens ?? 0) - read - written),
    outputTokens: usage.outputTokens ?? 0,
    cacheReadTokens: read,
    cacheWriteTokens: written,
    cacheWrite1hTokens: 0,
  }
}

function emptyCounts() {
  return {
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2]
  if (folder === undefined) {
    process.stderr.write('usage: node test/oracle/copilot-totals.mjs SESSION_STATE_FOLDER\n')
    process.exit(2)
  }
  process.stdout.write(`${JSON.stringify(countSessions(folder), null, 2)}\n`)
}
