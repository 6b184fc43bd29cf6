import { STORY, storyMidnight } from './demo/index.ts'
import { clock as timeOf } from './demo/timing.ts'
import type { Caller } from './operations/caller.ts'
import { attach } from './operations/attach.ts'
import { activateTask } from './operations/activate.ts'
import { deactivateTask } from './operations/deactivate.ts'
import type { OperationContext } from './operations/operation.ts'
import { addNote } from './operations/notes.ts'
import { endSession } from './operations/session-end.ts'

/**
 * Robin tells the demo's sessions what they are for, by the operations that everybody uses, each at its time.
 *
 * @param clock what the store's clock reads; it is set to each moment of the story
 */
export async function tellDemoWork(context: Omit<OperationContext, 'caller'>, clock: { nowMs: number }): Promise<void> {
  const { store } = context
  const midnightMs = storyMidnight(clock.nowMs)
  const keys: string[] = []
  for (const { id } of STORY) {
    const [session] = await store.sessions.resolve(id)
    keys.push((await store.sessions.assignKey(session!.id)).key!)
  }
  const at = (time: string): OperationContext => {
    clock.nowMs = midnightMs + timeOf(time)
    return { ...context, actor: 'robin', caller }
  }
  const caller: Caller = {
    channel: 'api',
    connection: null,
    clientName: null,
    session: null,
    agentSession: null,
    toolUse: null,
    processIds: [],
    cwd: context.env.home,
    interactive: false,
  }
  const project = (await store.projects.list())[0]
  const ticket = { projectId: project?.id, createdBy: 'robin' }
  const sprint = await store.tickets.ensure({ ...ticket, ref: 'SPRINT-1', kind: 'sprint', title: 'Offline tables' })
  const task = { ...ticket, kind: 'task', parentId: sprint.id } as const
  const cache = {
    ...task,
    ref: 'T-4',
    title: 'Cache tide tables on disk',
    estimateMinutes: 120,
    priority: 'high',
  } as const
  const { id: parentId } = await store.tickets.ensure(cache)
  await store.tickets.ensure({ ...task, ref: 'T-5', title: 'Times in the harbour’s own zone', estimateMinutes: 60 })
  await store.tickets.ensure({ ...ticket, ref: 'T-6', kind: 'subtask', parentId, title: 'Evict old tables' })
  await store.tickets.ensure({ ...task, ref: 'T-7', title: 'Rate limit the tides route', estimateMinutes: 60 })

  const [plan, , build, finish, limit, tryout] = keys as [string, string, string, string, string, string]
  await attach.handle(at('-13:39:59'), { ...NOTHING_SAID, ticket: 'T-4', session: plan })
  await addNote.handle(at('-14:10:00'), {
    session: plan,
    text: 'The lifetime of a table lives in its file header, not in a side file.',
  })
  await endSession.handle(at('-14:12:00'), {
    session: plan,
    status: 'completed',
    strict: false,
    summary: 'T-4 is planned: docs/offline-tables.md.',
  })
  await attach.handle(at('-16:09:59'), { ...NOTHING_SAID, none: true, session: tryout })
  await activateTask.handle(at('13:03:59'), { task: 'T-4', take: false, reopen: false, session: build })
  await addNote.handle(at('14:31:00'), {
    session: build,
    text: 'The file’s time is no age: a copy makes every file young. Clock skew on CI showed it.',
  })
  await activateTask.handle(at('15:19:59'), { task: 'T-7', take: false, reopen: false, session: limit })
  await activateTask.handle(at('15:21:59'), { task: 'T-4', take: true, reopen: false, session: finish })
  await activateTask.handle(at('15:50:00'), { task: 'T-6', take: true, reopen: false, session: finish })
  const done = { complete: true, session: finish }
  await deactivateTask.handle(at('15:56:03'), {
    ...done,
    summary: 'Tables that nobody asked for in 30 days are dropped once a day.',
  })
  await deactivateTask.handle(at('15:56:04'), {
    ...done,
    summary: 'Tables are kept on disk for seven days; the reader falls back to the network.',
  })
}

const NOTHING_SAID = { none: false, clear: false, status: false }
