import { describe, expect, it } from 'vitest'
import { SOURCES } from './index.ts'

const PAYLOAD = { session_id: 'a1', sessionId: 'a1', sessionID: 'a1', conversation_id: 'a1', cwd: '/home/ada/tide' }

describe.each(SOURCES.flatMap(({ id, hooks }) => (hooks === undefined ? [] : [{ id, hooks }])))(
  'hooks of $id',
  ({ hooks }) => {
    it('say nothing of an event that is named as a property of objects', () => {
      const read = (event: string): string[] => (hooks.read(event, PAYLOAD) === undefined ? [] : [event])
      const [known] = Object.keys(hooks.events)
      expect([known!, 'constructor', 'toString', 'valueOf', '__proto__', 'hasOwnProperty'].flatMap(read)).toEqual([
        known,
      ])
    })
  },
)
