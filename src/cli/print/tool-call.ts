import { oneLine } from '../sanitize.ts'

/** Input fields that say what a call is about, the first that is there wins. */
const TELLING = ['file_path', 'filePath', 'path', 'notebook_path', 'pattern', 'query', 'url', 'description', 'prompt']

/** The closed line of a tool call: the command, path, pattern or address, never only the tool's name. */
export function callLine(tool: string, server: string | undefined, input: unknown): string {
  const name = server === undefined ? tool : `${server} / ${tool}`
  const shell = commandOf(input)
  if (shell !== undefined) return `$ ${oneLine(shell)}`
  const about = oneLine(telling(input))
  return about === '' ? oneLine(name) : `${oneLine(name)}  ${about}`
}

function commandOf(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined
  const { command, cmd } = input as Record<string, unknown>
  const typed = command ?? cmd
  if (typeof typed === 'string' && typed.trim() !== '') return typed
  return Array.isArray(typed) && typed.every((part) => typeof part === 'string') ? typed.join(' ') : undefined
}

function telling(input: unknown): string {
  if (typeof input === 'string') return input
  if (typeof input !== 'object' || input === null) return ''
  const fields = input as Record<string, unknown>
  for (const name of TELLING) {
    const value = fields[name]
    if (typeof value === 'string' && value.trim() !== '') return value
  }
  const first = Object.values(fields).find((value) => typeof value === 'string' && value.trim() !== '')
  return typeof first === 'string' ? first : ''
}
