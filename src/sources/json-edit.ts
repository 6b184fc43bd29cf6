/**
 * Changes single values of a JSON file that people write by hand: comments, order, spacing and line ends of all the rest stay
 * as they are. Comments and commas before a closing bracket are read, as agents read them.
 */

type Node =
  | { kind: 'object'; start: number; end: number; members: Member[] }
  | { kind: 'array'; start: number; end: number; items: Node[] }
  | { kind: 'value'; start: number; end: number; value: unknown }

interface Member {
  key: string
  start: number
  value: Node
}

type Path = readonly (string | number)[]

/** The text's value; undefined for an empty text. @throws SyntaxError where it is no JSON */
export function readJson(text: string): unknown {
  const node = parse(text)
  return node && valueOf(node)
}

/**
 * Sets what stands at a path; objects on the way are made. A new member or item goes last.
 *
 * @param path a number is an item of a list; the list's length appends
 * @throws SyntaxError where the text is no JSON, or something else than an object or a list is on the way
 */
export function setJson(text: string, path: Path, value: unknown): string {
  const root = parse(text)
  const style = styleOf(text)
  if (root === undefined) return text + written(nested(path, value), '', style) + style.newline
  let node: Node = root
  for (let depth = 0; depth < path.length; depth++) {
    const next = child(node, path[depth]!)
    if (next === undefined) return insert(text, node, path[depth]!, nested(path.slice(depth + 1), value), style)
    node = next
  }
  return text.slice(0, node.start) + written(value, indentAt(text, node.start), style) + text.slice(node.end)
}

/** Takes out what stands at a path, with its comma. What is not there changes nothing. */
export function removeJson(text: string, path: Path): string {
  const root = parse(text)
  let parent = root
  for (const step of path.slice(0, -1)) parent = parent && child(parent, step)
  const last = path.at(-1)
  if (parent === undefined || last === undefined) return text
  const spans = spansOf(parent)
  const at = parent.kind === 'object' ? parent.members.findIndex(({ key }) => key === last) : Number(last)
  const span = spans[at]
  if (span === undefined) return text
  const before = at > 0 ? spans[at - 1]!.end : parent.start + 1
  const after = at + 1 < spans.length ? spans[at + 1]!.start : undefined
  if (after !== undefined && at === 0) return text.slice(0, span.start) + text.slice(after)
  if (after === undefined && at === 0) return text.slice(0, before) + text.slice(parent.end - 1)
  return text.slice(0, before) + text.slice(span.end)
}

function spansOf(node: Node): { start: number; end: number }[] {
  if (node.kind === 'object') return node.members.map(({ start, value }) => ({ start, end: value.end }))
  return node.kind === 'array' ? node.items : []
}

function child(node: Node, step: string | number): Node | undefined {
  if (node.kind === 'object' && typeof step === 'string') return node.members.findLast(({ key }) => key === step)?.value
  if (node.kind === 'array' && typeof step === 'number') return node.items[step]
  throw new SyntaxError(
    `${JSON.stringify(step)} cannot be in what is no ${typeof step === 'string' ? 'object' : 'list'}`,
  )
}

function nested(path: Path, value: unknown): unknown {
  return path.reduceRight((inner, step) => (typeof step === 'string' ? { [step]: inner } : [inner]), value)
}

interface Style {
  unit: string
  newline: string
}

function styleOf(text: string): Style {
  const unit = /^([ \t]+)["{[]/m.exec(text)?.[1] ?? '  '
  return { unit: unit.startsWith('\t') ? '\t' : unit.slice(0, 8), newline: text.includes('\r\n') ? '\r\n' : '\n' }
}

function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))?.[0] ?? ''
}

function written(value: unknown, indent: string, { unit, newline }: Style): string {
  return JSON.stringify(value, null, unit).replaceAll('\n', newline + indent)
}

function insert(text: string, parent: Node, step: string | number, value: unknown, style: Style): string {
  const spans = spansOf(parent)
  const last = spans.at(-1)
  const key = typeof step === 'string' ? `${JSON.stringify(step)}: ` : ''
  // On one line: what is added stays on it.
  const oneLine = last !== undefined && !text.slice(parent.start, last.start).includes('\n')
  if (oneLine) {
    return `${text.slice(0, last.end)}, ${key}${JSON.stringify(value)}${text.slice(last.end)}`
  }
  const outer = indentAt(text, parent.start)
  const indent = last === undefined ? outer + style.unit : indentAt(text, last.start)
  const added = `${style.newline}${indent}${key}${written(value, indent, style)}`
  if (last === undefined)
    return `${text.slice(0, parent.start + 1)}${added}${style.newline}${outer}${text.slice(parent.end - 1)}`
  return `${text.slice(0, last.end)},${added}${text.slice(commaAfter(text, last.end))}`
}

/** Where a comma that stood behind the last value ends: the one that is written takes its place. */
function commaAfter(text: string, at: number): number {
  const next = skip(text, at)
  return text[next] === ',' && next === at ? next + 1 : at
}

function valueOf(node: Node): unknown {
  if (node.kind === 'array') return node.items.map(valueOf)
  if (node.kind === 'value') return node.value
  return Object.fromEntries(node.members.map(({ key, value }) => [key, valueOf(value)]))
}

const DEEPEST = 200

function parse(text: string): Node | undefined {
  const start = skip(text, 0)
  if (start === text.length) return undefined
  const node = parseValue(text, start, 0)
  const end = skip(text, node.end)
  if (end !== text.length) throw wrong(text, end)
  return node
}

function parseValue(text: string, start: number, depth: number): Node {
  if (depth > DEEPEST) throw wrong(text, start)
  const open = text[start]
  if (open === '{') return parseObject(text, start, depth)
  if (open === '[') return parseArray(text, start, depth)
  const token = /"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/y
  token.lastIndex = start
  const found = token.exec(text)?.[0]
  if (found === undefined) throw wrong(text, start)
  return { kind: 'value', start, end: start + found.length, value: JSON.parse(found) }
}

function parseObject(text: string, start: number, depth: number): Node {
  const members: Member[] = []
  let at = skip(text, start + 1)
  while (text[at] !== '}') {
    const key = parseValue(text, at, depth)
    if (key.kind !== 'value' || typeof key.value !== 'string') throw wrong(text, at)
    const colon = skip(text, key.end)
    if (text[colon] !== ':') throw wrong(text, colon)
    const value = parseValue(text, skip(text, colon + 1), depth + 1)
    members.push({ key: key.value, start: key.start, value })
    at = behindComma(text, value.end, '}')
  }
  return { kind: 'object', start, end: at + 1, members }
}

function parseArray(text: string, start: number, depth: number): Node {
  const items: Node[] = []
  let at = skip(text, start + 1)
  while (text[at] !== ']') {
    const item = parseValue(text, at, depth + 1)
    items.push(item)
    at = behindComma(text, item.end, ']')
  }
  return { kind: 'array', start, end: at + 1, items }
}

function behindComma(text: string, end: number, close: string): number {
  const at = skip(text, end)
  if (text[at] === ',') return skip(text, at + 1)
  if (text[at] !== close) throw wrong(text, at)
  return at
}

/** Space and comments. */
function skip(text: string, from: number): number {
  const space = /(?:[\s\uFEFF]|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y
  space.lastIndex = from
  space.exec(text)
  return Math.max(from, space.lastIndex)
}

function wrong(text: string, at: number): SyntaxError {
  const line = text.slice(0, at).split('\n').length
  return new SyntaxError(`line ${line} is no JSON`)
}
