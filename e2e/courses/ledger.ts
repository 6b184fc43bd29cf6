import { type Checked, type Listed, type Session, check, expectedTokens, recordedTokens } from '../checks.ts'
import type { Driver } from '../drivers/driver.ts'
import type { Given, Played } from '../model/server.ts'
import type { World } from '../world.ts'

/** Answers that belong to the work, not to a title or a summary beside it. */
export function answersOf(...played: readonly Played[]): Given[] {
  return played.flatMap(({ given }) => given.filter(({ step }) => step !== null))
}

/** Answers asked for after the one that put the session on its ticket: those the ticket is charged with. */
export function afterAttaching(given: readonly Given[]): Given[] {
  return given.slice(given.findIndex(({ calls }) => calls.some((name) => name.endsWith('attach_ticket'))) + 1)
}

/** What the record holds of these answers in a session, or in a line of a report. */
export function checkTokens(
  what: string,
  agent: Driver,
  given: readonly Given[],
  usage: Record<string, number> | undefined,
): Checked[] {
  const expected = expectedTokens(
    agent,
    given.map(({ tokens }) => tokens),
  )
  return [
    check(`${what}: tokens`, expected, usage && recordedTokens(agent, { usage })),
    check(`${what}: answers`, given.length, usage?.['responses']),
  ]
}

export function shown({ ask }: World, id: string): Session {
  return ask('session', 'show', id) as Session
}

/** Prompts of people in a session as they are recorded, with those that a fork was given. */
export function promptsOf({ ask }: World, id: string): string[] {
  const said = ask('session', 'messages', id, '--role', 'user', '--type', 'message') as Listed<{
    content: { text: string }
  }>
  return said.items.map(({ content }) => content.text)
}

/** How often a session's conversation was cut down to a summary. */
export function compactionsOf({ ask }: World, id: string): number {
  return (ask('session', 'messages', id, '--type', 'compaction') as Listed<unknown>).total
}

interface Row {
  ticket: { ref: string } | null
  place: string
  total: Record<string, number>
}

/** What a report has for a ticket. */
export function ofTicket({ ask }: World, ref: string): Record<string, number> | undefined {
  return (ask('report', '--by', 'ticket') as Listed<Row>).items.find(({ ticket }) => ticket?.ref === ref)?.total
}

/** What everything sums up to. */
export function ofAll({ ask }: World): Record<string, number> {
  return ask('usage', 'total') as Record<string, number>
}
