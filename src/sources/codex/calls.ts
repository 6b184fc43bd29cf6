import type { PlanItem } from '../../domain/entry.ts'
import { commitSubject } from '../commits.ts'
import { asObject, asText, oneLine } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch, EntryDraft } from '../batch.ts'
import { patchChanges, patchOf } from './patches.ts'
import type { State } from './state.ts'
import { rememberCall } from './state.ts'
import { callKind, callSubject, commandOf, workdirOf } from './tools.ts'
import type { Call } from './tools.ts'

/** A plan entry stands beside its call: block number of the call plus this. */
export const PLAN_BLOCK = 1_000_000

const ITEMS = 200
const ITEM_LIMIT = 500

/** The id that results name; calls that have none are known by their record. */
export function callId(payload: Json, recordId: string): string {
  return asText(payload.call_id) ?? asText(payload.id) ?? recordId
}

/** A call, whose entry is already in the batch: the invocation, and the plan it may state. */
export function parseCall(state: State, entry: EntryDraft, call: Call, id: string, batch: Batch): void {
  const patch = patchOf(call)
  const changes = patch === undefined ? [] : patchChanges(patch, workdirOf(call) ?? state.cwd)
  const commit = commitSubject(commandOf(call) ?? '')
  entry.tool = call.tool
  entry.opens = id
  batch.invocations.push({
    record: entry.record,
    block: entry.block,
    callId: id,
    tool: call.tool,
    server: call.server,
    kind: callKind(call),
    subject: callSubject(call, changes),
    atMs: entry.atMs,
  })
  rememberCall(state, id, {
    ...(commit === undefined ? {} : { commit }),
    ...(changes.length === 0 ? {} : { changes }),
    ...(call.server === undefined && call.tool === 'spawn_agent' ? { spawns: true } : {}),
  })
  state.looseCall = id
  const plan = statedPlan(call)
  if (plan === undefined) return
  const { record, block, recordId, atMs, flags } = entry
  batch.entries.push({
    record,
    block: PLAN_BLOCK + block,
    recordId,
    atMs,
    type: 'plan',
    role: 'assistant',
    flags,
    plan,
  })
}

/** The whole plan that an `update_plan` call states. */
export function statedPlan(call: Call): PlanItem[] | undefined {
  const steps = call.tool === 'update_plan' && call.server === undefined ? asObject(call.input)?.plan : undefined
  if (!Array.isArray(steps)) return undefined
  const items: PlanItem[] = []
  for (const step of steps.slice(0, ITEMS)) {
    const text = asText(asObject(step)?.step)
    if (text !== undefined) items.push({ text: oneLine(text, ITEM_LIMIT), status: planStatus(asObject(step)?.status) })
  }
  return items
}

function planStatus(status: unknown): PlanItem['status'] {
  return status === 'in_progress' || status === 'completed' || status === 'cancelled' ? status : 'pending'
}
