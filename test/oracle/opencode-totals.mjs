#!/usr/bin/env node
// An independent count of OpenCode's database, to check the product against. It shares no code with `src/` and was written
// from a description of the format: it loads every row, keeps everything in memory and prefers the plainest way to say a
// rule. Where product and oracle differ, at least one of them is wrong.
//
//   node test/oracle/opencode-totals.mjs DATABASE
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'

/** Reads a database and adds it all up: everything once, whatever forks copied. */
export function countDatabase(path) {
  const database = new DatabaseSync(path, { readOnly: true })
  const sessions = database.prepare('SELECT id, parent_id FROM session ORDER BY time_created').all()
  const messages = database.prepare('SELECT id, session_id, data FROM message ORDER BY time_created, id').all()
  const parts = database.prepare('SELECT message_id, data FROM part ORDER BY id').all()
  database.close()
  const seen = new Set()
  const isNew = (...what) => {
    const key = JSON.stringify(what)
    return seen.has(key) ? false : (seen.add(key), true)
  }
  const bySession = {}
  const models = {}
  for (const { id, parent_id: parent } of sessions) {
    const counts = (bySession[id] = emptyCounts())
    for (const message of messages.filter((row) => row.session_id === id)) {
      const data = JSON.parse(message.data)
      const own = parts.filter((part) => part.message_id === message.id).map((part) => JSON.parse(part.data))
      const tokens = data.role === 'assistant' ? tokensOf(data.tokens) : {}
      const isResponse = Object.values(tokens).some((count) => count > 0)
      if (isResponse && isNew('response', data.time, data.modelID, data.tokens)) {
        const sum = (models[data.modelID] ??= emptyCounts())
        for (const name of Object.keys(tokens)) {
          counts[name] += tokens[name]
          sum[name] += tokens[name]
        }
        counts.responses++
        sum.responses++
      }
      for (const part of own) countPart(counts, data, part, parent === null, isNew)
    }
  }
  const total = emptyCounts()
  for (const counts of Object.values(bySession)) for (const name of Object.keys(total)) total[name] += counts[name]
  return { sessions: bySession, total, models, rows: sessions.length + messages.length + parts.length }
}

function countPart(counts, message, part, isMain, isNew) {
  if (part.type === 'text' && isMain && !part.synthetic && message.summary !== true) {
    const name = message.role === 'user' ? 'userMessages' : 'assistantMessages'
    if (isNew('text', message.time.created, part.text, part.time)) counts[name]++
  }
  if (part.type !== 'tool' || !isNew('call', part.callID)) return
  counts.calls++
  const { status, output = '', metadata = {}, input = {} } = part.state
  if (status !== 'completed' && status !== 'error') counts.unansweredCalls++
  else if (status === 'error' || part.tool === 'invalid' || (metadata.exit ?? 0) !== 0) counts.failedCalls++
  else if (/\bgit\b.*\bcommit\b/s.test(input.command ?? '')) counts.commits += commitsIn(output)
}

function commitsIn(output) {
  const reported = [...output.matchAll(/^\[\S+ [0-9a-f]{7,40}\]/gm)].length
  return reported || Math.min(1, [...output.matchAll(/^[0-9a-f]{40}$/gm)].length)
}

/** `input` is without the cache, `output` without reasoning. */
function tokensOf({ input, output, reasoning, cache }) {
  return {
    inputTokens: input,
    outputTokens: output + reasoning,
    cacheReadTokens: cache.read,
    cacheWriteTokens: cache.write,
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
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    cacheWrite1hTokens: 0,
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${JSON.stringify(countDatabase(process.argv[2]), null, 2)}\n`)
}
