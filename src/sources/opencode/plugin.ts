/**
 * The plugin that OpenCode loads into its own process: a file of JavaScript that tells our hook what happens and never waits for
 * it, but for a session's start, whose answer becomes a part of the first message that nobody typed. An exception of a plugin
 * breaks OpenCode's turn, so everything is caught.
 *
 * Events and hooks as seen of 1.18.33: `session.created` comes before the first `chat.message`; a part that is put into
 * `output.parts` is stored with the message; `experimental.session.compacting` takes texts into the question for the summary.
 * `permission.asked` and `session.error` by its source alone.
 *
 * @param words what keeps an event; the event's name is put behind them
 */
export function pluginText(words: readonly string[]): string {
  return `// Tells daybook what OpenCode does. Made by \`daybook setup opencode\`, taken away by \`daybook setup --undo\`.
import { spawn, spawnSync } from "node:child_process"

const [PROGRAM, ...WORDS] = ${JSON.stringify(words)}
const LONGEST_MS = 1500
/** A session of this process, and what it was answered at its start. */
const starts = new Map()
/** The session that a subagent's belongs to. */
const parents = new Map()

let last = Promise.resolve("")

/** One after another, so that events are kept in their order. */
function tell(event, said) {
  last = last.then(() => told(event, said))
  return last
}

function told(event, said) {
  return new Promise((resolve) => {
    try {
      const options = { stdio: ["pipe", "pipe", "ignore"], timeout: LONGEST_MS, windowsHide: true }
      const child = spawn(PROGRAM, [...WORDS, event], options)
      let answer = ""
      child.stdout.on("data", (part) => {
        if (answer.length < 65536) answer += part
      })
      child.on("error", () => resolve(""))
      child.on("close", () => resolve(answer))
      child.stdin.on("error", () => {})
      child.stdin.end(JSON.stringify(said))
    } catch {
      resolve("")
    }
  })
}

function contextOf(answer) {
  try {
    return JSON.parse(answer).context
  } catch {
    return undefined
  }
}

function rootOf(id) {
  for (let depth = 0; depth < 20 && parents.has(id); depth++) id = parents.get(id)
  return id
}

function short(value) {
  return typeof value === "string" ? value.slice(0, 2000) : undefined
}

function quiet(work) {
  return async (...given) => {
    try {
      await work(...given)
    } catch {}
  }
}

export const Daybook = async ({ directory }) => {
  const say = (event, id, more = {}) => tell(event, { sessionID: rootOf(id), cwd: directory, ...more })
  const begin = (id, source) => {
    if (!starts.has(id)) starts.set(id, say("sessionStart", id, { source }).then(contextOf))
    return starts.get(id)
  }
  const tool = (event, { tool: name, sessionID }, args) =>
    say(event, sessionID, { tool: name, input: { path: short(args?.filePath ?? args?.path), command: short(args?.command) } })

  process.once("exit", () => {
    for (const id of starts.keys()) {
      try {
        const input = JSON.stringify({ sessionID: id, cwd: directory, reason: "exit" })
        spawnSync(PROGRAM, [...WORDS, "sessionEnd"], { input, timeout: LONGEST_MS, stdio: ["pipe", "ignore", "ignore"] })
      } catch {}
    }
  })

  return {
    event: quiet(async ({ event: { type, properties } }) => {
      const id = properties?.sessionID ?? properties?.info?.id
      if (typeof id !== "string") return
      if (type === "session.created") {
        const parent = properties.info?.parentID
        if (parent) {
          parents.set(id, parent)
          say("subagentStart", id)
        } else begin(id, "startup")
      }
      const isChild = parents.has(id)
      if (type === "session.idle") say(isChild ? "subagentStop" : "sessionIdle", id)
      if (type === "session.error" && !isChild) say("sessionError", id)
      if (type === "session.compacted") say("sessionCompacted", id)
      if (type === "permission.asked") say("permissionAsked", id, { tool: short(properties.permission) })
    }),
    "chat.message": quiet(async ({ sessionID }, { message, parts }) => {
      if (parents.has(sessionID)) return
      const isFirst = !starts.get(sessionID)?.isTold
      const start = begin(sessionID, "resume")
      const text = await start
      say("chatMessage", sessionID)
      if (!isFirst || !text) return
      start.isTold = true
      const id = \`\${parts.at(-1).id.slice(0, -4)}zzzz\`
      parts.push({ id, sessionID, messageID: message.id, type: "text", text, synthetic: true })
    }),
    "tool.execute.before": quiet(async (input, { args }) => {
      tool("toolBefore", input, args)
    }),
    "tool.execute.after": quiet(async (input, { metadata }) => {
      tool(metadata?.exit ? "toolFailed" : "toolAfter", input, input.args)
    }),
    "experimental.session.compacting": quiet(async ({ sessionID }, output) => {
      const text = contextOf(await say("sessionStart", sessionID, { source: "compact" }))
      if (text && !parents.has(sessionID)) output.context.push(text)
    }),
  }
}
`
}
