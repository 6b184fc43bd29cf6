import { type Detector, isWord } from './detector.ts'
import { isVariable, looksRandom, makesNoWords } from './entropy.ts'

const TRIVIAL =
  /^(?:pass(?:word|wd)?|pwd|secret|token|user(?:name)?|x+|\*+|\.+|your.*|example|[A-Z]+_[A-Z_]+|\$[({].*|%\(.*|%[A-Z_]+%?|:.*|<.*|\{.*|\[REDACTED:.*|[0-9]{1,5})$/i
const DATABASES =
  /^(?:postgres|mysql|mariadb|mongodb|redis|amqp|mssql|sqlserver|clickhouse|cockroachdb|jdbc|kafka|nats|neo4j|bolt|snowflake|oracle)/i

/** A word for a password, or the name of a variable that holds one. */
function isTrivial(value: string): boolean {
  return TRIVIAL.test(value) || (isVariable(value) && !makesNoWords(value))
}

/** The password of `scheme://user:password@host`; a database's URL has its own kind. */
const urlPassword: Detector = {
  kinds: ['url-password', 'database-password'],
  anchors: ['://', ':\\/', ':\\\\/', ':\\\\\\\\/'],
  before: 32,
  after: 400,
  promising(raw, at) {
    let colon = false
    for (let i = at; i < at + 340; i++) {
      const byte = raw[i]
      if (byte === undefined || byte <= 0x20 || byte === 0x22 || byte === 0x3c || byte === 0x3e || byte === 0x60)
        return false
      if (byte === 0x3a) colon = true
      if (byte === 0x40) return colon
      if (byte === 0x2f && raw[i - 1] !== 0x5c && i > at + 1) return false
      if (byte === 0x5c && raw[i + 1] === 0x75) return true
    }
    return false
  },
  find(text, at) {
    const url = /:\/\/[^\s/?#@:"'`<>\\]{0,128}:([^\s/?#@"'`<>\\]{3,256})@(?=[A-Za-z0-9_.[$-])/dy
    url.lastIndex = at
    const match = url.exec(text)
    const span = match?.indices?.[1]
    if (!match || !span || isTrivial(match[1] as string)) return []
    const before = text.slice(Math.max(0, at - 32), at).replace(/^.*\[[0-9;]{1,16}m/s, '')
    const scheme = /[A-Za-z][A-Za-z0-9+.-]*$/.exec(before)?.[0] ?? ''
    if (scheme === '') return []
    return [
      {
        kind: DATABASES.test(scheme) ? 'database-password' : 'url-password',
        start: span[0],
        end: span[1],
        contextual: true,
      },
    ]
  },
}

/** `Bearer` and `Basic` credentials of an HTTP request (RFC 6750, RFC 7617). */
const authorization: Detector = {
  kinds: ['bearer-token', 'basic-credentials'],
  anchors: ['bearer', 'authorization'],
  ignoreCase: true,
  before: 1,
  after: 2048,
  promising: (raw, at) => {
    const byte = raw[at] as number
    return (
      byte === 0x20 ||
      byte === 0x3a ||
      byte === 0x22 ||
      byte === 0x27 ||
      byte === 0x5c ||
      byte === 0x3d ||
      byte === 0x2b
    )
  },
  find(text, at) {
    const header =
      /(?:bearer(?:\s+|%20|\+)|authorization["'`]?\s{0,4}[:=,]\s{0,4}["'`]?(?:(?:bearer|basic|token|bot|apikey|digest)\s+)?)([A-Za-z0-9._~+/=-]{12,2000})/diy
    header.lastIndex = at
    const match = header.exec(text)
    const span = match?.indices?.[1]
    if (!match || !span) return []
    const value = match[1] as string
    const basic = /basic\s+$/i.test(text.slice(at, span[0]))
    if (basic ? !isBasic(value) : !isBearer(value)) return []
    return [{ kind: basic ? 'basic-credentials' : 'bearer-token', start: span[0], end: span[1], contextual: true }]
  },
}

function isBearer(value: string): boolean {
  return looksRandom(value) && (makesNoWords(value) || !/^[a-z]+(?:[._-][a-z]+)*[0-9]?$/i.test(value))
}

function isBasic(value: string): boolean {
  return Buffer.from(value, 'base64').toString('latin1').includes(':')
}

/** `curl -u user:password`. */
const curlUser: Detector = {
  kinds: ['basic-credentials'],
  anchors: ['curl '],
  before: 1,
  after: 400,
  find(text, at) {
    const user = /curl(?: [^\n|;]{0,300}?)? (?:-u|--user)[ =]?["']?[^\s:"'$]{1,100}:([^\s"'$\\]{3,200})/dy
    user.lastIndex = at
    const match = user.exec(text)
    const span = match?.indices?.[1]
    return !match || !span || isTrivial(match[1] as string)
      ? []
      : [{ kind: 'basic-credentials', start: span[0], end: span[1], contextual: true }]
  },
}

/** `login NAME password ...` of a netrc file. */
const netrc: Detector = {
  kinds: ['password'],
  anchors: ['login '],
  before: 1,
  after: 300,
  find(text, at) {
    const login = /login\s+\S{1,100}\s+password\s+([^\s"'\\]{3,200})/dy
    login.lastIndex = at
    const match = login.exec(text)
    const span = match?.indices?.[1]
    return !match || !span || isTrivial(match[1] as string)
      ? []
      : [{ kind: 'password', start: span[0], end: span[1], contextual: true }]
  },
}

/** `"auth"` below `"auths"` of a container client's configuration, `_auth` of npm's. */
const registryAuth: Detector = {
  kinds: ['registry-credentials'],
  anchors: ['auths', '_auth'],
  before: 1,
  after: 500,
  find(text, at) {
    const auth =
      /(?:auths["']?\s*:\s*\{[^{}]{0,200}\{[^{}]{0,100}["']auth["']\s*:\s*["']|_auth\s*=\s*"?)([A-Za-z0-9+/]{12,400}={0,2})/dy
    auth.lastIndex = at
    const match = auth.exec(text)
    const span = match?.indices?.[1]
    return !match || !span || !isBasic(match[1] as string)
      ? []
      : [{ kind: 'registry-credentials', start: span[0], end: span[1], contextual: true }]
  },
}

/** A PEM key in base64 once more, as Kubernetes keeps it: `LS0tLS1CRUdJTi` is `-----BEGIN`. */
const encodedPrivateKey: Detector = {
  kinds: ['private-key'],
  anchors: ['LS0tLS1CRUdJTi'],
  before: 1,
  after: 32_768,
  find(text, at) {
    if (at > 0 && isWord(text.charCodeAt(at - 1))) return []
    const run = /[A-Za-z0-9+/_-]+={0,2}/y
    run.lastIndex = at
    run.test(text)
    const head = Buffer.from(text.slice(at, at + 80), 'base64').toString('latin1')
    return head.includes('PRIVATE KEY') ? [{ kind: 'private-key', start: at, end: run.lastIndex }] : []
  },
}

/** Secrets known by the protocol or file that carries them. */
export const credentials: readonly Detector[] = [
  urlPassword,
  authorization,
  curlUser,
  netrc,
  registryAuth,
  encodedPrivateKey,
]
