import type { Random } from './random.ts'

const COMMON =
  'the to of and a in is it that for on this with as be we not are from or by if at an will can when has its all so file test code but use run then was into no new only now should which after before there value error line each also one does make first add read type here still call name list set check path return fix change next data same what how where because would between without function module work two result field case more build output server request response cache table index key query update write string number empty default config option already never every last time show find keep move remove create open close start stop load save parse format handle expect match fail pass'.split(
    ' ',
  )
const STEMS =
  'tide harbour cache reader parser session ledger token frame index cursor batch store worker socket buffer stream packet schema column query planner router handler header footer widget layout canvas palette cursor anchor record entry ticket sprint project branch commit merge rebase patch diff hunk symbol lexer grammar visitor emitter linker loader resolver bundle module package registry mirror proxy tunnel gateway balancer replica shard segment journal snapshot checkpoint restore backup archive digest cipher nonce secret vault policy audit tracer metric gauge histogram bucket sampler throttle backoff retry timeout deadline queue broker topic partition offset consumer producer scheduler executor pool thread fiber mutex latch barrier atomic arena slab page block inode volume mount device driver kernel syscall signal handle descriptor pipe shell prompt glob regex escape encode decode compress inflate transform pipeline stage sink source filter mapper reducer folder window viewport shader texture vertex matrix vector tensor kernel epoch gradient sample label corpus chapter invoice payment refund coupon basket order shipment courier address tariff currency exchange balance account ledger mailbox thread draft outbox avatar profile badge invite tenant workspace member role grant consent locale plural calendar holiday sunrise weather station buoy current swell forecast chart island lagoon beacon'.split(
    ' ',
  )
const SHAPES = [
  '',
  's',
  'er',
  'Map',
  'List',
  'Id',
  'At',
  'Ms',
  'Error',
  'Options',
  'State',
  'Kind',
  'Count',
  'Path',
  'Ref',
]
const VERBS = [
  'get',
  'read',
  'write',
  'open',
  'close',
  'make',
  'find',
  'list',
  'apply',
  'merge',
  'parse',
  'format',
  'check',
  'drop',
  'sync',
]

/** How many words a draw is spread over: the few common ones come up often, most of the others hardly ever. */
const DRAWS = 65_536

/** Words as they come in prose, code and program output. Identifiers are made of stems, so there are many thousands. */
export interface Vocabulary {
  word(): string
  identifier(): string
  path(): string
  sentence(): string
  prose(length: number): string
  code(length: number): string
  log(length: number): string
}

export function createVocabulary(random: Random): Vocabulary {
  const identifiers: string[] = []
  for (const stem of STEMS) {
    for (const shape of SHAPES) identifiers.push(stem + shape)
    for (const verb of VERBS) identifiers.push(verb + stem[0]?.toUpperCase() + stem.slice(1))
    for (let n = 0; n < 30; n++) {
      const other = random.pick(STEMS)
      identifiers.push(`${stem}${other[0]?.toUpperCase()}${other.slice(1)}${random.pick(SHAPES)}`, `${stem}_${other}`)
    }
  }
  const draws: string[] = []
  for (let n = 0; n < DRAWS; n++) {
    const rank = Math.floor(Math.exp(random.fraction() * Math.log(COMMON.length + identifiers.length)))
    draws.push(COMMON[rank - 1] ?? identifiers[(rank * 7919) % identifiers.length] ?? 'the')
  }
  const word = (): string => draws[random.below(DRAWS)] ?? 'the'
  const identifier = (): string => identifiers[random.below(identifiers.length)] ?? 'tide'
  const path = (): string =>
    `src/${random.pick(STEMS)}/${identifier()}${random.pick(['.ts', '.ts', '.test.ts', '.go', '.py', '.md', '.json', '.css'])}`
  const sentence = (): string => {
    let text = word()
    const words = 6 + random.below(14)
    for (let n = 1; n < words; n++) {
      const roll = random.below(40)
      if (roll === 0) text += ` \`${identifier()}\``
      else if (roll === 1) text += ` ${path()}`
      else if (roll === 2) text += ` ${random.below(5_000)}`
      else text += ` ${word()}`
    }
    return `${text[0]?.toUpperCase()}${text.slice(1)}.`
  }
  return {
    word,
    identifier,
    path,
    sentence,
    prose: (length) => fill(length, random.below(5) === 0 ? '\n\n' : ' ', sentence),
    code: (length) => fill(length, '\n', () => codeLine(random, identifier, word)),
    log: (length) => fill(length, '\n', () => logLine(random, identifier, path, word)),
  }
}

function fill(length: number, joint: string, piece: () => string): string {
  let text = piece()
  while (text.length < length) text += joint + piece()
  return text
}

function codeLine(random: Random, identifier: () => string, word: () => string): string {
  const indent = '  '.repeat(random.below(4))
  switch (random.below(8)) {
    case 0:
      return `${indent}const ${identifier()} = ${identifier()}(${identifier()}, ${random.below(1000)})`
    case 1:
      return `${indent}if (${identifier()}.${identifier()} > ${identifier()}) return ${identifier()}`
    case 2:
      return `${indent}// ${word()} ${word()} ${word()} ${word()} ${word()} ${word()}`
    case 3:
      return `${indent}export function ${identifier()}(${identifier()}: string, ${identifier()}: number): void {`
    case 4:
      return `${indent}}`
    case 5:
      return `${indent}await ${identifier()}.${identifier()}({ ${identifier()}, ${identifier()}: '${word()} ${word()}' })`
    case 6:
      return `import { ${identifier()}, ${identifier()} } from './${identifier()}.ts'`
    default:
      return `${indent}expect(${identifier()}(${random.below(100)})).toEqual('${word()}-${random.hex(6)}')`
  }
}

function logLine(random: Random, identifier: () => string, path: () => string, word: () => string): string {
  switch (random.below(7)) {
    case 0:
      return `2026-10-${String(1 + random.below(28)).padStart(2, '0')}T${String(random.below(24)).padStart(2, '0')}:14:0${random.below(10)}.${random.below(1000)}Z INFO ${identifier()} ${word()} ${word()} id=${random.hex(8)} took=${random.below(900)}ms`
    case 1:
      return `  ✓ ${path()} > ${word()} ${word()} ${word()} ${word()} (${random.below(400)} ms)`
    case 2:
      return `    at ${identifier()}.${identifier()} (/home/ada/tidewatch/${path()}:${random.below(400)}:${random.below(80)})`
    case 3:
      return `${path()}:${random.below(900)}:  ${identifier()}(${identifier()}) // ${word()} ${word()}`
    case 4:
      return `-rw-r--r--  1 ada staff ${String(random.below(99_999)).padStart(6)} Oct ${1 + random.below(28)} 14:${random.below(60)} ${path()}`
    case 5:
      return `WARN ${word()} ${word()} ${identifier()} ${word()} ${random.below(10_000)} ${word()} ${word()} ${word()}`
    default:
      return `${random.hex(7)} ${word()} ${word()} ${identifier()} ${word()} ${word()}`
  }
}
