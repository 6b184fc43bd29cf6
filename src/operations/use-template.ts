import { attachContext } from '../domain/context.ts'
import { CHECKLIST, type Template } from '../domain/template.ts'
import type { Store } from '../stores/store.ts'
import { checkNamed, moveContext, pathTo, ticketOf } from './move-context.ts'
import type { OperationContext } from './operation.ts'
import { templateNamed } from './templates.ts'

/** The template of that name, when its tickets can be stood on. @throws AppError `not_found` */
export async function usableTemplate({ store }: OperationContext, word: string): Promise<Template> {
  const template = await templateNamed(store, word)
  for (const ref of template.stack) await checkNamed(store, ref)
  return template
}

/** Attaches tickets to a session, one below the other. @returns keys of the sessions whose handoffs it took over */
export async function standOn(
  tx: Store,
  context: OperationContext,
  sessionId: string,
  refs: readonly string[],
): Promise<string[]> {
  const tookOver: string[] = []
  for (const ref of refs) {
    const path = await pathTo(tx, await ticketOf(tx, context, ref, {}))
    const moved = await moveContext(tx, context, sessionId, path, (now, ancestorsOf) =>
      attachContext(now, path, ancestorsOf),
    )
    tookOver.push(...moved.tookOver)
  }
  return tookOver
}

/** Gives a session that begins the template's checklist. What the session has already stays. */
export async function giveChecklist(tx: Store, sessionId: string, { checklist }: Template): Promise<void> {
  if (checklist.length === 0 || (await tx.sessionData.get(sessionId, CHECKLIST)) !== undefined) return
  await tx.sessionData.set(
    sessionId,
    CHECKLIST,
    checklist.map((text) => ({ text, done: false })),
  )
}
