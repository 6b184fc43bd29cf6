import { asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import { spanMs } from './text.ts'
import type { Output } from './text.ts'

/** How a command ended, as an event tells it. */
export function commandOutcome(payload: Json): Output {
  const code = payload.exit_code
  return {
    text: asText(payload.aggregated_output) ?? asText(payload.stdout) ?? '',
    exitCode: typeof code === 'number' && Number.isSafeInteger(code) ? code : undefined,
    durationMs: spanMs(payload.duration),
    failed: payload.status === 'declined' || (code == null && payload.status === 'failed') || undefined,
  }
}

/** How a call of a server's tool ended, as an event tells it. */
export function toolOutcome(payload: Json): Output {
  const result = asObject(payload.result)
  const error = result?.Err ?? payload.error
  const ok = asObject(result?.Ok) ?? result
  const failed = error != null || payload.status === 'failed' || ok?.isError === true || ok?.is_error === true
  return { text: '', durationMs: spanMs(payload.duration), failed }
}
