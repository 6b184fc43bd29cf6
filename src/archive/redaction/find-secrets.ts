import { anchorScan } from './anchors.ts'
import type { AnchorScan } from './anchors.ts'
import { assignment } from './assignment.ts'
import { credentials } from './credentials.ts'
import { type Decoded, decode, escapeStart, hexDigit, indexOfRaw } from './decoded.ts'
import type { Detector, Finding } from './detector.ts'
import { privateKey } from './private-key.ts'
import { shapes } from './shapes.ts'
import { tokens } from './tokens.ts'

/** A secret in raw bytes, from `start` to `end`: whole characters or whole escapes, never a line end or a JSON quote. */
export interface Secret {
  kind: string
  start: number
  end: number
  /** The secret with escapes undone, one character a byte. */
  value: string
}

interface Candidate extends Secret {
  contextual: boolean
}

const DETECTORS: readonly Detector[] = [privateKey, ...tokens, ...shapes, ...credentials, assignment]

/** Every kind of secret that is found, in alphabetical order. */
export const KINDS: readonly string[] = [...new Set(DETECTORS.flatMap(({ kinds }) => kinds))].sort()

/** An escaped letter, digit or sign may hide the middle of an anchor. */
const ESCAPE = '\\u00'
const ANCHORS = [
  { text: ESCAPE, ignoreCase: false, detector: undefined },
  ...DETECTORS.flatMap((detector) =>
    detector.anchors.map((text) => ({ text, ignoreCase: detector.ignoreCase ?? false, detector })),
  ),
]
/** Its tables take 3 ms to make, so they are made when there is something to look at. */
let made: AnchorScan | undefined
const scan: AnchorScan = (bytes, from, to, found) => (made ??= anchorScan(ANCHORS))(bytes, from, to, found)

const ESCAPED_BLOCK = 8192
const BACKSLASH = 0x5c
/** Never decode less than this: anchors come in crowds, and the next one is asked about in the same stretch. */
const NEAR_BEFORE = 320
const NEAR_AFTER = 1024
/** Raw bytes of one character behind `\\\\u0041` and the like. */
const LONGEST_ESCAPE = 10
const LONGEST_ANCHOR = 32

/**
 * Finds secrets in `raw`: lines of JSON, plain text, or anything else. In order, without overlap.
 *
 * One pass looks for anchors in the raw bytes; only around them are escapes undone and detectors asked. Stretches with
 * escapes that could cut an anchor in two are decoded and searched for anchors once more.
 */
export function findSecrets(raw: Buffer): Secret[] {
  const candidates: Candidate[] = []
  let near: Decoded | undefined
  let escapedUntil = 0

  const around = (detector: Detector, at: number): Decoded => {
    const { before, after } = detector
    if (near) {
      const index = indexOfRaw(near, at)
      const ends = near.starts[near.text.length] as number
      const enoughBefore = index >= before || near.starts[0] === 0
      if (index >= 0 && enoughBefore && (near.text.length - index >= after || ends >= raw.length)) return near
    }
    const plain = Math.max(0, at - Math.max(before, NEAR_BEFORE))
    const back = raw.subarray(plain, at).includes(BACKSLASH) ? (before + 1) * LONGEST_ESCAPE : 0
    const from = Math.max(0, Math.min(plain, at - back))
    const ahead = Math.max(2 * after, NEAR_AFTER)
    near = decode(raw, escapeStart(raw, from, 0), raw.length, at - from + ahead)
    if (indexOfRaw(near, at) < 0) near = decode(raw, at, raw.length, ahead)
    return near
  }

  const ask = (detector: Detector, at: number): void => {
    const decoded = around(detector, at)
    const { starts, text } = decoded
    const widths = (index: number): number => (starts[index + 1] as number) - (starts[index] as number)
    for (const finding of detector.find(text, indexOfRaw(decoded, at), widths)) {
      if (finding.contextual && touchesPlaceholder(text, finding)) continue
      addCandidate(candidates, raw, decoded, finding)
    }
  }

  const searchEscaped = (at: number): void => {
    const from = escapeStart(raw, Math.max(0, at - LONGEST_ANCHOR), 0)
    const block = decode(raw, from, raw.length, ESCAPED_BLOCK)
    escapedUntil = block.starts[Math.max(1, block.text.length - LONGEST_ANCHOR)] as number
    if ((block.starts[block.text.length] as number) >= raw.length) escapedUntil = raw.length
    scan(block.bytes, 0, block.bytes.length, (anchor, index) => {
      const { detector } = ANCHORS[anchor] as (typeof ANCHORS)[number]
      if (detector) ask(detector, block.starts[index] as number)
    })
  }

  scan(raw, 0, raw.length, (anchor, at) => {
    const { text, detector } = ANCHORS[anchor] as (typeof ANCHORS)[number]
    if (!detector) {
      if (at >= escapedUntil && hidesAnchor(raw, at + text.length)) searchEscaped(at)
    } else if (detector.promising?.(raw, at + text.length) ?? true) {
      ask(detector, at)
    }
  })
  return settle(candidates)
}

