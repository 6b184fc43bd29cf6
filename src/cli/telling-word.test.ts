import { expect, it } from 'vitest'
import { tellingWord } from './telling-word.ts'

it.each([
  ['Yesterday the tables were stale, today the reader is slow', 'tables'],
  ['Implement the following plan: telemetry opt-out', 'telemetry'],
  ['look at src/cache/reader.ts and ask @harbourmaster about <system-reminder>', null],
  ['ok', null],
  ['', null],
])('%j: %j', (text, word) => {
  expect(tellingWord(text)).toBe(word)
})
