import { asObject, asText, storable } from '../record.ts'
import type { Json } from '../record.ts'
import { partsOf, withoutContext } from './text.ts'

/** How a tool call ended. `undefined` while it has not: validating, waiting for a person, running. */
export interface Outcome {
  failed: boolean
  exitCode?: number
}

/**
 * What became of a call. A command that ended with another code than 0 failed, although its status says `success`; one
 * that does not state its code (0.61 does so only when it is not 0) ended as its status says, with no code known.
 */
export function outcome(call: Json): Outcome | undefined {
  const { status } = call
  if (status !== 'success' && status !== 'error' && status !== 'cancelled') return undefined
  const exitCode = call.name === 'run_shell_command' ? statedExitCode(rawResult(call)) : undefined
  const failed = status !== 'success' || (exitCode !== undefined && exitCode !== 0)
  return exitCode === undefined ? { failed } : { failed, exitCode }
}

/** What stands after a command's output: `Exit Code: 3`, then nothing but other labelled lines and what hooks added. */
const TAIL =
  /(?:^|\n)Exit Code: (-?\d{1,10})(?:\n(?:Signal|Background PIDs|Process Group PGID|Command|Directory): [^\n]{0,200})*\s*(?:<\/untrusted_context>\s*)?$/

function statedExitCode(text: string): number | undefined {
  const code = TAIL.exec(withoutContext(text.slice(-4000)))?.[1]
  return code === undefined ? undefined : Number(code)
}

/** What a call gave back as the model was told, without what hooks put in. */
export function resultText(call: Json): string {
  const text = withoutContext(rawResult(call)).trim()
  const inner = /^<untrusted_context>\n?([^]*?)\n?<\/untrusted_context>$/.exec(text)?.[1]
  return storable(inner ?? text)
}

/** `result` is a list of `functionResponse` parts with `response: {output}` or `{error}`; `null` where nothing came back. */
function rawResult(call: Json): string {
  const texts: string[] = []
  for (const part of partsOf(call.result)) {
    const response = asObject(asObject(part)?.functionResponse)?.response
    const text =
      typeof part === 'string' ? part : (asText(asObject(part)?.text) ?? asText(response) ?? answer(asObject(response)))
    if (text !== undefined) texts.push(text)
  }
  if (texts.length > 0) return texts.join('\n')
  return asText(call.resultDisplay) ?? asText(call.error) ?? ''
}

function answer(response: Json | undefined): string | undefined {
  return asText(response?.output) ?? asText(response?.error)
}

/** True where the client took an old result out of the conversation to save room: the whole one was recorded before. */
export function isMasked(call: Json): boolean {
  return rawResult(call).includes('<tool_output_masked>')
}

/** What a command printed, without the labels around it. */
export function commandOutput(call: Json): string {
  const shown = asText(call.resultDisplay)
  if (shown !== undefined) return shown
  const text = resultText(call)
  const from = text.indexOf('Output: ')
  const output = from < 0 ? text : text.slice(from + 'Output: '.length)
  return output.replace(/\n(?:Error: |Exit Code: |Process Group PGID: )[^]{0,500}$/, '')
}
