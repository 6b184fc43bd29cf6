import { type Detector, hidesCharacter, type Widths } from './detector.ts'
import { bitsPerCharacter, isUuid, isVariable, makesNoWords } from './entropy.ts'

/** The end of a name that says its value is secret, by kind. The more specific come first. */
const NAMES: readonly [kind: string, name: RegExp][] = [
  ['aws-secret-key', /aws_?secret_?access_?key$/],
  ['npm-token', /_authtoken$/],
  ['password', /(?:password|passwd|passphrase|passwort|[_-]pwd|[_-]pass)[0-9]?$/],
  ['api-key', /(?:api|access|account|auth|service|subscription|functions)[_-]?key(?:[_-]?(?:value|base))?[0-9]?$/],
  ['secret-key', /(?:secret|private|signing|encryption|master|jwt)[_-]?key(?:[_-]?(?:value|base))?[0-9]?$/],
  ['secret', /secret(?:[_-]?value)?[0-9]?$/],
  ['token', /token(?:[_-]?(?:value|secret))?[0-9]?$/],
]

const ANCHORS = [
  'passw',
  'passphrase',
  '_pwd',
  '_pass',
  'secret',
  'token',
  '_key',
  '-key',
  'apikey',
  'accesskey',
  'privatekey',
  'accountkey',
]

/** Raw bytes of a name up to the end of its anchor, with room to spare. */
const LONGEST_NAME = 120

