import type { Item } from './rows.ts'

/** What a call's one line says: a word for what it does, and the thing itself. Never only the tool's name, never an id. */
export function callTitle({ content, call, tool }: Item): { verb: string; thing: string; mono: boolean } {
  const input = content?.type === 'tool_call' ? content.input : undefined
  const name = (content?.type === 'tool_call' ? content.tool : tool) ?? 'call'
  const { kind = 'other', subject = '', server = null } = call?.invocation ?? {}
  const thing = subject || (firstText(input) ?? '')
  if (kind === 'command' || (call?.invocation === null && /^(?:bash|shell|exec)/i.test(name))) {
    return { verb: '$', thing: thing || name, mono: true }
  }
  if (kind === 'subagent') return { verb: 'Subagent', thing: thing || name, mono: false }
  if (kind === 'plan') return { verb: 'Plan', thing: 'updated', mono: false }
  if (kind === 'mcp' || server !== null) return { verb: `${server ?? 'tool server'} / ${name}`, thing, mono: true }
  return { verb: name, thing, mono: true }
}

function firstText(input: unknown): string | undefined {
  if (typeof input === 'string') return oneLine(input)
  if (typeof input !== 'object' || input === null) return undefined
  const value = Object.values(input).find((one) => typeof one === 'string' && one !== '')
  return typeof value === 'string' ? oneLine(value) : undefined
}

function oneLine(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? ''
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}

/** What a call was given beside what its one line says, as text. */
export function inputText({ content }: Item, thing: string): string {
  const input = content?.type === 'tool_call' ? content.input : undefined
  if (input === undefined || input === null) return ''
  if (typeof input === 'string') return input.trim() === thing ? '' : input
  const fields = Object.entries(input).filter(([, value]) => value !== thing)
  return fields.map(([name, value]) => `${name}: ${valueText(value)}`).join('\n')
}

const DEEPEST = 20

function valueText(value: unknown): string {
  if (typeof value === 'string') return value.includes('\n') ? `\n${value}` : value
  return JSON.stringify(flat(value, 0), null, 1) ?? ''
}

/** As deep as anybody reads: what a record nests beyond would break the writer. */
function flat(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth >= DEEPEST) return '…'
  if (Array.isArray(value)) return value.map((one) => flat(one, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, flat(one, depth + 1)]))
}
