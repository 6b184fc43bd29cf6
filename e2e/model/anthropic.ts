import { type Answer, type Protocol, type Request, fieldsOf, list } from './answer.ts'

/** Messages, as Claude Code asks them. */
export const anthropic: Protocol = {
  id: 'anthropic',
  counts: ['input', 'cacheRead', 'cacheWrite', 'output'],
  asks: (path) => path === '/v1/messages',
  aside: (path) => (path === '/v1/messages/count_tokens' ? { input_tokens: 1234 } : undefined),
  tools: (body) =>
    list(body['tools']).map(({ name, input_schema: schema }) => ({
      name: String(name),
      fields: fieldsOf(schema),
      takesText: false,
    })),
  reply(answer, asked) {
    const message = messageOf(answer, asked)
    return asked.body['stream'] === true ? { stream: streamed(message) } : { whole: message }
  },
}

interface Message extends Record<string, unknown> {
  content: Record<string, unknown>[]
  usage: Record<string, unknown>
  stop_reason: string
}

function messageOf({ thought, text, calls, tokens }: Answer, { body, id }: Request): Message {
  return {
    id: id('msg_'),
    type: 'message',
    role: 'assistant',
    model: body['model'],
    stop_sequence: null,
    content: [
      ...(thought === null ? [] : [{ type: 'thinking', thinking: thought, signature: 'c2lnbmVk' }]),
      ...(text === null ? [] : [{ type: 'text', text }]),
      ...calls.map(({ tool, input }) => ({ type: 'tool_use', id: id('toolu_'), name: tool.name, input })),
    ],
    stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn',
    usage: {
      input_tokens: tokens.input,
      cache_creation_input_tokens: tokens.cacheWrite,
      cache_read_input_tokens: tokens.cacheRead,
      output_tokens: tokens.output,
      service_tier: 'standard',
    },
  }
}

function streamed(message: Message): string {
  const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
  // The stream begins before anything is counted; the last word on output tokens comes at its end.
  const begun = { ...message, content: [], stop_reason: null, usage: { ...message.usage, output_tokens: 1 } }
  const blocks = message.content.flatMap((block, index) => [
    event('content_block_start', { index, content_block: emptied(block) }),
    ...deltasOf(block).map((delta) => event('content_block_delta', { index, delta })),
    event('content_block_stop', { index }),
  ])
  return [
    event('message_start', { message: begun }),
    ...blocks,
    event('message_delta', {
      delta: { stop_reason: message.stop_reason, stop_sequence: null },
      usage: { output_tokens: message.usage['output_tokens'] },
    }),
    event('message_stop', {}),
  ].join('')
}

function emptied(block: Record<string, unknown>): object {
  if (block['type'] === 'tool_use') return { ...block, input: {} }
  return block['type'] === 'text' ? { ...block, text: '' } : { ...block, thinking: '', signature: '' }
}

function deltasOf(block: Record<string, unknown>): object[] {
  if (block['type'] === 'tool_use') {
    return [{ type: 'input_json_delta', partial_json: JSON.stringify(block['input']) }]
  }
  if (block['type'] === 'text') return [{ type: 'text_delta', text: block['text'] }]
  return [
    { type: 'thinking_delta', thinking: block['thinking'] },
    { type: 'signature_delta', signature: block['signature'] },
  ]
}
