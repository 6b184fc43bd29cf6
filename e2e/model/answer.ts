/** A tool as a client offers it to the model. */
export interface OfferedTool {
  name: string
  /** Of tools in a group of their own, as Codex offers those of a tool server. */
  namespace?: string
  /** Fields it takes; none for one that takes bare text. */
  fields: readonly string[]
  takesText: boolean
}

/** What the model wants done. `text` for a tool that takes bare text. */
export interface ToolCall {
  tool: OfferedTool
  input: Record<string, unknown>
  text?: string
}

/** Tokens of one answer. The three of input never overlap; `reasoning` is inside `output`. */
export interface AnswerTokens {
  input: number
  cacheRead: number
  cacheWrite: number
  output: number
  reasoning: number
}

/** One answer of the model, before a protocol gives it its form. */
export interface Answer {
  thought: string | null
  text: string | null
  calls: ToolCall[]
  tokens: AnswerTokens
}

/** How clients of one vendor talk to the model. */
export interface Protocol {
  readonly id: 'anthropic' | 'responses' | 'chat' | 'gemini'
  /** Counts its replies tell of; an agent cannot write down others. */
  readonly counts: readonly (keyof AnswerTokens)[]
  /** True for a request that asks for an answer. */
  asks(path: string): boolean
  /** Answers that are no model's: a count of tokens, a list of models. */
  aside?(path: string): unknown
  tools(body: Body): OfferedTool[]
  /** The reply in pieces of an event stream, or whole. */
  reply(answer: Answer, asked: Request): { stream: string } | { whole: unknown }
}

export type Body = Readonly<Record<string, unknown>>

export interface Request {
  path: string
  body: Body
  /** A new name: `id('msg_')`. */
  id(prefix: string): string
}

export function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : []
}

/** Names of the fields of a JSON schema. */
export function fieldsOf(schema: unknown): string[] {
  const { properties } = (schema ?? {}) as { properties?: object }
  return Object.keys(properties ?? {})
}
