import { asObject, asText, storable } from '../record.ts'
import type { Json } from '../record.ts'

/** The blocks of a message's `content`: a plain string is one block. `undefined` when it is neither text nor a list. */
export function messageBlocks(content: unknown): unknown[] | undefined {
  if (typeof content === 'string') return [content]
  return Array.isArray(content) ? content : undefined
}

/** The text of a block that holds text: `{type: 'text'}`, or a bare string, which some 1.x lines have. */
export function blockText(block: unknown): string | undefined {
  if (typeof block === 'string') return block
  const object = asObject(block)
  return object?.type === 'text' && typeof object.text === 'string' ? object.text : undefined
}

/** True for text worth an entry. */
export function saysSomething(text: string): boolean {
  return text.length > 200 || text.trim() !== ''
}

export function isPicture(block: unknown): boolean {
  const type = asObject(block)?.type
  return type === 'image' || type === 'document'
}

/** A message's text blocks as one text, and how many pictures it shows. */
export function messageText(blocks: unknown[]): { text: string; images: number } {
  const texts: string[] = []
  let images = 0
  for (const block of blocks) {
    const text = blockText(block)
    if (text !== undefined) texts.push(text)
    else if (isPicture(block)) images++
  }
  return { text: storable(texts.join('\n\n')), images }
}

/** The text of a tool result's `content`: a string, or blocks whose text and names are listed line by line. */
export function resultText(content: unknown): string {
  const blocks = messageBlocks(content) ?? (asObject(content) ? [content] : [])
  if (blocks.length === 1 && typeof blocks[0] === 'string') return storable(blocks[0])
  const texts: string[] = []
  for (const block of blocks) {
    const text = blockText(block) ?? answerText(asObject(block))
    if (text !== undefined) texts.push(text)
  }
  return storable(texts.join('\n'))
}

/** What tools found, and what those say that the provider ran: an advisor's words, a page, why it failed. */
function answerText(block: Json | undefined): string | undefined {
  if (block === undefined) return undefined
  const { tool_name: tool, text, title, url, stdout, error_code: code } = block
  const page = [title, url].map(asText).filter((part) => part !== undefined)
  return asText(tool) ?? asText(text) ?? asText(stdout) ?? (page.length > 0 ? page.join(' ') : asText(code))
}

/** The first text of a tool result, without joining what may be large. */
export function resultStart(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  for (const block of content) {
    const text = blockText(block)
    if (text !== undefined) return text
  }
  return ''
}
