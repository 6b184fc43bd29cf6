import {
  type CallToolResult,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { createHmac } from 'node:crypto'
import type { ServerFactory } from '../../src/mcp/server.ts'

type Answer = CallToolResult | InputRequiredResult
type Handler = (context: ServerContext, given: Record<string, unknown>) => Answer | Promise<Answer>

/** One red pixel, and a wave file without a sample. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA='

const say = (text: string): CallToolResult => ({ content: [{ type: 'text', text }] })
const image = { type: 'image' as const, data: PNG, mimeType: 'image/png' }
const embedded = (uri: string, mimeType = 'text/plain') => ({
  type: 'resource' as const,
  resource: { uri, mimeType, text: 'Embedded for the test.' },
})
const pause = () => new Promise((resolve) => setTimeout(resolve, 20))

const object = (properties: Record<string, unknown>, required: string[] = []) => ({
  type: 'object' as const,
  properties,
  required,
})
const form = (message: string, properties: Record<string, unknown>, required: string[] = []) => ({
  method: 'elicitation/create' as const,
  params: { mode: 'form' as const, message, requestedSchema: object(properties, required) as never },
})
const askName = form('What is your name?', { name: { type: 'string' } }, ['name'])
const sampling = (text: string) => ({
  method: 'sampling/createMessage' as const,
  params: { messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }], maxTokens: 50 },
})
const roots = { method: 'roots/list' as const }
const ask = (inputRequests: InputRequiredResult['inputRequests'], requestState?: string): InputRequiredResult => ({
  resultType: 'input_required',
  ...(inputRequests ? { inputRequests } : {}),
  ...(requestState === undefined ? {} : { requestState }),
})

const seal = (state: string) => `${state}.${createHmac('sha256', 'of this test').update(state).digest('base64url')}`

/** @throws ProtocolError when the state is not as it was given out */
function unsealed({ mcpReq }: ServerContext): string | undefined {
  const state = mcpReq.requestState()
  if (typeof state !== 'string') return undefined
  const [told = ''] = state.split('.')
  if (seal(told) !== state) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'the state was changed')
  return told
}

const answers = ({ mcpReq }: ServerContext, ...keys: string[]) =>
  keys.every((key) => mcpReq.inputResponses?.[key] !== undefined)

