import type { PlanItem } from '../../domain/entry.ts'
import { asObject, asText, oneLine } from '../record.ts'
import type { Json } from '../record.ts'

const ITEMS = 200
const ITEM_LIMIT = 500

/** The whole list that a `write_todos` call states; `undefined` for every other call. */
export function statedPlan(tool: string, server: string | undefined, args: Json | undefined): PlanItem[] | undefined {
  if (tool !== 'write_todos' || server !== undefined || !Array.isArray(args?.todos)) return undefined
  const items: PlanItem[] = []
  for (const todo of args.todos.slice(0, ITEMS)) {
    const text = asText(asObject(todo)?.description)
    if (text !== undefined) items.push({ text: oneLine(text, ITEM_LIMIT), status: planStatus(asObject(todo)?.status) })
  }
  return items
}

function planStatus(status: unknown): PlanItem['status'] {
  return status === 'in_progress' || status === 'completed' || status === 'cancelled' ? status : 'pending'
}
