#!/usr/bin/env node
// An independent count of Gemini CLI conversations, to check the product against. It shares no code with `src/` and was
// written from a description of the format, not from the product: it reads whole files, keeps everything in memory and
// prefers the plainest way to say a rule. Where product and oracle differ, at least one of them is wrong.
//
//   node test/oracle/gemini-totals.mjs TMP_FOLDER
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Reads every conversation below `tmp` (the folder that holds one folder per project) and adds it all up. */
export function countTree(tmp) {
  const files = conversationFiles(tmp).map((path) => {
    const subagent = basename(dirname(path)) !== 'chats'
    return { path, subagent, ...readConversation(path) }
  })
  const prompts = new Set()
  const answers = new Set()
  const responses = new Map()
  const calls = new Map()
  for (const file of files) {
    for (const { message, takenBack } of file.messages) {
      for (const state of message.states) {
        addTokens(responses, state)
        for (const call of list(state.toolCalls)) addCall(calls, state.id, call)
      }
      if (file.subagent || takenBack) continue
      const last = message.states.at(-1)
      if (last.type === 'user' && isPrompt(last)) prompts.add(last.id)
      const said = texts(last.content ?? last.parts).trim()
      if (isAnswer(last) && said !== '' && said !== 'Got it. Thanks for the additional context!') answers.add(last.id)
    }
  }
  const sum = (field) => [...responses.values()].reduce((total, response) => total + response[field], 0)
  const outcomes = [...calls.values()]
  return {
    files: files.length,
    badLines: files.reduce((total, file) => total + file.bad, 0),
    messages: prompts.size + answers.size,
    prompts: prompts.size,
    calls: outcomes.length,
    failedCalls: outcomes.filter((outcome) => outcome === 'failed').length,
    unansweredCalls: outcomes.filter((outcome) => outcome === 'open').length,
    responses: responses.size,
    inputTokens: sum('input'),
    outputTokens: sum('output'),
    cacheReadTokens: sum('cached'),
  }
}

function conversationFiles(tmp) {
  return readdirSync(tmp, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|[\\/])chats[\\/]([^\\/]+[\\/])?[^\\/]+\.jsonl?$/.test(path))
    .map((path) => join(tmp, path))
    .sort()
}

// ---- one conversation ----------------------------------------------------------------------------------------------

function readConversation(path) {
  const text = readFileSync(path, 'utf8')
  const { records, bad } = path.endsWith('.json') ? wholeDocument(text) : lines(text)
  /** Every message ever seen, with each state it was written in; and which of them the list holds now. */
  const all = new Map()
  let current = []
  let resumed = false
  /** Ids that some list has stated, whether what stands there was read or not. */
  const known = new Set()
  const see = (state) => {
    const message = all.get(state.id) ?? { states: [], takenBack: false }
    message.states.push(state)
    message.takenBack = false
    all.set(state.id, message)
    if (!current.includes(state.id)) current.push(state.id)
    known.add(state.id)
  }
  // What the client itself said is in no history of the model's: only prompts and answers count here anyway.
  const takeBack = (ids) => {
    for (const id of ids) if (all.has(id)) all.get(id).takenBack = true
  }
  for (const record of records) {
    if (record.$rewindTo !== undefined) {
      const at = current.lastIndexOf(record.$rewindTo)
      if (at >= 0) takeBack(current.splice(at))
    } else if (record.$patch !== undefined) {
      const removed = list(record.$patch.removeIds)
      if (!resumed) takeBack(removed.filter((id) => current.includes(id)))
      current = current.filter((id) => !removed.includes(id))
    } else if (typeof record.id === 'string' && typeof record.type === 'string') {
      if (isSummary(record)) resumed = true
      else if ((record.type === 'user' && isPrompt(record)) || (isAnswer(record) && record.model)) resumed = false
      see(record)
    } else {
      const fields = record.$set ?? record
      if (fields.sessionId !== undefined && current.length > 0) resumed = true
      const stated = fields.messages
      if (!Array.isArray(stated)) continue
      const summarised = stated.some((message) => !known.has(message.id) && isSummary(message))
      const before = current
      if (!resumed && !summarised) {
        takeBack(before.filter((id) => !stated.some((message) => message.id === id)))
        for (const message of stated) if (!known.has(message.id)) see(message)
      }
      current = stated.map((message) => message.id)
      for (const id of current) known.add(id)
    }
  }
  return { bad, messages: [...all.values()].map((message) => ({ message, takenBack: message.takenBack })) }
}

function wholeDocument(text) {
  return { records: JSON.parse(text).messages, bad: 0 }
}

function lines(text) {
  let bad = 0
  const records = text.split('\n').flatMap((line) => {
    if (line.trim() === '') return []
    try {
      return [JSON.parse(line)]
    } catch {
      bad++
      return []
    }
  })
  return { records, bad }
}

// ---- messages ------------------------------------------------------------------------------------------------------

const list = (value) => (Array.isArray(value) ? value : [])
const parts = (content) => (Array.isArray(content) ? content : content == null ? [] : [content])

function texts(content) {
  return parts(content)
    .map((part) => (typeof part === 'string' ? part : part.thought === true ? '' : (part.text ?? '')))
    .join('\n')
}

const isSummary = (message) => message.type === 'user' && texts(message.content).includes('<state_snapshot>')
const isAnswer = ({ type }) => type === 'gemini' || type === 'model'

/** What a person wrote: something is left once what the client put there is taken out. */
function isPrompt(message) {
  if (isSummary(message)) return false
  const shown = texts(message.displayContent)
  const said = (shown.trim() === '' ? texts(message.content) : shown)
    .replaceAll(/<(hook_context|session_context|loaded_context)>[^]*?<\/\1>/g, '')
    .trim()
  if (said === '') return parts(message.content).some((part) => part.inlineData !== undefined)
  return !/^\/[a-z]\S*(\s|$)/.test(said) || said.slice(1).split(/\s/)[0].includes('/')
}

// ---- tokens and calls ----------------------------------------------------------------------------------------------

/** One response a message id; the state with the most output counts. */
function addTokens(responses, { id, tokens }) {
  if (tokens == null) return
  const { input = 0, output = 0, cached = 0, thoughts = 0, tool = 0 } = tokens
  if (input + output + thoughts + tool === 0) return
  const counts = { input: input - cached + tool, output: output + thoughts, cached }
  const before = responses.get(id)
  if (before === undefined || counts.output > before.output) responses.set(id, counts)
}

function addCall(calls, messageId, call) {
  const key = `${messageId} ${call.id}`
  const ended = ['success', 'error', 'cancelled'].includes(call.status)
  if (!ended && calls.has(key)) return
  const told = list(call.result)
    .map((part) => part.functionResponse?.response?.output ?? '')
    .join('\n')
  const code = call.name === 'run_shell_command' ? /\nExit Code: (-?\d+)\n/.exec(`\n${told}\n`)?.[1] : undefined
  const failed = call.status !== 'success' || (code !== undefined && code !== '0')
  calls.set(key, ended ? (failed ? 'failed' : 'ok') : 'open')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(countTree(process.argv[2]))
