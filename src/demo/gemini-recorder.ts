import { createHash } from 'node:crypto'
import type { Place } from './codex-recorder.ts'
import { spreadTokens } from './spend.ts'
import type { Call, Spend } from './story.ts'
import type { BeatTime } from './timing.ts'

type Line = Record<string, unknown>

/** Writes what happened the way Gemini CLI 0.61 does: an answer once as it came, once more with its calls when they ended. */
export function recordGemini(place: Place, times: readonly BeatTime[], spend: Spend, title: string): string[] {
  const { sessionId, cwd, midnightMs } = place
  const iso = (atMs: number): string => new Date(midnightMs + atMs).toISOString()
  const startTime = iso(times[0]?.atMs ?? 0)
  const projectHash = createHash('sha256').update(cwd).digest('hex')
  const lines: Line[] = [{ sessionId, projectHash, startTime, lastUpdated: startTime, kind: 'main' }]
  const tokens = spreadTokens(
    times.map(({ beat }) => beat),
    spend,
  )
  let response = 0
  times.forEach(({ beat, atMs }, index) => {
    const id = createHash('sha256').update(`${sessionId} ${index}`).digest('hex').slice(0, 32)
    if (beat.kind === 'prompt') lines.push({ id, timestamp: iso(atMs), type: 'user', content: [{ text: beat.text }] })
    if (beat.kind !== 'reply') return
    const { inputTokens, cacheReadTokens, outputTokens } = tokens[response++]!
    const input = inputTokens + cacheReadTokens
    const counts = {
      input,
      output: outputTokens,
      cached: cacheReadTokens,
      thoughts: 0,
      tool: 0,
      total: input + outputTokens,
    }
    const answer = {
      id,
      timestamp: iso(atMs),
      type: 'gemini',
      content: beat.say ?? '',
      thoughts: [],
      tokens: counts,
      model: spend.model,
    }
    lines.push(answer)
    if (beat.calls.length === 0) return
    const toolCalls = beat.calls.map((call, place) =>
      played(call, `${id.slice(0, 8)}-${place}`, iso(atMs + call.ms), cwd),
    )
    lines.push({ ...answer, toolCalls })
  })
  lines.push({ $set: { summary: title, lastUpdated: iso(times.at(-1)?.atMs ?? 0) } })
  return lines.map((line) => JSON.stringify(line))
}

function played(call: Call, id: string, timestamp: string, cwd: string): Line {
  if (call.tool !== 'Bash' && call.tool !== 'Write') throw new Error(`the demo’s Gemini has no ${call.tool}`)
  const [name, args, output, resultDisplay]: [string, Line, string, unknown] =
    call.tool === 'Bash'
      ? [
          'run_shell_command',
          { command: call.command, description: call.says },
          `Output: ${call.output}${call.exit === 0 ? '' : `\nExit Code: ${call.exit}`}\nProcess Group PGID: 411`,
          call.output,
        ]
      : [
          'write_file',
          { file_path: `${cwd}/${call.path}`, content: call.content },
          `Successfully created and wrote to new file: ${cwd}/${call.path}.`,
          {
            fileDiff: newFile(call.path, call.content),
            fileName: call.path,
            filePath: `${cwd}/${call.path}`,
            isNewFile: true,
          },
        ]
  const result = [{ functionResponse: { id, name, response: { output } } }]
  return { id, name, args, result, status: 'success', timestamp, resultDisplay }
}

function newFile(path: string, content: string): string {
  const lines = content.trimEnd().split('\n')
  const head = [
    `Index: ${path}`,
    '='.repeat(67),
    `--- ${path}\tOriginal`,
    `+++ ${path}\tWritten`,
    `@@ -0,0 +1,${lines.length} @@`,
  ]
  return `${[...head, ...lines.map((line) => `+${line}`)].join('\n')}\n`
}
