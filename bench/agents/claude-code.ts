import type { AgentWriter } from './history.ts'

/** Lines as 2.1 writes them: one for each block of a response, an answer with its structured twin. */
export const claudeCode: AgentWriter = (home, session, turns) => {
  const lines: string[] = []
  let parentUuid: string | null = null
  const common = {
    isSidechain: false,
    userType: 'external',
    cwd: '/home/ada/buoy',
    sessionId: session,
    version: '2.1.197',
  }
  const add = (atMs: number, type: string, fields: object): void => {
    const uuid = `${session.slice(0, 24)}${lines.length.toString(16).padStart(12, '0')}`
    const timestamp = new Date(atMs).toISOString()
    lines.push(JSON.stringify({ parentUuid, ...common, gitBranch: 'main', type, ...fields, uuid, timestamp }))
    parentUuid = uuid
  }
  for (const { id: turn, atMs, prompt, steps } of turns) {
    add(atMs, 'user', { message: { role: 'user', content: prompt }, promptSource: 'typed' })
    for (const [place, { atMs: stepMs, thinking, text, call, tokens }] of steps.entries()) {
      const usage = {
        input_tokens: tokens.fresh,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: tokens.cached,
        output_tokens: tokens.output + tokens.reasoning,
        service_tier: 'standard',
      }
      const key = `${turn.replaceAll('-', '').slice(0, 20)}${String(place).padStart(2, '0')}`
      const response = { model: 'claude-sonnet-4-6', id: `msg_01${key}`, type: 'message', role: 'assistant' }
      const block = (content: object): void => {
        const message = { ...response, content: [content], stop_reason: null, stop_sequence: null, usage }
        add(stepMs, 'assistant', { message, requestId: `req_011${key}` })
      }
      if (thinking !== undefined) block({ type: 'thinking', thinking, signature: '' })
      if (text !== '') block({ type: 'text', text })
      if (!call) continue
      const { command, output, exitCode } = call
      const id = `toolu_01${call.id}`
      block({ type: 'tool_use', id, name: 'Bash', input: { command, description: command } })
      const failed = exitCode !== 0
      const content = failed ? `Exit code ${exitCode}\n${output}` : output
      const answer = { tool_use_id: id, type: 'tool_result', content, ...(failed ? { is_error: true } : {}) }
      const twin = { stdout: output, stderr: '', interrupted: false, isImage: false }
      const toolUseResult = failed ? `Error: ${content}` : twin
      add(stepMs + 400, 'user', { message: { role: 'user', content: [answer] }, toolUseResult })
    }
  }
  home.file(`.claude/projects/-home-ada-buoy/${session}.jsonl`, lines)
}
