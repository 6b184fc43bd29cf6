import { sanitize, sanitizeJson } from './sanitize.ts'
import { plain, textWidth } from './text.ts'
import type { Span, Text, TextRole } from './text.ts'
import { cutEnd, wrap } from './width.ts'

/** Where characters go. */
export interface Sink {
  write(text: string): unknown
}

export interface ScreenOptions {
  sink: Sink
  /** A person looks at it: aligned, shortened, coloured. Otherwise tabs and full values. */
  terminal: boolean
  colour: boolean
  /** False where the locale cannot show our marks. */
  unicode: boolean
  columns: number
}

/**
 * The only way out. Every piece of text is sanitized here; control sequences are written here and nowhere else.
 */
export class Screen {
  readonly terminal: boolean
  readonly colour: boolean
  readonly unicode: boolean
  readonly columns: number
  readonly #sink: Sink
  #transient = false

  constructor(options: ScreenOptions) {
    this.terminal = options.terminal
    this.colour = options.colour
    this.unicode = options.unicode
    this.columns = options.columns
    this.#sink = options.sink
  }

  /** One line, or several where the text has line ends of its own. */
  line(...texts: readonly Text[]): void {
    this.clearTransient()
    this.#sink.write(`${this.#render(texts)}\n`)
  }

  /** Words that break at the width of a terminal, later lines indented; one line in a pipe. */
  prose(text: string, options: { indent?: number; first?: Text; role?: TextRole } = {}): void {
    const { indent = 0, first = '', role } = options
    const lines = this.terminal ? wrap(sanitize(text).replace(COMMAND, keepTogether), this.columns - indent) : [text]
    lines.forEach((line, index) => {
      const whole = line.replaceAll(UNBROKEN, ' ')
      this.line(index === 0 ? first : ' '.repeat(indent), role === undefined ? whole : { text: whole, role })
    })
  }

  /** Without the line end, for a question. */
  ask(...texts: readonly Text[]): void {
    this.clearTransient()
    this.#sink.write(this.#render(texts))
  }

  /** One JSON document. */
  json(value: unknown): void {
    this.clearTransient()
    this.#sink.write(`${sanitizeJson(JSON.stringify(value, null, this.terminal ? 2 : undefined))}\n`)
  }

  /** A line that the next one takes the place of. On terminals only. */
  transient(text: Text): void {
    const whole = textWidth(text) < this.columns ? text : cutEnd(sanitize(plain(text)), this.columns - 1)
    this.#sink.write(`\r\u001b[2K${this.#render([whole])}`)
    this.#transient = true
  }

  clearTransient(): void {
    if (!this.#transient) return
    this.#sink.write('\r\u001b[2K')
    this.#transient = false
  }

  #render(texts: Text): string {
    if (typeof texts === 'string') return this.#clean(texts)
    if ('role' in texts) return this.#paint(texts)
    return texts.map((text) => this.#render(text)).join('')
  }

  #clean(text: string): string {
    const clean = sanitize(text)
    return this.unicode ? clean : clean.replace(/[·–…●○✓✗→]/g, (mark) => PLAIN_MARKS[mark] ?? mark)
  }

  #paint({ text, role }: Span): string {
    const clean = this.#clean(text)
    if (!this.colour) return role === 'match' ? `<${clean}>` : clean
    const [on, off] = SGR[role]
    return clean === '' ? '' : `\u001b[${on}m${clean}\u001b[${off}m`
  }
}

/** A command at the end of a sentence stays on one line, so that it can be pasted. */
const COMMAND = /(?<=: )daybook [^\n]*$/m
const UNBROKEN = '\u00a0'

function keepTogether(command: string): string {
  return command.replaceAll(' ', UNBROKEN)
}

/** One column each, so that tables stay aligned. */
const PLAIN_MARKS: Record<string, string> = {
  '·': '-',
  '–': '-',
  '…': '~',
  '●': '*',
  '○': 'o',
  '✓': '*',
  '✗': 'x',
  '→': '>',
}

/** The 16-colour set only, so that the user's theme decides. */
const SGR: Record<TextRole, readonly [number, number]> = {
  subject: [1, 22],
  meta: [2, 22],
  ok: [32, 39],
  warn: [33, 39],
  bad: [31, 39],
  command: [36, 39],
  match: [7, 27],
}

/** `NO_COLOR` (no-color.org), `FORCE_COLOR`, `TERM=dumb`: the first that is set decides; else colour on terminals. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, terminal: boolean): boolean {
  if (env['NO_COLOR']) return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return terminal && env['TERM'] !== 'dumb'
}

/** False only where the locale names another character set: `C`, `POSIX`, `de_DE.ISO-8859-1`. */
export function wantsUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG']
  return locale === undefined || locale === '' || /utf-?8/i.test(locale)
}