/** Whether the two hex digits at `at` stand for something that anchors are made of. */
function hidesAnchor(raw: Uint8Array, at: number): boolean {
  const high = hexDigit(raw[at] as number)
  const low = hexDigit(raw[at + 1] as number)
  if (high < 2 || high > 7 || low < 0) return false
  return /[A-Za-z0-9_.:/=~ -]/.test(String.fromCharCode(high * 16 + low))
}

/** What holds or meets a placeholder was looked at before: its rest is no secret of its own. */
function touchesPlaceholder(text: string, { start, end }: Finding): boolean {
  const placeholder = text.indexOf('[REDACTED:', start)
  return placeholder >= 0 && placeholder <= end
}

/** Adds a finding in raw offsets, cut where a line of the raw bytes ends. */
function addCandidate(candidates: Candidate[], raw: Buffer, decoded: Decoded, finding: Finding): void {
  const value = finding.value ?? decoded.text.slice(finding.start, finding.end)
  const end = decoded.starts[finding.end] as number
  let start = decoded.starts[finding.start] as number
  while (start < end) {
    const lineEnd = raw.subarray(start, end).indexOf(10)
    let stop = lineEnd < 0 ? end : start + lineEnd
    const next = lineEnd < 0 ? end : stop + 1
    if (lineEnd >= 0 && stop > start && raw[stop - 1] === 13) stop--
    if (stop > start)
      candidates.push({ kind: finding.kind, start, end: stop, value, contextual: finding.contextual ?? false })
    start = next
  }
}

/** Of candidates that overlap, one known by its own shape wins over one known by its context, then the earlier, then the longer. */
function settle(candidates: Candidate[]): Secret[] {
  if (candidates.length < 2) return candidates
  const inOrder = candidates.sort(
    (a, b) => Number(a.contextual) - Number(b.contextual) || a.start - b.start || b.end - a.end,
  )
  const shaped: Candidate[] = []
  const rest: Candidate[] = []
  let until = 0
  for (const candidate of inOrder) {
    if (candidate.contextual) rest.push(candidate)
    else if (candidate.start >= until) {
      shaped.push(candidate)
      until = candidate.end
    }
  }
  return rest.length === 0 ? shaped : merge(shaped, rest)
}

function merge(shaped: Candidate[], contextual: Candidate[]): Candidate[] {
  const merged = [...shaped]
  let next = 0
  let until = 0
  for (const candidate of contextual) {
    while (next < shaped.length && (shaped[next] as Candidate).end <= candidate.start) next++
    const clash = next < shaped.length && (shaped[next] as Candidate).start < candidate.end
    if (clash || candidate.start < until) continue
    merged.push(candidate)
    until = candidate.end
  }
  return merged.sort((a, b) => a.start - b.start)
}
