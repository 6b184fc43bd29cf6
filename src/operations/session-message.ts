import * as z from 'zod/mini'
import { randomUUID } from 'node:crypto'
import { AppError, shownValue } from '../domain/errors.ts'
import type { KeptMessage, KeptUsage } from '../domain/kept-record.ts'
import { KEPT_ROLES } from '../domain/session.ts'
import { choice, sessionWord, text } from './fields.ts'
import { oneSession } from './filter.ts'
import { takingSession } from './kept-session.ts'
import { type OperationContext, defineOperation } from './operation.ts'
import { record } from './record.ts'
import { LONGEST, saidOnOneLine, verbatim } from './said.ts'
import { type SessionView, sessionView } from './session-view.ts'

export interface MessageKept {
  session: SessionView
  /** As it was kept: without secrets. `id` is the entry's. */
  message: KeptMessage
}

/** Of tokens, and of millionths of a dollar: more than any answer takes. */
const MOST = 1_000_000_000
const count = (says: string) => z.optional(z.int().check(z.gte(0), z.lte(MOST), z.describe(says)))

export const addMessage = defineOperation({
  name: 'session.message',
  summary: 'Add a message to a session: what a user, an assistant or a tool said.',
  input: z.object({
    session: sessionWord,
    content: text('what was said, 1,000,000 characters at most'),
    role: z._default(choice(KEPT_ROLES, 'who said it'), 'user'),
    toolName: z.optional(text('the tool that said it')),
    invocation: z.optional(text('your own id of the call it belongs to')),
    model: z.optional(text('the model that said it, as its vendor names it')),
    inputTokens: count('what the model read, without what came from its cache'),
    outputTokens: count('what it wrote'),
    cacheReadTokens: count('what it read from its cache'),
    cacheWriteTokens: count('what it wrote to its cache'),
    reasoningTokens: count('of what it wrote, what it thought'),
    costMicrodollars: count('what it cost, in millionths of a dollar; else worked out from tokens and list prices'),
  }),
  errors: ['not_found', 'conflict', 'too_large'],
  effect: 'write',
  cli: {
    args: ['session', 'content'],
    examples: [
      { command: 'daybook session message nightly-1 "Fetch the tide tables"', says: 'by a user' },
      { command: 'daybook session message nightly-1 "412 rows" --role tool --tool-name fetch', says: 'by a tool' },
      {
        command: 'daybook session message nightly-1 Done --model gpt-5.4 --output-tokens 40',
        says: 'with what a model used',
      },
    ],
    seeAlso: ['session create', 'session link', 'session messages'],
  },
  mcp: async () => (await import('./compat/keeping-tools.ts')).addConversationMessage,
  async handle(context, { role, toolName, invocation, session: word, content: words, ...told }): Promise<MessageKept> {
    const { store, clock } = context
    const { id } = await oneSession(context, word)
    const content = await verbatim(context, 'the message', words, LONGEST.content)
    const usage = await usageOf(context, told)
    const kept: KeptMessage = {
      type: 'message',
      id: randomUUID(),
      at: new Date(clock.now()).toISOString(),
      role,
      content,
      ...(toolName !== undefined && { toolName: await saidOnOneLine(context, 'the tool', toolName, LONGEST.name) }),
      ...(invocation !== undefined && {
        invocationId: await saidOnOneLine(context, 'the invocation', invocation, LONGEST.name),
      }),
      ...(usage && { usage }),
    }
    const keep = await context.keeper()
    return store.transaction(async (tx) => {
      await takingSession(tx, context, id, 'it takes no message')
      const [entry = kept.id] = await keep(tx, id, [kept])
      const message = { ...kept, id: entry }
      await record(tx, context, id, 'message.added', { entry: message.id, role })
      return { session: sessionView(await tx.sessions.get(id)), message }
    })
  },
})

/** @throws AppError `invalid` for counts of no model, a model without counts, and more thought than written */
async function usageOf(
  context: OperationContext,
  { model, ...counts }: { [Name in keyof KeptUsage]?: KeptUsage[Name] | undefined },
): Promise<KeptUsage | undefined> {
  const told = Object.entries(counts).filter(([, value]) => value !== undefined)
  if (model === undefined && told.length === 0) return undefined
  const hint = 'daybook session message --help'
  if (model === undefined) throw new AppError('invalid', `${told[0]?.[0]} is told without a model`, { hint })
  if (told.length === 0) throw new AppError('invalid', `model ${shownValue(model)} is told without tokens`, { hint })
  const { reasoningTokens = 0, outputTokens = 0 } = counts
  if (reasoningTokens > outputTokens) {
    throw new AppError('invalid', `${reasoningTokens} reasoning tokens are more than the ${outputTokens} it wrote`, {
      hint,
    })
  }
  return { ...Object.fromEntries(told), model: await saidOnOneLine(context, 'the model', model, LONGEST.name) }
}
