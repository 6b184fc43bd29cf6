import { asObject, asText, storable } from '../record.ts'
import type { Json } from '../record.ts'

/** The parts of a `content`: a string and a single part are a list of one. Empty when it is none of them. */
export function partsOf(content: unknown): unknown[] {
  if (Array.isArray(content)) return content
  return typeof content === 'string' || asObject(content) ? [content] : []
}

/** The text of a part, thoughts aside: those stand in `thoughts`. */
export function partText(part: unknown): string | undefined {
  if (typeof part === 'string') return part
  const object = asObject(part)
  return object?.thought !== true && typeof object?.text === 'string' ? object.text : undefined
}

function isPicture(part: unknown): boolean {
  const object = asObject(part)
  return object?.inlineData !== undefined || object?.fileData !== undefined
}

/** Text between these marks was put there by the program, not by the person or the tool. */
const CONTEXTS = ['hook_context', 'session_context', 'loaded_context', 'activated_skill']

/** Text that ends what a person typed: files named with `@` follow (0.1 to 0.61). */
const REFERENCED = '--- Content from referenced files ---'

/** The text without `<hook_context>...</hook_context>` and the like. One that is never closed reaches to the end. */
export function withoutContext(text: string): string {
  let rest = text
  for (const name of CONTEXTS) {
    for (let from = rest.indexOf(`<${name}>`); from >= 0; from = rest.indexOf(`<${name}>`)) {
      const close = rest.indexOf(`</${name}>`, from)
      const before = rest.slice(0, from).trimEnd()
      const after = close < 0 ? '' : rest.slice(close + name.length + 3).trimStart()
      rest = before === '' || after === '' ? before + after : `${before}\n\n${after}`
    }
  }
  return rest
}

export interface Said {
  text: string
  images: number
}

/** What a user record says: what was typed where that is recorded apart (`displayContent`), context taken out. */
export function userText(message: Json): Said {
  const images = partsOf(message.content).filter(isPicture).length
  const shown = typedText(partsOf(message.displayContent))
  return { text: storable(shown === '' ? typedText(partsOf(message.content)) : shown), images }
}

function typedText(parts: unknown[]): string {
  const texts: string[] = []
  for (const part of parts) {
    const text = partText(part)
    if (text === undefined) continue
    const files = text.indexOf(REFERENCED)
    const typed = withoutContext(files < 0 ? text : text.slice(0, files)).trim()
    if (typed !== '') texts.push(typed)
    if (files >= 0) break
  }
  return texts.join('\n\n')
}

/** What an answer or a notice says. `parts` stands for `content` in a few hand-made copies. */
export function plainText(message: Json): string {
  const texts = partsOf(message.content ?? message.parts).map(partText)
  return storable(texts.filter((text) => text !== undefined && text.trim() !== '').join('\n\n'))
}

/** A thought as one text: what it is about, then what it says. */
export function thoughtText(thought: unknown): string {
  const object = asObject(thought)
  return [asText(object?.subject), asText(object?.description)].filter((text) => text !== undefined).join('\n\n')
}

/** True for a user record that only hands results of tools back to the model: they stand with their calls too. */
export function isToolAnswer(message: Json): boolean {
  const parts = partsOf(message.content)
  return parts.some((part) => asObject(part)?.functionResponse !== undefined) && userText(message).text === ''
}

/** True for the summary that a compression leaves in place of what was said before. */
export function isSnapshot(message: Json): boolean {
  return partsOf(message.content).some((part) => partText(part)?.includes('<state_snapshot>'))
}

/** Folders that the context a session begins with lists as its workspace (0.61). */
export function workspaceFolders(message: Json): string[] {
  const first = partText(partsOf(message.content)[0]) ?? ''
  if (!first.startsWith('<session_context>')) return []
  const list = /\*\*Workspace Directories:\*\*\n((?: {2}- [^\n]{1,1000}\n){1,50})/.exec(first.slice(0, 20_000))?.[1]
  return (list ?? '').split('\n').flatMap((line) => (line === '' ? [] : [line.slice('  - '.length)]))
}
