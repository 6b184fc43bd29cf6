import { describe, expect, it } from 'vitest'
import { createRedactor } from './redactor.ts'
import { seeded } from '../../../test/random.ts'
import { REPORTED_AS, SAMPLES, type Sample, redactText } from './testing.ts'

const salt = Buffer.from('0123456789abcdef')
const redact = createRedactor({ salt, enabled: true })
const clean = (text: string): string => redactText(redact, text)

/** Ways a text comes to stand in a line of a transcript. */
const CONTEXTS: Readonly<Record<string, (text: string) => string>> = {
  'a prompt': (text) =>
    line({ type: 'user', message: { role: 'user', content: `please use ${text} for this\nthanks` } }),
  'a tool output': (text) =>
    line({ type: 'user', message: { content: [{ type: 'tool_result', content: `$ cat .env\n${text}\n$ ` }] } }),
  'a string alone': (text) => line({ text }),
  'JSON inside JSON': (text) => line({ output: JSON.stringify({ a: [text], b: `\t${text}\n` }) }),
  'JSON three deep': (text) => line({ o: JSON.stringify({ o: JSON.stringify({ text: `x\n${text}\\` }) }) }),
  'a numbered listing': (text) =>
    line({
      content: text
        .split('\n')
        .map((row, i) => `${String(i + 1).padStart(6)}\u2192${row}`)
        .join('\n'),
    }),
  'a diff': (text) => line({ lines: text.split('\n').map((row) => `+${row}`) }),
  'a coloured output': (text) => line({ stdout: `\u001b[1;32m${text}\u001b[0m\n\u001b[m` }),
  'an encoded query': (text) => line({ url: `https://a.test/?q=%22${text}%22` }),
  'every character escaped': (text) => `{"text":"see ${escapeAll(text)} there"}\n`,
  'some characters escaped': (text) => `{"text":"see ${escapeSome(text)} there"}\n`,
  'escapes two deep': (text) => line({ text: `{"text":"see ${escapeSome(text)} there"}` }),
  'slashes escaped': (text) => line({ text }).replaceAll('/', '\\/'),
  'a broken line': (text) => `{"type":"user","message":"${text.replaceAll('\n', '\\n').replaceAll('"', '\\"')}`,
  'plain text': (text) => `some log\n${text}\nmore\n`,
  'binary junk': (text) => `\u0000\u0001\ufffd\n${text}\n\u0007\u001b[0m`,
}

function line(record: unknown): string {
  return `${JSON.stringify(record)}\n`
}

function escapeAll(text: string): string {
  return [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
}

function escapeSome(text: string): string {
  return [...text].map((c, i) => (i % 5 === 2 || c === '"' || c === '\\' || c < ' ' ? escapeAll(c) : c)).join('')
}

/** Every reading of a text: itself, and what its JSON strings say, to any depth. */
function readings(text: string, depth = 0): string[] {
  const found = [text, text.replaceAll('\\', '')]
  if (depth > 6) return found
  for (const row of text.split('\n')) {
    try {
      const value: unknown = JSON.parse(row)
      collect(value, (inner) => found.push(...readings(inner, depth + 1)))
    } catch {
      // Not JSON: its text is its only reading.
    }
  }
  return found
}

function collect(value: unknown, add: (text: string) => void): void {
  if (typeof value === 'string') add(value)
  else if (value && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) {
      add(key)
      collect(inner, add)
    }
  }
}

/** The longest stretches of a secret that must not be anywhere: a key line by line, everything else whole. */
function fragments({ secret }: Sample): string[] {
  return secret.includes('\n') ? secret.split('\n') : [secret]
}

/** Nesting and types of a line of JSON; of anything else, that it is none. */
function shapeOfLine(text: string): unknown {
  try {
    return shape(JSON.parse(text))
  } catch {
    return 'not JSON'
  }
}

function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape)
  if (value && typeof value === 'object') return Object.values(value).map(shape)
  return typeof value
}

describe.each(Object.keys(SAMPLES))('%s', (kind) => {
  it.each(Object.keys(CONTEXTS))('is found in %s', (context) => {
    for (let seed = 1; seed <= 5; seed++) {
      const sample = SAMPLES[kind]!(seeded(seed))
      const source = CONTEXTS[context]!(sample.text)
      const result = clean(source)
      const left = fragments(sample).filter((part) => readings(result).some((text) => text.includes(part)))
      expect({ seed, left, source, result }).toMatchObject({ left: [] })
      expect(result).toContain(`[REDACTED:${REPORTED_AS[kind] ?? kind}:`)
      expect(clean(result)).toBe(result)
      expect(result.split('\n').length).toBe(source.split('\n').length)
      expect(shapeOfLine(result)).toEqual(shapeOfLine(source))
    }
  })

  it('has the same placeholder in a prompt, nested and cut by escapes', () => {
    const { text } = SAMPLES[kind]!(seeded(9))
    const seen = [
      'a prompt',
      'a tool output',
      'JSON three deep',
      'some characters escaped',
      'every character escaped',
    ].map((context) => /\[REDACTED:[a-z-]+:[0-9a-f]{6}\]/.exec(clean(CONTEXTS[context]!(text)))?.[0])
    expect(new Set(seen).size).toBe(1)
    expect(seen[0]).toBeDefined()
  })
})
