import { readFileSync } from 'node:fs'
import type { FoundFile } from '../folder.ts'
import { asText, oneLine, RAW_TITLE_LIMIT } from '../record.ts'
import type { TranscriptFacts } from '../batch.ts'

/** A few hundred bytes (_ran_); anything larger is something else. */
const SIZE_LIMIT = 64 * 1024

/**
 * The session's name in `workspace.yaml`: given by a person (`user_named: true`) or by the program. It changes without the
 * events changing. Before 1.0 the field was called `summary` (_told_).
 */
export function workspaceTitle(file: FoundFile): Pick<TranscriptFacts, 'title' | 'titleSource'> | undefined {
  if (file.file.sizeBytes > SIZE_LIMIT) return undefined
  let text: string
  try {
    text = readFileSync(file.path, 'utf8')
  } catch {
    return undefined
  }
  const title = asText(oneLine(scalar(text, 'name') ?? scalar(text, 'summary') ?? '', RAW_TITLE_LIMIT))
  if (title === undefined) return undefined
  return { title, titleSource: scalar(text, 'user_named') === 'true' ? 'custom' : 'agent' }
}

/** A value of the outermost level: plain, quoted, or a block of indented lines (`|-`). */
function scalar(yaml: string, key: string): string | undefined {
  const found = new RegExp(`^${key}:[ \\t]*(.*)\\n?`, 'm').exec(yaml)
  if (!found) return undefined
  const value = found[1]!.trim()
  if (/^[|>]/.test(value)) return /^(?:[ \t]+.*\n?|\n)*/.exec(yaml.slice(found.index + found[0].length))?.[0].trim()
  if (value.startsWith("'") && value.endsWith("'")) return value.slice(1, -1).replaceAll("''", "'")
  if (!value.startsWith('"')) return value
  try {
    return asText(JSON.parse(value))
  } catch {
    return value
  }
}
