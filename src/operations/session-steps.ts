import { CHECKLIST, type ChecklistStep, checklistOf } from '../domain/template.ts'
import type { Store } from '../stores/store.ts'

/** A session's checklist; empty where it began without one. */
export async function stepsOf(store: Pick<Store, 'sessionData'>, sessionId: string): Promise<ChecklistStep[]> {
  return checklistOf(await store.sessionData.get(sessionId, CHECKLIST))
}
