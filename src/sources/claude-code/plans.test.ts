import { describe, expect, it } from 'vitest'
import { acceptedPlan, foldTask, proposal, statedPlan, taskCall } from './plans.ts'
import { initialState } from './state.ts'

const state = () => initialState({ externalId: 's', kind: 'main' })

describe('a plan that a call states', () => {
  it('is the whole list of a TodoWrite', () => {
    const todos = [
      { content: 'Dig', status: 'completed' },
      { content: 'Plant', status: 'someday' },
      { status: 'pending' },
      'text',
    ]
    expect(statedPlan('TodoWrite', { todos })).toEqual([
      { text: 'Dig', status: 'completed' },
      { text: 'Plant', status: 'pending' },
    ])
  })

  it('is empty for an emptied list and none for one that is no list', () => {
    expect(statedPlan('TodoWrite', { todos: [] })).toEqual([])
    expect(statedPlan('TodoWrite', { todos: 'all done' })).toBeUndefined()
    expect(statedPlan('Bash', { todos: [] })).toBeUndefined()
  })
})

describe('a plan that was accepted', () => {
  const proposed = proposal('ExitPlanMode', { plan: '## Spring\nDo it all.' })!

  it('is one step named by the first line when its text lists none', () => {
    expect(acceptedPlan(proposed, undefined)).toEqual([{ text: 'Spring', status: 'pending' }])
  })

  it('is the one in the result, which a person may have changed or which alone has it', () => {
    const result = { plan: '1. Prune\n2. Feed', isAgent: false }
    const steps = [
      { text: 'Prune', status: 'pending' },
      { text: 'Feed', status: 'pending' },
    ]
    expect(acceptedPlan(proposed, result)).toEqual(steps)
    expect(acceptedPlan(proposal('ExitPlanMode', {})!, result)).toEqual(steps)
  })

  it('is none of another tool', () => {
    expect(proposal('TodoWrite', { plan: '1. Prune' })).toBeUndefined()
    expect(acceptedPlan({ tool: 'Edit' }, { plan: '1. Prune' })).toBeUndefined()
  })
})

describe('the task list', () => {
  const create = (at: ReturnType<typeof state>, subject: string, id: string) =>
    foldTask(at, taskCall('TaskCreate', { subject })!, `Task #${id} created successfully: ${subject}`, undefined)

  it('takes ids from results alone, in their order, whenever they arrive', () => {
    const tasks = state()
    create(tasks, 'Plant', '2')
    expect(create(tasks, 'Dig', '1')?.map((task) => task.text)).toEqual(['Dig', 'Plant'])
  })

  it('drops a deleted task and renames a changed one', () => {
    const tasks = state()
    create(tasks, 'Dig', '1')
    create(tasks, 'Plant', '2')
    const renamed = foldTask(tasks, taskCall('TaskUpdate', { taskId: '2', subject: 'Sow' })!, 'Updated task #2', {
      success: true,
      taskId: '2',
    })
    expect(renamed?.[1]).toEqual({ text: 'Sow', status: 'pending' })
    const left = foldTask(
      tasks,
      taskCall('TaskUpdate', { taskId: '1', status: 'deleted' })!,
      'Updated task #1',
      undefined,
    )
    expect(left).toEqual([{ text: 'Sow', status: 'pending' }])
  })

  it('does not change for an unknown id, a refusal or an update to the same state', () => {
    const tasks = state()
    create(tasks, 'Dig', '1')
    expect(
      foldTask(tasks, taskCall('TaskUpdate', { taskId: '9', status: 'completed' })!, '', undefined),
    ).toBeUndefined()
    expect(
      foldTask(tasks, taskCall('TaskUpdate', { taskId: '1', status: 'completed' })!, '', { success: false }),
    ).toBeUndefined()
    expect(foldTask(tasks, taskCall('TaskUpdate', { taskId: '1', status: 'pending' })!, '', undefined)).toBeUndefined()
  })
})
