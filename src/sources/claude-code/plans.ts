import type { PlanItem } from '../../domain/entry.ts'
import { resultStart } from './blocks.ts'
import { asObject, asText, oneLine } from '../record.ts'
import type { Json } from '../record.ts'
import type { PendingCall, State, Task } from './state.ts'

/** Plan entries stand beside the block they come from: block number of a plan = this + block number of its source. */
export const PLAN_BLOCK = 1_000_000

const ITEMS = 200
const ITEM_LIMIT = 500

/** The plan that a call itself states: a whole TodoWrite list. */
export function statedPlan(tool: string, input: Json | undefined): PlanItem[] | undefined {
  return tool === 'TodoWrite' && Array.isArray(input?.todos) ? todoItems(input.todos) : undefined
}

/** What an ExitPlanMode call asks to be accepted; `undefined` for other tools. */
export function proposal(tool: string, input: Json | undefined): PendingCall | undefined {
  return tool === 'ExitPlanMode' ? { tool, plan: planSteps(asText(input?.plan)) } : undefined
}

/** The plan that was accepted: as the result states it, for a person may have changed it, or else as it was proposed. */
export function acceptedPlan(call: PendingCall, result: Json | undefined): PlanItem[] | undefined {
  return call.tool === 'ExitPlanMode' ? (planSteps(asText(result?.plan)) ?? call.plan) : undefined
}

function todoItems(todos: unknown[]): PlanItem[] {
  const items: PlanItem[] = []
  for (const todo of todos.slice(0, ITEMS)) {
    const text = asText(asObject(todo)?.content)
    if (text !== undefined) items.push({ text: oneLine(text, ITEM_LIMIT), status: planStatus(asObject(todo)?.status) })
  }
  return items
}

function planStatus(status: unknown): PlanItem['status'] {
  return status === 'in_progress' || status === 'completed' || status === 'cancelled' ? status : 'pending'
}

/** Numbered and ticked lines are steps; a plan without any is one step, named by its first line. */
function planSteps(plan: string | undefined): PlanItem[] | undefined {
  if (plan === undefined) return undefined
  const items: PlanItem[] = []
  let heading: string | undefined
  for (const line of plan.slice(0, 100_000).split('\n')) {
    if (items.length === ITEMS) break
    const step = /^(?:[-*] \[([ xX])\]|\d{1,3}[.)]) +(\S.*)$/.exec(line.slice(0, 1000))
    if (step)
      items.push({
        text: oneLine(step[2]!, ITEM_LIMIT),
        status: step[1] === 'x' || step[1] === 'X' ? 'completed' : 'pending',
      })
    heading ??= asText(line.replace(/^[#\s]+/, ''))
  }
  if (items.length > 0) return items
  return heading === undefined ? undefined : [{ text: oneLine(heading, ITEM_LIMIT), status: 'pending' }]
}

/** What a TaskCreate or TaskUpdate call will do once its result says so; `undefined` for other tools. */
export function taskCall(tool: string, input: Json | undefined): PendingCall | undefined {
  if (tool === 'TaskCreate')
    return { tool, subject: oneLine(asText(input?.subject) ?? asText(input?.description) ?? '', ITEM_LIMIT) }
  if (tool !== 'TaskUpdate') return undefined
  const subject = asText(input?.subject)
  return {
    tool,
    taskId: asText(input?.taskId),
    status: asText(input?.status),
    subject: subject === undefined ? undefined : oneLine(subject, ITEM_LIMIT),
  }
}

/**
 * Folds the result of a task call into the list: only results carry ids, and they arrive in any order.
 * @returns how the list stands now; `undefined` when nothing changed
 */
export function foldTask(
  state: State,
  call: PendingCall,
  content: unknown,
  result: Json | undefined,
): PlanItem[] | undefined {
  const changed =
    call.tool === 'TaskCreate' ? createTask(state, call, content, result) : updateTask(state, call, result)
  return changed ? state.tasks.map(({ text, status }) => ({ text, status })) : undefined
}

function createTask(state: State, call: PendingCall, content: unknown, result: Json | undefined): boolean {
  const told = asObject(result?.task)
  const id = asText(told?.id) ?? /^Task #(\d{1,9}) /.exec(resultStart(content).slice(0, 40))?.[1]
  const text = call.subject || oneLine(asText(told?.subject) ?? '', ITEM_LIMIT)
  if (id === undefined || text === '') return false
  const task: Task = { id, text, status: 'pending' }
  const place = state.tasks.findIndex((other) => Number(other.id) >= Number(id))
  if (place >= 0 && state.tasks[place]!.id === id) return false
  state.tasks.splice(place < 0 ? state.tasks.length : place, 0, task)
  if (state.tasks.length > ITEMS) state.tasks.shift()
  return true
}

function updateTask(state: State, call: PendingCall, result: Json | undefined): boolean {
  if (result?.success === false) return false
  const id = asText(result?.taskId) ?? call.taskId
  const index = state.tasks.findIndex((task) => task.id === id)
  const task = state.tasks[index]
  if (task === undefined) return false
  const status = asText(asObject(result?.statusChange)?.to) ?? call.status
  if (status === 'deleted') {
    state.tasks.splice(index, 1)
    return true
  }
  const before = `${task.status} ${task.text}`
  if (status !== undefined) task.status = planStatus(status)
  if (call.subject) task.text = call.subject
  return `${task.status} ${task.text}` !== before
}
