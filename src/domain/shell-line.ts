/** What separates a command from the next one; `''` at the end. */
export type Separator = '' | ';' | '\n' | '&&' | '||' | '|' | '&'

/** One program with its arguments, and what comes after it. */
export interface SimpleCommand {
  /** Quotes taken off, `NAME=value` in front left out. */
  words: string[]
  negated: boolean
  after: Separator
}

/** A shell command taken apart. */
export interface ShellLine {
  commands: SimpleCommand[]
  /** A pipe fails when any part of it does. */
  pipefail: boolean
  /** False where it has what is not read here: compound commands, substitutions, here-documents, a quote left open. */
  understood: boolean
}

const LONGEST = 20_000
const COMPOUND =
  /^(?:if|then|else|elif|fi|for|while|until|do|done|case|esac|function|select|coproc|\{|\}|\[\[|trap|eval|source|\.)$/

/** Reads as much of a POSIX shell command as is needed to say which program's exit code is the exit code of all. */
export function readShell(text: string): ShellLine {
  const line: ShellLine = { commands: [], pipefail: false, understood: text.length <= LONGEST }
  const words: string[] = []
  let word: string | undefined
  const endWord = (): void => {
    if (word !== undefined) words.push(word)
    word = undefined
  }
  const endCommand = (after: Separator): void => {
    endWord()
    const made = commandOf(words.splice(0), after)
    if (made) addCommand(line, made)
    else if (after !== '\n' && after !== '' && after !== ';') line.understood = false
  }
  for (let i = 0; i < Math.min(text.length, LONGEST); i++) {
    const sign = text[i] as string
    if (sign === "'") {
      const end = text.indexOf("'", i + 1)
      if (end < 0) return { ...line, understood: false }
      word = (word ?? '') + text.slice(i + 1, end)
      i = end
    } else if (sign === '"') {
      const read = doubleQuoted(text, i)
      if (read === undefined) return { ...line, understood: false }
      if (read.substitutes) line.understood = false
      word = (word ?? '') + read.text
      i = read.end
    } else if (sign === '\\') {
      if (text[i + 1] !== '\n') word = (word ?? '') + (text[i + 1] ?? '')
      i++
    } else if (sign === '#' && word === undefined) {
      const end = text.indexOf('\n', i)
      i = end < 0 ? text.length : end - 1
    } else if (sign === '\n') endCommand('\n')
    else if (/\s/.test(sign)) endWord()
    else if (sign === ';') endCommand(';')
    else if (sign === '&' && text[i + 1] === '&') endCommand(twice(() => i++, '&&'))
    else if (sign === '|' && text[i + 1] === '|') endCommand(twice(() => i++, '||'))
    else if (sign === '|') endCommand(text[i + 1] === '&' ? twice(() => i++, '|') : '|')
    else if (sign === '&' && (text[i - 1] === '>' || text[i + 1] === '>')) endWord()
    else if (sign === '&') endCommand('&')
    else if (sign === '>' || sign === '<') {
      if (text[i + 1] === '<' || text[i + 1] === '(') line.understood = false
      // What is written to or read from is no argument; a file descriptor in front is none either.
      if (word !== undefined && !/^\d$/.test(word)) endWord()
      word = undefined
      i = skipTarget(text, i)
    } else {
      if (sign === '(' || sign === ')' || sign === '`' || (sign === '$' && text[i + 1] === '(')) line.understood = false
      word = (word ?? '') + sign
    }
  }
  endCommand('')
  return line
}

function twice(skip: () => void, separator: Separator): Separator {
  skip()
  return separator
}

function commandOf(words: readonly string[], after: Separator): SimpleCommand | undefined {
  const negated = words[0] === '!'
  const from = words.findIndex((word, i) => !(negated && i === 0) && !/^[A-Za-z_]\w*=/.test(word))
  return from < 0 ? undefined : { words: words.slice(from), negated, after }
}

function addCommand(line: ShellLine, command: SimpleCommand): void {
  const [first = '', ...rest] = command.words
  if (COMPOUND.test(first)) line.understood = false
  if (first === 'set' && rest.join(' ').includes('pipefail')) line.pipefail = true
  line.commands.push(command)
}

function doubleQuoted(text: string, from: number): { text: string; end: number; substitutes: boolean } | undefined {
  let said = ''
  let substitutes = false
  for (let i = from + 1; i < text.length; i++) {
    const sign = text[i] as string
    if (sign === '"') return { text: said, end: i, substitutes }
    if (sign === '\\') said += text[++i] ?? ''
    else {
      if (sign === '`' || (sign === '$' && text[i + 1] === '(')) substitutes = true
      said += sign
    }
  }
  return undefined
}

/** The last sign of `> file`, `2>&1`, `>> "a b"`. */
function skipTarget(text: string, from: number): number {
  const match = /^[<>]{1,2}[&|]?[ \t]*(?:'[^']*'|"[^"]*"|[^\s;&|<>()])*/.exec(text.slice(from, from + 4096))
  return from + (match?.[0].length ?? 1) - 1
}
