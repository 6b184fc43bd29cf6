/** One statement of an SQL text. */
export interface Statement {
  /** As it stands, without comments. */
  text: string
  /** Its first word, in small letters: `update`. */
  verb: string
  /** Words and quoted names that occur in it, in small letters; no texts. */
  names: ReadonlySet<string>
}

const TOKEN =
  /\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'|"((?:[^"]|"")*)"|`([^`]*)`|\[([^\]]*)\]|([A-Za-z_][\w$]*)|[\s\S]/g

/** The statements of an SQL text. Takes any text: what is no SQL gives odd statements, no error. */
export function statements(sql: string): Statement[] {
  const all: Statement[] = []
  let text = ''
  let verb = ''
  let names = new Set<string>()
  const end = (): void => {
    if (text.trim() !== '') all.push({ text: text.trim(), verb, names })
    text = verb = ''
    names = new Set()
  }
  for (const [token, quoted, ticked, bracketed, word] of sql.matchAll(TOKEN)) {
    if (token === ';') end()
    else if (/^(?:--|\/\*)/.test(token)) text += ' '
    else {
      text += token
      verb ||= word?.toLowerCase() ?? ''
      const name = quoted ?? ticked ?? bracketed ?? word
      if (name !== undefined) names.add(name.toLowerCase())
    }
  }
  end()
  return all
}
