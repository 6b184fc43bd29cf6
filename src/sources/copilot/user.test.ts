import { describe, expect, it } from 'vitest'
import { ENTRY_FLAG } from '../../domain/entry.ts'
import { emptyBatch } from '../batch.ts'
import { parseUser } from './user.ts'

function parse(data: object) {
  const batch = emptyBatch({} as Parameters<typeof emptyBatch>[0])
  const event = {
    type: 'user.message',
    data: { content: 'tar the hull', ...data },
    flags: 0,
    record: 0,
    recordId: 'e',
    atMs: 1,
    line: 1,
  }
  parseUser({ titled: false } as Parameters<typeof parseUser>[0], event, batch)
  return batch.entries
}

describe('a user message', () => {
  it('is a prompt when a person typed it', () => {
    for (const data of [{}, { source: 'user' }, { inputOrigin: 'user' }])
      expect(parse(data)).toMatchObject([{ opens: 'prompt', flags: 0 }])
  })

  it('is none when another session, an agent or the autopilot sent it', () => {
    const sent = [
      { inputOrigin: 'authenticated-cross-session' },
      { source: 'agent-1' },
      { isAutopilotContinuation: true },
    ]
    for (const data of sent) expect(parse(data)).toMatchObject([{ opens: undefined, flags: ENTRY_FLAG.meta }])
  })
})
