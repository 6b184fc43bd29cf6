import type { Asked, OperationName, Reply } from './operations.ts'

/** What a server said no with: a fact, and one way out where there is one. */
export class Refused extends Error {
  readonly code: string
  readonly hint: string | null
  readonly details: readonly string[]

  constructor(code: string, message: string, hint: string | null = null, details: readonly string[] = []) {
    super(message)
    this.name = 'Refused'
    this.code = code
    this.hint = hint
    this.details = details
  }
}

/**
 * Asks the server that this page came from.
 *
 * @throws Refused with the server's code and words; `gone` when nothing answers
 */
export async function ask<Name extends OperationName>(
  name: Name,
  input: Asked<Name>,
  signal?: AbortSignal,
): Promise<Reply<Name>> {
  const response = await fetch(`/v1/${name.replaceAll('.', '/')}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
    credentials: 'same-origin',
    signal,
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error
    throw new Refused('gone', 'the server does not answer', 'daybook serve')
  })
  const reply: unknown = await response.json().catch(() => undefined)
  if (response.ok && reply !== undefined) return reply as Reply<Name>
  throw refusalOf(response.status, reply)
}

function refusalOf(status: number, problem: unknown): Refused {
  const { code, title, detail, details, try: hint } = (problem ?? {}) as Record<string, unknown>
  const say = [detail, title].find((text) => typeof text === 'string')
  if (status === 401) return new Refused('unauthenticated', 'this browser is not signed in', 'daybook open')
  return new Refused(
    typeof code === 'string' ? code : 'internal',
    say ?? `the server answered with status ${status}`,
    typeof hint === 'string' ? hint : null,
    Array.isArray(details) ? details.filter((line) => typeof line === 'string') : [],
  )
}
