import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestMachine, testMachine } from './machine.ts'

let machine: TestMachine
beforeEach(() => {
  machine = testMachine()
})
afterEach(() => machine.home.remove())

const folder = (name: string): string => join(machine.home.path, name)
let sessions = 0

/** A session of Claude Code in a folder, read. */
async function work(name: string, text = 'Cut the tables', id = `9c1f0000-0000-4000-8000-00000000000${++sessions}`) {
  mkdirSync(folder(name), { recursive: true })
  const line = {
    type: 'user',
    uuid: `${id}-${text}`,
    timestamp: '2026-11-01T09:00:00Z',
    sessionId: id,
    cwd: folder(name),
  }
  machine.home.write(
    `.claude/projects/-x/${id}.jsonl`,
    `${JSON.stringify({ ...line, message: { role: 'user', content: text } })}\n`,
  )
  await machine.run('scan')
  return id
}

const projects = async (): Promise<[string, number][]> =>
  (await machine.ask<{ items: { identity: string; sessionCount: number }[] }>('project list')).items
    .map(({ identity, sessionCount }): [string, number] => [identity, sessionCount])
    .toSorted()

describe('M45 sessions follow a project', () => {
  it('that moved, also those read at the new place before anybody said so, and those that come later', async () => {
    await work('tides')
    await work('moved/tides')
    expect(await projects()).toEqual([
      [folder('moved/tides'), 1],
      [folder('tides'), 1],
    ])
    expect(await machine.run(['project', 'move', folder('tides'), 'moved/tides'])).toMatchObject({
      code: 0,
      stderr: '',
    })
    await work('moved/tides')
    expect(await projects()).toEqual([[folder('tides'), 3]])
    expect(await machine.run(['project', 'move', folder('tides'), 'nowhere'])).toMatchObject({ code: 3 })
  })

  it('that became part of another, in every later scan', async () => {
    await work('old')
    await work('new')
    await machine.run(['project', 'merge', folder('old'), folder('new'), '--yes'])
    const id = await work('old')
    expect(await projects()).toEqual([[folder('new'), 3]])
    expect(await machine.ask(`session show ${id}`)).toMatchObject({ project: 'new' })
    expect(await machine.run(['project', 'merge', 'new', folder('old'), '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('one project already'),
    })
    expect(
      (await machine.ask<{ items: { action: string }[] }>('activity list --action project.merged')).items,
    ).toHaveLength(1)
  })

  it('that was split off, and a folder that is no project’s cannot be', async () => {
    await work('a')
    await work('b')
    await machine.run(['project', 'merge', folder('b'), folder('a'), '--yes'])
    expect(await projects()).toEqual([[folder('a'), 2]])
    expect(await machine.run(['project', 'split', folder('a'), 'b'])).toMatchObject({ code: 0, stderr: '' })
    await work('b')
    expect(await projects()).toEqual([
      [folder('a'), 1],
      [folder('b'), 2],
    ])
    expect(await machine.run(['project', 'split', folder('a'), 'c'])).toMatchObject({ code: 3 })
    expect(await machine.run(['project', 'split', folder('a'), 'a'])).toMatchObject({ code: 4 })
  })
})
