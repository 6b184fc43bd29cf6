import type { EntryContent } from '../domain/entry.ts'
import { fold } from '../domain/fold.ts'

/** Strings of a tool's input longer than this without a space are data, not words. */
const LONGEST_WORD = 1024
const DEEPEST = 32

/**
 * What an entry says, as search sees it: messages, thinking, plans, titles, outputs, and every string of a tool's input
 * (commands, paths, patterns, what was written). Not names of fields, not images, not encrypted or encoded data.
 */
export function entryText(content: EntryContent): string {
  switch (content.type) {
    case 'tool_call': {
      const strings: string[] = []
      collect(content.input, strings, 0)
      return strings.join('\n')
    }
    case 'plan':
      return content.items.map((item) => item.text).join('\n')
    case 'thinking':
      return content.encrypted ? '' : content.text
    default:
      return content.text
  }
}

/** The same, ready for the index; empty where there is nothing. */
export function indexedText(content: EntryContent | undefined): string {
  return content === undefined ? '' : fold(entryText(content))
}

function collect(value: unknown, strings: string[], depth: number): void {
  if (typeof value === 'string') {
    if (value.length <= LONGEST_WORD || /\s/.test(value)) strings.push(value)
  } else if (typeof value === 'object' && value !== null && depth < DEEPEST) {
    for (const child of Object.values(value)) collect(child, strings, depth + 1)
  }
}
