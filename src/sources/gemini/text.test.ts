import { expect, it } from 'vitest'
import { isCommand, isTyped } from './prompts.ts'
import { isToolAnswer, userText, withoutContext, workspaceFolders } from './text.ts'

it('shows what was typed, of a text, a part, a list and what is displayed in their place', () => {
  const texts = [
    { content: 'plain' },
    { content: { text: 'a part' } },
    { content: ['bare', { text: 'part' }] },
    { content: [{ text: 'expanded' }], displayContent: 'typed' },
    { content: [{ text: 'kept' }], displayContent: '' },
    { content: null },
  ].map((message) => userText(message).text)
  expect(texts).toEqual(['plain', 'a part', 'bare\n\npart', 'typed', 'kept', ''])
})

it('leaves out what hooks, the client and named files put in', () => {
  expect(withoutContext('<hook_context>a</hook_context>\n\nsay\n<hook_context>b</hook_context>')).toBe('say')
  expect(withoutContext('before <hook_context>a</hook_context> after')).toBe('before\n\nafter')
  expect(userText({ content: 'see @a\n--- Content from referenced files ---\nsecret' }).text).toBe('see @a')
  expect(userText({ content: [{ text: '<session_context>\nx\n</session_context>' }] })).toEqual({ text: '', images: 0 })
})

it('tells a prompt from an answer of tools: text beside the answers was typed', () => {
  const answer = { functionResponse: { id: 'c' } }
  expect(isToolAnswer({ content: [answer] })).toBe(true)
  expect(isToolAnswer({ content: [answer, { text: 'and now stop' }] })).toBe(false)
  expect(isToolAnswer({ content: 'typed' })).toBe(false)
})

it('tells commands to the client from paths', () => {
  expect(['/compress', '/chat save x', '/mcp:prompt a'].map(isCommand)).toEqual([true, true, true])
  expect(['/usr/bin/env is missing', '/', 'see /help', '/2 of it'].map(isCommand)).toEqual([false, false, false, false])
  expect(isTyped('System: Please continue.')).toBe(false)
  expect(isTyped('<daybook-record>\nGo on.\n</daybook-record>')).toBe(false)
  expect(isTyped('What is <daybook-record> for?')).toBe(true)
})

it('reads the workspace that a session begins with', () => {
  const text =
    '<session_context>\n- **Workspace Directories:**\n  - /code/a b\n  - /code/c\n- **Directory Structure:**\n'
  expect(workspaceFolders({ content: [{ text }] })).toEqual(['/code/a b', '/code/c'])
  expect(workspaceFolders({ content: [{ text: text.replace('<session_context>', '') }] })).toEqual([])
})
