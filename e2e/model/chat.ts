import { type Answer, type Protocol, type Request, fieldsOf, list } from './answer.ts'

/** OpenAI's Chat Completions, as OpenCode and Copilot CLI ask them of a provider of one's own. */
export const chat: Protocol = {
  id: 'chat',
  counts: ['input', 'cacheRead', 'output', 'reasoning'],
  asks: (path) => path === '/v1/chat/completions',
  aside: (path) => (path === '/v1/models' ? { object: 'list', data: [] } : undefined),
  tools: (body) =>
    list(body['tools']).flatMap(({ function: made }) => {
      const { name, parameters } = (made ?? {}) as Record<string, unknown>
      return typeof name === 'string' ? [{ name, fields: fieldsOf(parameters), takesText: false }] : []
    }),
  reply: (answer, asked) => (asked.body['stream'] === true ? streamed(answer, asked) : whole(answer, asked)),
}

function whole(answer: Answer, { body, id }: Request): { whole: unknown } {
  const message = { role: 'assistant', content: answer.text, ...withCalls(answer, id) }
  const choices = [{ index: 0, message, finish_reason: endOf(answer) }]
  const head = { id: id('chatcmpl-'), object: 'chat.completion', created: 0, model: body['model'] }
  return { whole: { ...head, choices, usage: usageOf(answer) } }
}

function streamed(answer: Answer, { body, id }: Request): { stream: string } {
  const head = { id: id('chatcmpl-'), object: 'chat.completion.chunk', created: 0, model: body['model'] }
  const event = (data: object) => `data: ${JSON.stringify({ ...head, ...data })}\n\n`
  const delta = (said: object, end: string | null = null) =>
    event({ choices: [{ index: 0, delta: said, finish_reason: end }] })
  return {
    stream: [
      delta({ role: 'assistant', content: '' }),
      ...(answer.thought === null ? [] : [delta({ reasoning_content: answer.thought })]),
      ...(answer.text === null ? [] : [delta({ content: answer.text })]),
      ...(answer.calls.length === 0 ? [] : [delta(withCalls(answer, id))]),
      delta({}, endOf(answer)),
      event({ choices: [], usage: usageOf(answer) }),
      'data: [DONE]\n\n',
    ].join(''),
  }
}

function withCalls({ calls }: Answer, id: Request['id']): object {
  if (calls.length === 0) return {}
  const made = calls.map(({ tool, input }, index) => ({
    index,
    id: id('call_'),
    type: 'function',
    function: { name: tool.name, arguments: JSON.stringify(input) },
  }))
  return { tool_calls: made }
}

function endOf({ calls }: Answer): string {
  return calls.length > 0 ? 'tool_calls' : 'stop'
}

function usageOf({ tokens: { input, cacheRead, output, reasoning } }: Answer): object {
  return {
    prompt_tokens: input + cacheRead,
    completion_tokens: output,
    total_tokens: input + cacheRead + output,
    prompt_tokens_details: { cached_tokens: cacheRead },
    completion_tokens_details: { reasoning_tokens: reasoning },
  }
}
