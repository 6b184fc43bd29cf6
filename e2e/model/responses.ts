import { type Answer, type OfferedTool, type Protocol, type Request, fieldsOf, list } from './answer.ts'

/** OpenAI's Responses, as Codex asks them: tools of a server come in a namespace, patches as bare text. */
export const responses: Protocol = {
  id: 'responses',
  counts: ['input', 'cacheRead', 'output', 'reasoning'],
  asks: (path) => path === '/v1/responses',
  tools: (body) =>
    [...list(body['tools']), ...list(body['input']).flatMap(({ tools }) => list(tools))].flatMap(toolsOf),
  reply(answer, asked) {
    const response = responseOf(answer, asked)
    return asked.body['stream'] === true ? { stream: streamed(response) } : { whole: response }
  },
}

function toolsOf(tool: Record<string, unknown>): OfferedTool[] {
  if (tool['type'] === 'namespace') {
    return list(tool['tools'])
      .flatMap(toolsOf)
      .map((one) => ({ ...one, namespace: String(tool['name']) }))
  }
  if (typeof tool['name'] !== 'string') return []
  return [{ name: tool['name'], fields: fieldsOf(tool['parameters']), takesText: tool['type'] === 'custom' }]
}

interface Response extends Record<string, unknown> {
  id: string
  output: Record<string, unknown>[]
  usage: unknown
}

function responseOf({ thought, text, calls, tokens }: Answer, { body, id }: Request): Response {
  const { input, cacheRead, output, reasoning } = tokens
  return {
    id: id('resp_'),
    object: 'response',
    created_at: 0,
    status: 'completed',
    model: body['model'],
    error: null,
    output: [
      ...(thought === null
        ? []
        : [{ type: 'reasoning', id: id('rs_'), summary: [{ type: 'summary_text', text: thought }] }]),
      ...(text === null
        ? []
        : [{ type: 'message', id: id('msg_'), role: 'assistant', content: [{ type: 'output_text', text }] }]),
      ...calls.map(({ tool, input: given, text: bare }) => ({
        id: id('fc_'),
        call_id: id('call_'),
        name: tool.name,
        ...(tool.namespace === undefined ? {} : { namespace: tool.namespace }),
        ...(bare === undefined
          ? { type: 'function_call', arguments: JSON.stringify(given) }
          : { type: 'custom_tool_call', input: bare }),
      })),
    ],
    usage: {
      input_tokens: input + cacheRead,
      input_tokens_details: { cached_tokens: cacheRead },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: reasoning },
      total_tokens: input + cacheRead + output,
    },
  }
}

function streamed(response: Response): string {
  const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
  return [
    event('response.created', { response: { ...response, status: 'in_progress', output: [], usage: null } }),
    ...response.output.flatMap((item, index) => [
      event('response.output_item.added', { output_index: index, item }),
      ...(item['type'] === 'message'
        ? [event('response.output_text.delta', { item_id: item['id'], output_index: index, delta: textOf(item) })]
        : []),
      event('response.output_item.done', { output_index: index, item }),
    ]),
    event('response.completed', { response }),
  ].join('')
}

function textOf(item: Record<string, unknown>): unknown {
  return list(item['content'])[0]?.['text']
}