/** The tools that the conformance suite calls by name, each as the suite describes it. */
const TOOLS: Record<string, Handler> = {
  test_simple_text: () => say('This is a simple text response for testing.'),
  test_image_content: () => ({ content: [image] }),
  test_audio_content: () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] }),
  test_embedded_resource: () => ({ content: [embedded('test://embedded-resource')] }),
  test_multiple_content_types: () => ({
    content: [
      { type: 'text', text: 'Three kinds:' },
      image,
      embedded('test://mixed-content-resource', 'application/json'),
    ],
  }),
  test_error_handling: () => ({ ...say('This tool intentionally returns an error for testing'), isError: true }),
  async test_tool_with_logging({ mcpReq }) {
    for (const step of ['started', 'processing', 'completed']) {
      await mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data: `Tool ${step}` } })
      await pause()
    }
    return say('logged')
  },
  async test_logging_tool({ mcpReq }) {
    await mcpReq.log('info', 'only where a level was asked for')
    return say('logged')
  },
  async test_tool_with_progress({ mcpReq }) {
    const progressToken = mcpReq._meta?.progressToken
    for (const progress of progressToken === undefined ? [] : [0, 50, 100]) {
      const params = { progressToken: progressToken!, progress, total: 100 }
      await mcpReq.notify({ method: 'notifications/progress', params })
      await pause()
    }
    return say(String(progressToken))
  },
  async test_sampling({ mcpReq }, { prompt }) {
    const { content } = await mcpReq.requestSampling(sampling(String(prompt)).params)
    return say(`LLM response: ${JSON.stringify(content)}`)
  },
  async test_elicitation({ mcpReq }, { message }) {
    const schema = { username: { type: 'string' }, email: { type: 'string' } }
    const said = await mcpReq.elicitInput(form(String(message), schema, ['username', 'email']).params)
    return say(`User response: action=${said.action}, content=${JSON.stringify(said.content ?? {})}`)
  },
  async test_elicitation_sep1034_defaults({ mcpReq }) {
    const said = await mcpReq.elicitInput(form('Look at these', DEFAULTS).params)
    return say(`Elicitation completed: action=${said.action}, content=${JSON.stringify(said.content ?? {})}`)
  },
  async test_elicitation_sep1330_enums({ mcpReq }) {
    const said = await mcpReq.elicitInput(form('Choose', CHOICES).params)
    return say(`Elicitation completed: action=${said.action}, content=${JSON.stringify(said.content ?? {})}`)
  },
  test_missing_capability: () => ask({ greeting: sampling('Generate a greeting') }),
  test_streaming_elicitation: () => ask({ user_name: askName }),
  test_input_required_result_elicitation(context) {
    if (!answers(context, 'user_name')) return ask({ user_name: askName })
    const { content } = context.mcpReq.inputResponses!['user_name'] as { content?: { name?: unknown } }
    return say(`Hello, ${String(content?.name)}!`)
  },
  test_input_required_result_sampling: (context) =>
    answers(context, 'capital_question')
      ? say(JSON.stringify(context.mcpReq.inputResponses))
      : ask({ capital_question: sampling('What is the capital of France?') }),
  test_input_required_result_list_roots: (context) =>
    answers(context, 'client_roots')
      ? say(JSON.stringify(context.mcpReq.inputResponses))
      : ask({ client_roots: roots }),
  test_input_required_result_request_state(context) {
    const confirm = form('Please confirm', { ok: { type: 'boolean' } }, ['ok'])
    if (!answers(context, 'confirm')) return ask({ confirm }, seal('one'))
    return say(unsealed(context) === 'one' ? 'state-ok' : 'no state')
  },
  test_input_required_result_multiple_inputs(context) {
    const all = { user_name: askName, greeting: sampling('Generate a greeting'), client_roots: roots }
    if (!answers(context, ...Object.keys(all))) return ask(all, seal('one'))
    return say(`all three, ${unsealed(context)}`)
  },
  test_input_required_result_multi_round(context) {
    const state = unsealed(context)
    const colour = form('Step 2: What is your favorite color?', { color: { type: 'string' } }, ['color'])
    if (state === 'two' && answers(context, 'step2')) return say('both steps')
    if (state === 'one' && answers(context, 'step1')) return ask({ step2: colour }, seal('two'))
    return ask({ step1: form('Step 1: What is your name?', { name: { type: 'string' } }, ['name']) }, seal('one'))
  },
  test_input_required_result_tampered_state(context) {
    const confirm = form('Please confirm', { ok: { type: 'boolean' } }, ['ok'])
    return unsealed(context) === 'one' ? say('untouched') : ask({ confirm }, seal('one'))
  },
  test_input_required_result_capabilities({ mcpReq }) {
    const told = (mcpReq.envelope as Record<string, Record<string, unknown>> | undefined) ?? {}
    const can = told['io.modelcontextprotocol/clientCapabilities'] ?? {}
    return ask({
      ...('sampling' in can ? { greeting: sampling('Generate a greeting') } : {}),
      ...('elicitation' in can ? { user_name: askName } : {}),
    })
  },
}

const DEFAULTS = {
  name: { type: 'string', default: 'John Doe' },
  age: { type: 'integer', default: 30 },
  score: { type: 'number', default: 95.5 },
  status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', default: true },
}

const named = [
  { const: 'value1', title: 'First' },
  { const: 'value2', title: 'Second' },
  { const: 'value3', title: 'Third' },
]
const CHOICES = {
  untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
  titledSingle: { type: 'string', oneOf: named },
  legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
  titledMulti: { type: 'array', items: { anyOf: named } },
}

