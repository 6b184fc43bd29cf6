import { asObject, asText, type Json } from '../record.ts'

/** What a part that a person or the agent said reads like; `undefined` for parts that say nothing. */
export function saidText(data: Json): string | undefined {
  switch (data.type) {
    case 'text':
      return asText(data.text)
    case 'subtask':
      return asText(data.prompt) ?? asText(data.description)
    case 'file':
      return asText(data.filename) ?? asText(asObject(data.source)?.path) ?? 'a file'
    case 'retry':
      return errorText(asObject(data.error))
    default:
      return undefined
  }
}

export function isPicture(data: Json): boolean {
  return data.type === 'file' && String(data.mime).startsWith('image/')
}

/** `{name: 'APIError', data: {message}}` in words. */
export function errorText(error: Json | undefined): string | undefined {
  if (error === undefined) return undefined
  const message = asText(asObject(error.data)?.message) ?? asText(error.message)
  const name = asText(error.name) ?? 'Error'
  return message === undefined ? name : `${name}: ${message}`
}

/** A tool's output, or why it failed. */
export function resultText(state: Json): string {
  return asText(state.output) ?? asText(state.error) ?? ''
}

export function hasEnded(state: Json): boolean {
  return state.status === 'completed' || state.status === 'error'
}

/** The exit code of a command; `undefined` where none is recorded: other tools, a command that was stopped. */
export function exitCode(state: Json): number | undefined {
  const code = asObject(state.metadata)?.exit
  return typeof code === 'number' && Number.isSafeInteger(code) ? code : undefined
}

/** A call failed when it was an error, was no valid call (`invalid`), or its command exited with another code than 0. */
export function hasFailed(tool: unknown, state: Json): boolean {
  return state.status === 'error' || tool === 'invalid' || (exitCode(state) ?? 0) !== 0
}
