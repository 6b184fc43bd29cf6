import { type Answer, type Protocol, fieldsOf, list } from './answer.ts'

/** Google's generateContent, as Gemini CLI asks it. Thoughts are counted beside the answer, not inside. */
export const gemini: Protocol = {
  id: 'gemini',
  counts: ['input', 'cacheRead', 'output', 'reasoning'],
  asks: (path) => /:(?:stream)?generateContent$/i.test(path),
  aside: (path) => (path.endsWith(':countTokens') ? { totalTokens: 1234 } : undefined),
  tools: (body) =>
    list(body['tools'])
      .flatMap(({ functionDeclarations: declared }) => list(declared))
      .map(({ name, parametersJsonSchema, parameters }) => ({
        name: String(name),
        fields: fieldsOf(parametersJsonSchema ?? parameters),
        takesText: false,
      })),
  reply(answer, { path, body, id }) {
    const model = /models\/([^:]+):/.exec(path)?.[1]
    const head = { modelVersion: model, responseId: id('') }
    const parts = partsOf(answer, body)
    const content = (some: object[], isLast: boolean) => ({
      candidates: [{ content: { role: 'model', parts: some }, index: 0, ...(isLast ? { finishReason: 'STOP' } : {}) }],
      ...head,
      ...(isLast ? { usageMetadata: usageOf(answer) } : {}),
    })
    if (!/stream/i.test(path)) return { whole: content(parts, true) }
    const events = parts.map((part, at) => content([part], at === parts.length - 1))
    return { stream: events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join('') }
  },
}

function partsOf({ thought, text, calls }: Answer, body: object): object[] {
  const parts: object[] = [
    ...(thought === null ? [] : [{ text: `**Thinking**\n${thought}`, thought: true }]),
    ...(text === null ? [] : [{ text: schemaOf(body) ? filled(schemaOf(body)) : text }]),
    ...calls.map(({ tool, input }) => ({
      functionCall: { name: tool.name, args: input },
      thoughtSignature: 'c2lnbmVk',
    })),
  ]
  return parts.length > 0 ? parts : [{ text: '' }]
}

/** Of a request that wants JSON in a form of its own. */
function schemaOf(body: object): unknown {
  const { generationConfig } = body as { generationConfig?: Record<string, unknown> }
  return generationConfig?.['responseJsonSchema'] ?? generationConfig?.['responseSchema']
}

function filled(schema: unknown): string {
  return JSON.stringify(Object.fromEntries(fieldsOf(schema).map((field) => [field, 'none'])))
}

function usageOf({ tokens: { input, cacheRead, output, reasoning } }: Answer): object {
  return {
    promptTokenCount: input + cacheRead,
    cachedContentTokenCount: cacheRead,
    candidatesTokenCount: output - reasoning,
    thoughtsTokenCount: reasoning,
    totalTokenCount: input + cacheRead + output,
  }
}