/** A colour code of a terminal, as far as one may stand between a name and its value. */
const COLOURS = String.raw`(?:\x1b\[[0-9;]{0,16}m){0,4}`
/** A name and what stands between it and its value; the name may be quoted. Sticky, from the name's start. */
const ASSIGNED = new RegExp(
  String.raw`([A-Za-z0-9_.-]{3,80})(["'${'`'}]?)(?:${COLOURS}[ \t]{0,8}${COLOURS}(?:=>|:=|==?|:)${COLOURS}\s{0,8}${COLOURS}|>(?=[^\s<>]{6,}<\/))`,
  'y',
)
/** What a colour code ends in that stands in front of a flag; behind a bracket or a semicolon. */
const COLOUR_END = /(?<=[[;])[0-9]{0,3}m(?=-)/y
const FLAG = new RegExp(String.raw`(--?[A-Za-z][A-Za-z0-9-]{2,60})(${COLOURS}[ \t]+${COLOURS})`, 'y')

/**
 * Values given to a name that speaks of a password, secret, key or token: `DB_PASSWORD=...`, `"apiKey": "..."`,
 * `--token ...`, `<password>...</password>`. Only values that look made up by a machine or a careful person count: names, sentences,
 * code, placeholders and ids do not.
 */
export const assignment: Detector = {
  kinds: NAMES.map(([kind]) => kind),
  anchors: ANCHORS,
  ignoreCase: true,
  before: 80,
  after: 640,
  promising,
  find(text, at, widths) {
    let start = at
    while (start > 0 && at - start < 78 && isNameCode(text.charCodeAt(start - 1))) start--
    start += match(COLOUR_END, text, start)?.[0].length ?? 0
    const flag = text.startsWith('-', start) ? match(FLAG, text, start) : undefined
    const assigned = match(ASSIGNED, text, start) ?? flag
    if (!assigned) return []
    const name = (assigned[1] as string).toLowerCase()
    const kind = NAMES.find(([, pattern]) => pattern.test(name))?.[0]
    if (kind === undefined) return []
    const from = start + assigned[0].length
    const span = readValue(text, from, widths, assigned[2] !== '' && assigned !== flag)
    if (!span) return []
    const value = text.slice(span.start, span.end)
    return isSecretValue(value, kind, span.quoted) ? [{ kind, start: span.start, end: span.end, contextual: true }] : []
  },
}

/** After a key word: the rest of a name, then an assignment, then eight bytes without a blank. Cheap and generous. */
function promising(raw: Uint8Array, at: number): boolean {
  if (!mayEndName(raw, at)) return false
  let i = at
  const nameEnd = at + 24
  while (i < nameEnd && isNameCode(raw[i] as number)) i++
  const [beforeLast, last] = [raw[i - 2] as number, raw[i - 1] as number]
  if ((last | 0x20) === 0x73 && (beforeLast | 0x20) === 0x6e) return false
  let signEnd = i + 24
  let sign = false
  let blank = false
  for (; i < signEnd; i++) {
    const byte = raw[i] as number
    if (byte === 0x3d || byte === 0x3a || byte === 0x3e) sign = true
    else if (byte === 0x20 || byte === 0x09) blank = true
    else if (byte !== 0x22 && byte !== 0x27 && byte !== 0x60 && byte !== 0x5c) {
      const behind = behindColour(raw, i)
      if (behind === i) break
      signEnd += behind - i
      i = behind - 1
    }
  }
  if (!sign && (!blank || !beginsFlag(raw, at))) return false
  for (const end = i + 6; i < end; i++) {
    const byte = raw[i]
    if (byte === undefined || byte <= 0x20 || byte === 0x22 || byte === 0x2c || byte === 0x7b || byte === 0x5b)
      return false
  }
  return true
}

const COLOUR_BYTES = 18

/** Where a colour code that begins at `at` ends: `ESC[1;32m`, its escape character raw or as `u001b` behind a backslash. */
function behindColour(raw: Uint8Array, at: number): number {
  let i = at
  if (raw[i] === 0x1b) i++
  else if (raw[i] === 0x75 && raw[i + 1] === 0x30 && raw[i + 2] === 0x30 && raw[i + 3] === 0x31) i += 5
  else return at
  if (raw[i] !== 0x5b) return at
  for (const end = i + COLOUR_BYTES; i < end; i++) if (raw[i] === 0x6d) return i + 1
  return at
}

/** Whether what follows a key word may be the end of a name in `NAMES`: `password`, `passwd`, `_value`, `_base`, a digit. */
function mayEndName(raw: Uint8Array, at: number): boolean {
  const byte = raw[raw[at] === 0x5f || raw[at] === 0x2d ? at + 1 : at] as number
  if (!isNameCode(byte)) return true
  const lower = byte | 0x20
  return lower === 0x76 || lower === 0x62 || lower === 0x6f || lower === 0x64 || (byte >= 0x30 && byte <= 0x39)
}

/** Whether the name that `at` lies in or behind begins with a dash, or with an escape that may hide one. */
function beginsFlag(raw: Uint8Array, at: number): boolean {
  let start = at
  while (start > 0 && at - start < LONGEST_NAME && isNameCode(raw[start - 1] as number)) start--
  if (raw[start] === 0x2d) return true
  if (raw[start - 1] === 0x5b || raw[start - 1] === 0x3b) return raw.subarray(start, start + 5).includes(0x2d)
  return raw[start - 1] === 0x5c && (raw[start + 1] === 0x2d || hidesCharacter(raw, start - 1))
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(text) ?? undefined
}

/**
 * The value at `from`: inside its quotes, or up to a blank or a sign that ends it; so too where the text was cut before its
 * quote came. A quoted name wants a quoted value.
 */
function readValue(
  text: string,
  from: number,
  widths: Widths,
  mustQuote: boolean,
): { start: number; end: number; quoted: boolean } | undefined {
  const opening = text[from]
  if (opening === '"' || opening === "'" || opening === '`') {
    const depth = widths(from)
    let end = from + 1
    while (end < text.length && end - from <= 260) {
      if (text[end] === '\n') break
      if (text[end] === opening && widths(end) <= depth) return { start: from + 1, end, quoted: true }
      end++
    }
    return readBare(text, from + 1)
  }
  return mustQuote ? undefined : readBare(text, from)
}

function readBare(text: string, from: number): { start: number; end: number; quoted: boolean } | undefined {
  const bare = match(/[^\s"'`,;<>(){}[\]|\\\x00-\x1f]{6,260}/y, text, from)
  if (!bare || /^[([{]/.test(text.slice(from + bare[0].length))) return undefined
  return { start: from, end: from + bare[0].replace(/[.:!?&]+$/, '').length, quoted: false }
}

/** A template, a reference to a value elsewhere, or something already hidden. */
const REFERENCE =
  /\[REDACTED:|\$\{|\$\(|\{\{|%\(|^%[A-Za-z_]+%?$|^<|^\{|\*{3}|x{4}|\.{3}|\u00e2\u0080\u00a6|process\.env|os\.environ|getenv|import\.meta/i
const STAND_IN = /your|example|placeholder|change.?me|dummy|redacted|sample|replace|insert|undefined/i
const CODE =
  /^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+$|^[a-z]+(?:[A-Z][a-z]+)+[0-9]?$|^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$|::|=>/
const WORDS = /^[@#]?[A-Za-z]+(?:[-_./: ][A-Za-z]+)*(?:[-_.]?[0-9]{1,4})?$/
const PLACE = /^(?:\/.*[/.]|\.{1,2}\/|~\/|[A-Za-z]:[\\/]|[a-z][a-z0-9+.-]*:\/\/|[\w.-]+\/[\w./-]+\.[a-z]{1,4}$)/
const NUMBERS = /^[0-9.:,/TZ+-]+$/

/** Long base64 may begin with a slash and hold another. */
const BASE64 = /^[A-Za-z0-9+/]{32,}={0,2}$/

function isSecretValue(value: string, kind: string, quoted: boolean): boolean {
  if (value.length < 8 || value.length > 256 || /\s/.test(value) || REFERENCE.test(value)) return false
  // Older registries hand out UUIDs as tokens; elsewhere they are ids.
  if (isUuid(value)) return kind === 'npm-token'
  const wordless = makesNoWords(value)
  if (NUMBERS.test(value) || (!wordless && (CODE.test(value) || isVariable(value)))) return false
  if (PLACE.test(value) && !(wordless && BASE64.test(value))) return false
  const bits = bitsPerCharacter(value)
  if (STAND_IN.test(value) && (bits < 4 || /[-_ ]/.test(value))) return false
  const digit = /[0-9]/.test(value)
  const letter = /[A-Za-z]/.test(value)
  const sign = /[^A-Za-z0-9_.:/-]/.test(value)
  if (kind === 'password') {
    const made = digit || wordless || (sign && quoted)
    return letter && made && bits >= 2.5 && (wordless || !/^[a-z]+[-_][a-z_-]+[0-9]?$/i.test(value))
  }
  if (!letter || (!wordless && (WORDS.test(value) || !digit))) return false
  return value.length >= (kind === 'token' ? 16 : 12) && bits >= 3
}

function isNameCode(code: number): boolean {
  const lower = code | 0x20
  return (
    (code >= 0x30 && code <= 0x39) ||
    (lower >= 0x61 && lower <= 0x7a) ||
    code === 0x5f ||
    code === 0x2d ||
    code === 0x2e
  )
}