const argument = (name: string) => ({ name, description: name, required: true })
const PROMPTS = [
  { name: 'test_simple_prompt', description: 'Simple.' },
  { name: 'test_prompt_with_arguments', description: 'Two words.', arguments: [argument('arg1'), argument('arg2')] },
  { name: 'test_prompt_with_embedded_resource', description: 'Embedded.', arguments: [argument('resourceUri')] },
  { name: 'test_prompt_with_image', description: 'With an image.' },
  { name: 'test_input_required_result_prompt', description: 'Asks first.' },
]

const RESOURCES = [
  { uri: 'test://static-text', name: 'text', mimeType: 'text/plain' },
  { uri: 'test://static-binary', name: 'binary', mimeType: 'image/png' },
  { uri: 'test://watched-resource', name: 'watched', mimeType: 'text/plain' },
]

/** The product's own factory, its lists and answers replaced by those that the conformance suite calls by name. */
export function fixtureFactory(product: ServerFactory): ServerFactory {
  return (context, connection) => {
    const server = product(context, connection)
    server.registerCapabilities({
      logging: {},
      completions: {},
      ...(context.era === 'legacy' ? { resources: { subscribe: true } } : {}),
    })
    server.setRequestHandler('tools/list', () => ({
      tools: Object.keys(TOOLS).map((name) => ({
        name,
        description: `For the conformance suite: ${name}`,
        inputSchema: { type: 'object' as const, properties: {} },
      })),
    }))
    server.setRequestHandler('tools/call', async ({ params }, call) => {
      const tool = TOOLS[params.name]
      if (!tool) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `no tool ${params.name}`)
      return tool(call, params.arguments ?? {})
    })
    server.setRequestHandler('resources/list', () => ({ resources: RESOURCES }))
    server.setRequestHandler('resources/templates/list', () => ({
      resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'template', mimeType: 'application/json' }],
    }))
    server.setRequestHandler('resources/read', ({ params }) => ({ contents: [contentOf(params.uri)] }))
    if (context.era === 'legacy') {
      server.setRequestHandler('resources/subscribe', () => ({}))
      server.setRequestHandler('resources/unsubscribe', () => ({}))
    }
    server.setRequestHandler('prompts/list', () => ({ prompts: PROMPTS }))
    server.setRequestHandler('prompts/get', ({ params }, call) => promptOf(params.name, params.arguments ?? {}, call))
    server.setRequestHandler('completion/complete', () => ({ completion: { values: [], total: 0, hasMore: false } }))
    return server
  }
}

function contentOf(uri: string) {
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1]
  if (id !== undefined) return { uri, mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true }) }
  if (uri === 'test://static-binary') return { uri, mimeType: 'image/png', blob: PNG }
  if (RESOURCES.some((resource) => resource.uri === uri)) return { uri, mimeType: 'text/plain', text: 'Static text.' }
  throw new ResourceNotFoundError(uri)
}

function promptOf(name: string, given: Record<string, string>, { mcpReq }: ServerContext) {
  const messages = (...contents: object[]) => ({
    messages: contents.map((content) => ({
      role: 'user' as const,
      content: content as { type: 'text'; text: string },
    })),
  })
  const text = (words: string) => ({ type: 'text', text: words })
  switch (name) {
    case 'test_simple_prompt':
      return messages(text('This is a simple prompt for testing.'))
    case 'test_prompt_with_arguments':
      return messages(text(`Prompt with arguments: arg1='${given['arg1']}', arg2='${given['arg2']}'`))
    case 'test_prompt_with_embedded_resource':
      return messages(embedded(given['resourceUri'] ?? 'test://example-resource'), text('Look at it.'))
    case 'test_prompt_with_image':
      return messages(image, text('Look at it.'))
    case 'test_input_required_result_prompt': {
      const question = form('What context should the prompt use?', { context: { type: 'string' } }, ['context'])
      return mcpReq.inputResponses?.['user_context'] === undefined
        ? ask({ user_context: question })
        : messages(text(JSON.stringify(mcpReq.inputResponses)))
    }
    default:
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `no prompt ${name}`)
  }
}
