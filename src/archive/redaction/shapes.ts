import { type Detector, type Finding, hidesCharacter, isWord, mayBegin } from './detector.ts'
import { bitsPerCharacter, looksRandom, makesNoWords } from './entropy.ts'

/**
 * A JSON Web Token: three base64url parts, the first two of them JSON objects (RFC 7519), or five when encrypted. The
 * anchor is where the payload begins; the header stands before it.
 */
const jsonWebToken: Detector = {
  kinds: ['jwt'],
  anchors: ['.eyJ'],
  before: 2048,
  after: 8192,
  find(text, at) {
    let start = at
    while (start > 0 && isBase64Url(text.charCodeAt(start - 1))) start--
    while (start < at && !text.startsWith('eyJ', start)) start++
    const tail = /\.eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?/y
    tail.lastIndex = at
    const match = tail.exec(text)
    if (!match || at - start < 10) return []
    return [{ kind: 'jwt', start, end: tail.lastIndex }]
  },
}

const encryptedWebToken: Detector = {
  kinds: ['jwt'],
  anchors: ['eyJlbmMi', 'eyJhbGci'],
  before: 1,
  after: 8192,
  find(text, at) {
    const whole = /eyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*){1}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]{10,}){0,2}/y
    whole.lastIndex = at
    if ((at > 0 && isBase64Url(text.charCodeAt(at - 1))) || !whole.test(text)) return []
    return [{ kind: 'jwt', start: at, end: whole.lastIndex }]
  },
}

/** A bot token of Telegram: the bot's number, a colon, 35 characters that begin with `AA`. */
const telegram: Detector = {
  kinds: ['telegram-bot-token'],
  anchors: [':AA'],
  before: 16,
  after: 48,
  find(text, at) {
    const tail = /:AA[A-Za-z0-9_-]{32,34}(?![A-Za-z0-9_-])/y
    tail.lastIndex = at
    let start = at
    while (start > 0 && isDigit(text.charCodeAt(start - 1))) start--
    if (text[start - 1] === '%') start += 2
    if (at - start < 8 || at - start > 10 || !tail.test(text)) return []
    return [{ kind: 'telegram-bot-token', start, end: tail.lastIndex }]
  },
}

/** A secret access key of AWS beside its id, as credential files and consoles print them: no name, only its shape. */
const awsSecretBesideId: Detector = {
  kinds: ['aws-secret-key'],
  anchors: ['AKIA', 'ASIA'],
  before: 200,
  after: 300,
  find(text, at) {
    if (!/^A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])/.test(text.slice(at, at + 21))) return []
    const from = Math.max(0, at - 200)
    const around = text.slice(from, at + 300)
    const findings: Finding[] = []
    for (const match of around.matchAll(BESIDE)) {
      if (!isAwsSecret(match[0])) continue
      const start = from + match.index
      findings.push({ kind: 'aws-secret-key', start, end: start + 40 })
    }
    return findings
  },
}

/** The plus of a diff is not part of it. */
const BESIDE = /(?<=(?:^|\n)\+|(?<![A-Za-z0-9/+=]))[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g

const awsSecretByName: Detector = {
  kinds: ['aws-secret-key'],
  anchors: ['secret'],
  ignoreCase: true,
  before: 1,
  after: 160,
  promising(raw, at) {
    let next = at
    while (next < at + 2 && isBlank(raw[next] as number)) next++
    const [first, second] = [raw[next] as number, raw[next + 1] as number]
    if (first === 0x5c) return hidesCharacter(raw, next)
    const begun = (first | 0x20) === 0x6b || (first | 0x20) === 0x61
    return begun && ((second | 0x20) === 0x65 || (second | 0x20) === 0x63 || second === 0x5c)
  },
  find(text, at) {
    const named =
      /secret[ _-]?(?:access)?[ _-]?key(?:\s*\[[^\]\n]{0,30}\])?["'`]?\s{0,8}(?:=>|[=:,>])\s{0,8}["'`]?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/diy
    named.lastIndex = at
    const span = named.exec(text)?.indices?.[1]
    if (!span || !isAwsSecret(text.slice(span[0], span[1]))) return []
    return [{ kind: 'aws-secret-key', start: span[0], end: span[1] }]
  },
}

/**
 * A bot token of Discord: the bot's number in base64 (it begins with one of `M`, `N`, `O`), a time, a keyed hash.
 * @see https://discord.com/developers/docs/reference#authentication
 */
const DISCORD = /[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,45}(?![A-Za-z0-9_-])/y

const discord: Detector = {
  kinds: ['discord-bot-token'],
  anchors: [...'MNO'].flatMap((a) => [...'DTjz'].flatMap((b) => [...'AEIMQUYcgk'].map((c) => a + b + c))),
  before: 1,
  after: 96,
  promising(raw, at) {
    for (let i = at; i < at + 26; i++) {
      const byte = raw[i]
      if (byte === 0x5c) return hidesCharacter(raw, i)
      if (byte === 0x2e) return i >= at + 20
      if (byte === undefined || byte <= 0x2c) return false
    }
    return false
  },
  find(text, at) {
    DISCORD.lastIndex = at
    if ((at > 0 && isBase64Url(text.charCodeAt(at - 1)) && !mayBegin(text, at)) || !DISCORD.test(text)) return []
    const end = DISCORD.lastIndex
    return looksRandom(text.slice(at, end)) ? [{ kind: 'discord-bot-token', start: at, end }] : []
  },
}

/** Keys of Mailchimp carry their data centre behind the hash: `...-us14`. */
const mailchimp: Detector = {
  kinds: ['mailchimp-key'],
  anchors: ['-us1', '-us2', '-us3', '-us4', '-us5', '-us6', '-us7', '-us8', '-us9'],
  before: 60,
  after: 8,
  find(text, at) {
    const match = at >= 32 && mayBegin(text, at - 32) && /^[0-9a-f]{32}$/.test(text.slice(at - 32, at))
    const tail = /-us[0-9]{1,2}(?![A-Za-z0-9])/y
    tail.lastIndex = at
    return match && tail.test(text) ? [{ kind: 'mailchimp-key', start: at - 32, end: tail.lastIndex }] : []
  },
}

/** Secrets without a name or a prefix of their own, known by how they are built. */
export const shapes: readonly Detector[] = [
  jsonWebToken,
  encryptedWebToken,
  telegram,
  awsSecretBesideId,
  awsSecretByName,
  discord,
  mailchimp,
]

function isAwsSecret(text: string): boolean {
  if (!/[a-z]/.test(text) || !/[A-Z]/.test(text) || bitsPerCharacter(text) < 4) return false
  return /[0-9/+]/.test(text) || makesNoWords(text)
}

/** What may stand between the words of a name. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x5f || byte === 0x2d
}

function isBase64Url(code: number): boolean {
  return isWord(code) || code === 0x2d || code === 0x5f
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}
