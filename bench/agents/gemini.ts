import type { AgentWriter } from './history.ts'

/** An operation log as 0.61 writes it: a message with tool calls stands there twice, results a third time. */
export const gemini: AgentWriter = (home, session, turns) => {
  const lines: string[] = []
  const add = (record: object): void => void lines.push(JSON.stringify(record))
  const began = new Date(turns[0]!.atMs).toISOString()
  add({ sessionId: session, projectHash: session, startTime: began, lastUpdated: began, kind: 'main' })
  for (const { id, atMs, prompt, steps } of turns) {
    add({ id, timestamp: new Date(atMs).toISOString(), type: 'user', content: [{ text: prompt }] })
    for (const [place, { atMs: stepMs, thinking, text, call, tokens }] of steps.entries()) {
      const timestamp = new Date(stepMs).toISOString()
      const [input, thoughts] = [tokens.fresh + tokens.cached, tokens.reasoning]
      const message = {
        id: `${id}-${place}`,
        timestamp,
        type: 'gemini',
        content: text,
        thoughts: thinking === undefined ? [] : [{ subject: 'Thinking', description: thinking, timestamp }],
        tokens: {
          input,
          output: tokens.output,
          cached: tokens.cached,
          thoughts,
          tool: 0,
          total: input + tokens.output + thoughts,
        },
        model: 'gemini-2.5-pro',
      }
      add(message)
      if (call) {
        const { command, output, exitCode } = call
        const told = `Output: ${output}${exitCode === 0 ? '' : `\nExit Code: ${exitCode}`}`
        const named = { id: `run_shell_command__${call.id}`, name: 'run_shell_command' }
        const result = [{ functionResponse: { ...named, response: { output: told } } }]
        const ended = {
          ...named,
          args: { command, description: command },
          result,
          status: 'success',
          timestamp,
          resultDisplay: output,
        }
        add({ ...message, toolCalls: [ended] })
        add({ id: `${id}-${place}-r`, timestamp, type: 'user', content: result })
      }
      add({ $set: { lastUpdated: timestamp } })
    }
  }
  const name = `session-${began.slice(0, 16).replace(':', '-')}-${session.slice(0, 8)}`
  home.file(`.gemini/tmp/buoy/chats/${name}.jsonl`, lines)
  home.file('.gemini/tmp/buoy/.project_root', ['/home/ada/buoy'])
}
