/** A command line found in documentation. */
export interface DocCommand {
  /** Path of the page. */
  page: string
  /** As printed: `daybook session list --since 7d`. */
  text: string
  /** Its words after `daybook`, quotes taken off. */
  words: string[]
  /** From a fenced `sh` block: it runs as printed on the demo's store. */
  runnable: boolean
}

/** Every `daybook ...` of a Markdown page: in fences, indented blocks and inline code. Placeholders are left out. */
export function commandsIn(page: string, markdown: string): DocCommand[] {
  const found: DocCommand[] = []
  let fence: string | undefined
  for (const line of markdown.split('\n')) {
    const mark = /^\s*```(\w*)/.exec(line)
    if (mark) {
      fence = fence === undefined ? mark[1] : undefined
      continue
    }
    const texts = fence === undefined ? outsideFences(line) : line.replace(/^\$ /, '')
    for (const text of [texts].flat()) {
      // Screens print commands beside explanations: two spaces or a comment end a command.
      const command = text.replace(/\s{2,}.*$|\s+#.*$/, '').trim()
      const isCommand = /^(\.\/)?daybook( |$)/.test(command)
      if (!isCommand || isPlaceholder(command)) continue
      found.push({ page, text: command, words: shellWords(command).slice(1), runnable: fence === 'sh' })
    }
  }
  return found
}

function outsideFences(line: string): string[] {
  if (line.startsWith('    ')) return [line.trim()]
  return [...line.matchAll(/`([^`]+)`/g)].map((match) => match[1]!)
}

/** `daybook restore SESSION`, `daybook ...`: a shape, not a command. */
function isPlaceholder(command: string): boolean {
  return /\.\.\.|…|[[\]|<>]| [A-Z][A-Z_]+\b/.test(command.replace(/'[^']*'|"[^"]*"/g, '').replace(/SESSION-\d+/g, ''))
}

/** Words of a POSIX command line with plain quoting. */
export function shellWords(text: string): string[] {
  const words: string[] = []
  for (const [part] of text.matchAll(/(?:'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"])+/g)) {
    words.push(
      part.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"/g, (_, single, double) => single ?? double.replace(/\\(.)/g, '$1')),
    )
  }
  return words
}
