/** Shannon entropy of the characters of `text`, in bits per character. */
export function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}

/** Digits and letters together, or letters that make no words: random text rather than a name. */
export function looksRandom(text: string): boolean {
  if (!/[A-Za-z]/.test(text) || bitsPerCharacter(text) < 3) return false
  return /[0-9]/.test(text) || makesNoWords(text)
}

/** The hundred pairs of letters that words are mostly made of: two thirds of all pairs in English, a seventh in random text. */
const PAIRS = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ' +
    'ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so rs un lo ge ie em ' +
    'ad ol rt po na ul ni ts mo pa im mi ai sh ir su id os ke ey'
  ).split(' '),
)
const FEWEST_LETTERS = 10
const SHARE_OF_PAIRS = 0.4

/** Capitals among small letters, ten of them or more, and few pairs of letters that words have. */
export function makesNoWords(text: string): boolean {
  const letters = text.match(/[A-Za-z]/g)?.length ?? 0
  if (letters < FEWEST_LETTERS || !/[a-z]/.test(text) || !/[A-Z]/.test(text)) return false
  let pairs = 0
  let common = 0
  for (const [run] of text.toLowerCase().matchAll(/[a-z]+/g)) {
    for (let i = 1; i < run.length; i++) {
      pairs++
      if (PAIRS.has(run.slice(i - 1, i + 1))) common++
    }
  }
  return pairs > 0 && common / pairs < SHARE_OF_PAIRS
}

/** `$DB_PASSWORD_2`, `$apiKey`, `$request.token`: where a value would stand, not a value. */
export function isVariable(text: string): boolean {
  return /^\$(?:[A-Z0-9_]+|[A-Za-z_]+[0-9]*)(?:[-.:?].*)?$/.test(text)
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** An id in the common shape, which says nothing about secrecy. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}
