import { expect, it } from 'vitest'
import type { Caller } from '../operations/caller.ts'
import type { CatalogueEntry } from '../operations/index.ts'
import { answering, type } from './testing.ts'
import { thisProcess } from './processes.ts'

/** The caller that an operation is given. */
async function callerOf(setup: Parameters<typeof type>[1]): Promise<Caller> {
  const seen: Caller[] = []
  const catalogue: CatalogueEntry[] = answering({}).map((entry) => ({
    ...entry,
    load: async () => ({
      ...(await entry.load()),
      handle: async (context) => {
        seen.push(context.caller)
        return {}
      },
    }),
  }))
  await type('doctor --json', { ...setup, catalogue })
  return seen[0] as Caller
}

it('tells an operation who calls: terminal, processes, directory, and the session the environment names', async () => {
  const processes = { ids: () => [30, 20, 10], terminal: () => 'tty:34816:5551' }
  const caller = await callerOf({ processes, env: { DAYBOOK_SESSION: ' SESSION-007 ' } })
  expect({ ...caller }).toEqual({
    channel: 'cli',
    connection: 'tty:34816:5551',
    clientName: null,
    session: 'SESSION-007',
    agentSession: null,
    toolUse: null,
    processIds: [30, 20, 10],
    cwd: '/code/tidewatch',
    interactive: true,
  })
})

it('knows the agent that started it by its variable, and takes no id that cannot be one', async () => {
  const claude = await callerOf({ terminal: false, env: { CLAUDE_CODE_SESSION_ID: '7f3a9100', GEMINI_SESSION_ID: '' } })
  expect(claude).toMatchObject({
    agentSession: { agent: 'claude-code', externalId: '7f3a9100' },
    interactive: false,
    connection: null,
  })
  const odd = await callerOf({ env: { DAYBOOK_SESSION: 'a\nb', COPILOT_AGENT_SESSION_ID: 'x'.repeat(201) } })
  expect(odd).toMatchObject({ session: null, agentSession: null })
})

it('names this process and those above it', () => {
  const ids = thisProcess(process.platform).ids()
  expect(ids.slice(0, 2)).toEqual([process.pid, process.ppid])
  expect(new Set(ids).size).toBe(ids.length)
})
