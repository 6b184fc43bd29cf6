import { expect, it } from 'vitest'
import { isTyped } from './prompts.ts'

it('takes nothing that Daybook handed over for typed, though Codex says that a user sent it', () => {
  const sent = { internal_chat_message_metadata_passthrough: { content_item_kinds: ['user.text'] } }
  expect(isTyped(sent, '<daybook-record>\nGo on with T-4.\n</daybook-record>')).toBe(false)
  expect(isTyped({}, ' <daybook-record>\nGo on with T-4.')).toBe(false)
  expect(isTyped(sent, 'Why is there a <daybook-record> in it?')).toBe(true)
})
