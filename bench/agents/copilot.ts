import type { AgentWriter } from './history.ts'

/** Events as 1.0.102 writes them, without hooks: a usage record for each request. */
export const copilot: AgentWriter = (home, session, turns) => {
  const lines: string[] = []
  let parentId: string | null = null
  const add = (atMs: number, type: string, data: object): void => {
    const id = `${session.slice(0, 24)}${lines.length.toString(16).padStart(12, '0')}`
    lines.push(JSON.stringify({ type, data, id, timestamp: new Date(atMs).toISOString(), parentId }))
    parentId = id
  }
  const model = 'claude-sonnet-4.6'
  const context = { cwd: '/home/ada/buoy', gitRoot: '/home/ada/buoy', branch: 'main' }
  add(turns[0]!.atMs, 'session.start', {
    sessionId: session,
    version: 1,
    copilotVersion: '1.0.102',
    selectedModel: model,
    context,
  })
  for (const { id: turnId, atMs, prompt, steps } of turns) {
    const transformedContent = `<current_datetime>${new Date(atMs).toISOString()}</current_datetime>\n\n${prompt}`
    add(atMs, 'user.message', { content: prompt, transformedContent, messageId: turnId, delivery: 'idle' })
    for (const [place, { atMs: stepMs, thinking, text, call, tokens }] of steps.entries()) {
      const usage = {
        model,
        inputTokens: tokens.fresh + tokens.cached,
        outputTokens: tokens.output + tokens.reasoning,
        cacheReadTokens: tokens.cached,
        cacheWriteTokens: 0,
        reasoningTokens: tokens.reasoning,
        apiCallId: `chatcmpl-${turnId}-${place}`,
      }
      add(stepMs, 'assistant.turn_start', { turnId: String(place) })
      add(stepMs, 'session.usage_record', { usage })
      const given = call && { command: call.command, description: call.command }
      const asked = call ? [{ toolCallId: `call_${call.id}`, name: 'bash', arguments: given, type: 'function' }] : []
      const messageId = `${turnId}-${place}`
      add(stepMs, 'assistant.message', {
        messageId,
        model,
        content: text,
        toolRequests: asked,
        reasoningText: thinking,
      })
      if (call) {
        const toolCallId = `call_${call.id}`
        const content = `${call.output}\n<shellId: 0 completed with exit code ${call.exitCode}>`
        const result = { content, detailedContent: content }
        add(stepMs + 10, 'tool.execution_start', { toolCallId, toolName: 'bash', arguments: given })
        const shellExecution = { exitCode: call.exitCode }
        add(stepMs + 400, 'tool.execution_complete', { toolCallId, model, shellExecution, success: true, result })
      }
      add(stepMs + 500, 'assistant.turn_end', { turnId: String(place) })
    }
  }
  home.file(`.copilot/session-state/${session}/events.jsonl`, lines)
}
