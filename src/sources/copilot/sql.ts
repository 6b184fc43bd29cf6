/** A piece of a statement: a word, a sign, or a quoted text, without its quotes. */
export interface Token {
  text: string
  /** The quote it stood in; empty for words and signs. */
  quoted: '' | "'" | '"'
}

const TOKEN =
  /\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|`([^`]{0,128})`|\[([^\]]{0,128})\]|[A-Za-z_][\w$]*|\d+(?:\.\d+)?|<>|!=|==|<=|>=|\|\||[\s\S]/gy

/** The statements of an SQL text as tokens, comments left out. Reads any text; what is no SQL gives odd tokens, no error. */
export function statements(sql: string): Token[][] {
  const all: Token[][] = [[]]
  for (const [text, string, name, ticked, bracketed] of sql.matchAll(new RegExp(TOKEN))) {
    if (string !== undefined) all.at(-1)!.push({ text: string.replaceAll("''", "'"), quoted: "'" })
    else if (name !== undefined) all.at(-1)!.push({ text: name.replaceAll('""', '"'), quoted: '"' })
    else if (ticked !== undefined || bracketed !== undefined)
      all.at(-1)!.push({ text: ticked ?? bracketed!, quoted: '' })
    else if (text === ';') all.push([])
    else if (!/^(?:\s|--|\/\*)/.test(text)) all.at(-1)!.push({ text, quoted: '' })
  }
  return all.filter((statement) => statement.length > 0)
}
