const DECIDED =
  /\b(?:decided|decision (?:is|was)|chose|chosen|choosing|opted (?:for|to)|going with|go with|settled on|instead of|rather than)\b/i
const SHORTEST = 20
const LONGEST = 200
const SCAN = 20_000

/** Sentences of a message that tell of a decision, word for word, each on one line, 200 characters at most. */
export function decisionsIn(message: string): string[] {
  const found: string[] = []
  // Code decides nothing.
  const prose = message.slice(0, SCAN).replace(/```[\s\S]*?(?:```|$)/g, '\n')
  for (const line of prose.split('\n')) {
    for (const sentence of line.split(/(?<=[.!?])\s+(?=[A-Z"'`*])/)) {
      const text = sentence.replace(/^[\s>#*-]+/, '').trim()
      if (text.length < SHORTEST || !DECIDED.test(text)) continue
      found.push(text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text)
    }
  }
  return found
}
