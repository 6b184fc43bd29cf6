import type { Detector, Finding } from './detector.ts'

const LABEL = /-----BEGIN ((?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?)-----/y
const REACH = 65_536

/**
 * Private keys in PEM (RFC 7468), OpenSSH's and PGP's form, wherever lines end: real line ends, escaped ones, strings of
 * a list, lines behind numbers or diff marks. Every stretch that one string holds becomes one finding, all with the same
 * value: the key without its breaks. A key that was cut off is taken as far as its lines go.
 */
export const privateKey: Detector = {
  kinds: ['', 'rsa-', 'ec-', 'dsa-', 'encrypted-', 'openssh-', 'pgp-'].map((prefix) => `${prefix}private-key`),
  anchors: ['-----BEGIN '],
  before: 1,
  after: REACH,
  promising: (raw, at) => {
    const byte = raw[at] as number
    return (byte >= 0x41 && byte <= 0x5a) || byte === 0x5c
  },
  find(text, at) {
    LABEL.lastIndex = at
    const label = LABEL.exec(text)?.[1]
    if (label === undefined) return []
    const body = readBody(text, LABEL.lastIndex, `-----END ${label}-----`)
    if (body.pieces.length === 0) return []
    const named = label.replace(' BLOCK', '').toLowerCase().replaceAll(' ', '-')
    const kind = this.kinds.includes(named) ? named : 'private-key'
    const pieces = [{ start: at, end: LABEL.lastIndex }, ...body.pieces]
    return join(text, pieces).map((piece) => ({ kind, ...piece, value: body.value }) satisfies Finding)
  },
}

interface Piece {
  start: number
  end: number
}

/** What may stand between the lines of a key: breaks, indents, quotes and commas of a list, diff marks, line numbers. */
const BETWEEN = /(?:\\[nrt]|[\s"'`,+>|\\]|-(?!----)|[0-9]{1,6}(?:\u00e2\u0086\u0092|[\t:|])|[0-9]{1,6} +(?=\S{16}))+/y
const LINE = /[A-Za-z0-9+/=]+(?!_|-(?!----))/y
const HEADER =
  /(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|Key|Private-Lines|Public-Lines)(?:-[A-Za-z]+)?: [^\n"']{0,80}/y

function readBody(text: string, from: number, ending: string): { pieces: Piece[]; value: string } {
  const pieces: Piece[] = []
  let value = ''
  let at = from
  while (at < text.length) {
    BETWEEN.lastIndex = at
    let next = BETWEEN.test(text) ? BETWEEN.lastIndex : at
    if (text.startsWith('------', next)) next++
    if (text.startsWith(ending, next)) {
      pieces.push({ start: next, end: next + ending.length })
      break
    }
    HEADER.lastIndex = next
    LINE.lastIndex = next
    if (HEADER.test(text)) {
      pieces.push({ start: next, end: HEADER.lastIndex })
      next = HEADER.lastIndex
    } else if (LINE.test(text) && isKeyLine(text, next, LINE.lastIndex)) {
      value += text.slice(next, LINE.lastIndex)
      pieces.push({ start: next, end: LINE.lastIndex })
      next = LINE.lastIndex
    } else {
      break
    }
    at = next
  }
  return { pieces: value.length >= 16 ? pieces : [], value }
}

/** A last line may be short, but then something of a key's shape must have been before it or an end must follow. */
function isKeyLine(text: string, start: number, end: number): boolean {
  if (end - start >= 24) return true
  BETWEEN.lastIndex = end
  const next = BETWEEN.test(text) ? BETWEEN.lastIndex : end
  return next >= text.length || /^-?-----END|^=[A-Za-z0-9+/]{4}/.test(text.slice(next, next + 10))
}

/** Joins pieces of one string; a real line end or a closing quote between two keeps them apart. */
function join(text: string, pieces: Piece[]): Piece[] {
  const joined: Piece[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    if (last && !/["'`]/.test(text.slice(last.end, piece.start))) last.end = piece.end
    else joined.push({ ...piece })
  }
  return joined
}
