import { statSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { createRedactor } from '../src/archive/redaction/redactor.ts'
import { SAMPLES } from '../src/archive/redaction/testing.ts'
import { readJsonl } from '../src/sources/jsonl.ts'
import type { LineParser } from '../src/sources/line-parser.ts'
import { startLongLine } from '../src/sources/long-line.ts'
import { safeCut } from '../src/sources/take-lines.ts'
import { testHome } from './home.ts'
import { seeded } from './random.ts'

const redact = createRedactor({ salt: new Uint8Array(32), enabled: true })
const context = { redact, now: Date.now }
const MIB = 1024 * 1024
/** Places of a secret that are tried, from wholly before the cut to wholly behind it. */
const PLACES = 8
/** Where a secret may lie before the cut: what is before that is filler. */
const AROUND = 192 * 1024
const FILLERS = { 'words between spaces': 'lorem ipsum ', 'lines with escaped ends': 'lorem_ipsum\\n' }

/** What is left of a long line when each of its parts was redacted by itself. */
function redactedParts(line: Buffer): string {
  const long = startLongLine()
  long.push(line)
  const parts = [...long.parts(0, 0, true, safeCut(context))]
  expect(Buffer.concat(parts.map((part) => part.bytes)).equals(line)).toBe(true)
  const aroundCut = parts.map(({ bytes }, n) => redact(Buffer.from(n === 0 ? bytes.subarray(-AROUND) : bytes)))
  return Buffer.concat(aroundCut).toString('latin1')
}

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1)

/** Pieces of a secret by which it would be known: it may have been written over several lines. */
const traces = (secret: string): string[] =>
  secret
    .split(/\\n|\s+/)
    .filter((piece) => piece.length >= 12)
    .map((piece) => piece.slice(-12))

describe.each(Object.entries(FILLERS))('the parts of a line too long to be read, of %s', (_name, filler) => {
  it.each(Object.keys(SAMPLES))('hold no %s, wherever they are cut', (kind) => {
    const next = seeded(kind.length)
    for (let n = 0; n <= PLACES; n++) {
      const sample = SAMPLES[kind]!(next)
      const secret = escaped(sample.text)
      const start = MIB - Math.round((secret.length * n) / PLACES)
      const before = `{"text":"${filler.repeat(MIB / filler.length + 1)}`.slice(0, start - 2)
      const line = Buffer.from(`${before}\\n${secret}\\n${filler.repeat(8000)}"}`)
      const left = redactedParts(line)
      expect(
        traces(escaped(sample.secret)).filter((trace) => left.includes(trace)),
        `${n} of ${PLACES} before the cut`,
      ).toEqual([])
    }
  })

  it('hold no private key of 40 KB, wherever they are cut', () => {
    const body = Array.from(
      { length: 600 },
      (_, n) => `MIIJKQIBAAKCAgEA${String(n).padStart(4, '0')}${'qZ8/x3Lw'.repeat(5)}k7Vd`,
    )
    const key = escaped(`-----BEGIN RSA PRIVATE KEY-----\n${body.join('\n')}\n-----END RSA PRIVATE KEY-----`)
    for (let n = 0; n <= PLACES; n++) {
      const start = MIB - Math.round((key.length * n) / PLACES)
      const before = `{"text":"${filler.repeat(MIB / filler.length + 1)}`.slice(0, start - 2)
      expect(redactedParts(Buffer.from(`${before}\\n${key}\\n${filler.repeat(8000)}"}`))).not.toContain(
        'MIIJKQIBAAKCAgEA',
      )
    }
  })
})

describe('a line of nothing but private keys, read from its file', () => {
  const home = testHome()
  afterAll(() => home.remove())

  it('leaves nothing of them in the archive', async () => {
    const next = seeded(7)
    const keys = Array.from({ length: 400 }, () => SAMPLES['rsa-private-key']!(next))
    const text = escaped(keys.map((key) => key.text).join('\n'))
    const line = `{"text":"${`${text}\\n`.repeat(Math.ceil((18 * MIB) / text.length))}"}\n`
    const path = home.write('keys.jsonl', line)
    const { dev: device, ino: inode, size: sizeBytes, mtimeMs: modifiedAtMs } = statSync(path)
    const parser: LineParser<object> = { initial: () => ({}), parse: () => undefined }
    const ref = {
      agent: 'keys',
      path,
      kind: 'main' as const,
      externalId: 'x',
      file: { device, inode, sizeBytes, modifiedAtMs },
    }
    const kept: string[] = []
    for await (const batch of readJsonl(parser, ref, undefined, context)) {
      for (const chunk of batch.records.chunks) kept.push(Buffer.from(chunk.bytes).toString('latin1'))
    }
    expect(kept.length).toBeGreaterThan(10)
    const left = kept.join('')
    expect(keys.flatMap((key) => traces(escaped(key.secret))).filter((trace) => left.includes(trace))).toEqual([])
  })
})
