/** Words that any prompt may have: they find everything. */
const COMMON = new Set(
  (
    'about above after again against already also always another because been before being below between both could ' +
    'does doing done down during each either else ever every first from further give going good have having here hello ' +
    'implement following instead into itself just keep know last later less like look looking made make many maybe might ' +
    'more most much must need never next nothing only other over please problem question quick really same should show ' +
    'since some something still such sure take tell than thank thanks that their them then there these they thing things ' +
    'think this those through today together tomorrow under until update using very want week well were what when where ' +
    'whether which while will with within without work working would write yesterday your yours'
  ).split(' '),
)

/**
 * The word of a text that tells most, for a search somebody tries first: plain letters, safe to paste, none that is in every
 * prompt.
 *
 * @returns the longest such word, the first of several; null where there is none
 */
export function tellingWord(text: string): string | null {
  const words = text.slice(0, 2000).match(/(?<![\w/.<@#-])[A-Za-z]{4,16}(?![\w/.>-])/g) ?? []
  let best: string | null = null
  for (const word of words) {
    if (!COMMON.has(word.toLowerCase()) && word.length > (best?.length ?? 0)) best = word
  }
  return best
}
