import { groups, nextWords } from './tree.ts'
import type { TreeCommand, TreeValue } from './tree.ts'

/** A script for fish 3 and newer. */
export function fishScript(tree: readonly TreeCommand[]): string {
  const lines = [
    '# fish completion of daybook',
    '',
    '# True when the words before the cursor are these and nothing else.',
    'function __daybook_only',
    '  set -l words (commandline -opc)',
    '  test "$words[2..-1]" = "$argv"',
    'end',
    '',
    '# True when they begin with these.',
    'function __daybook_in',
    '  set -l words (commandline -opc)',
    '  set -l last (math (count $argv) + 1)',
    '  test (count $words) -ge $last; and test "$words[2..$last]" = "$argv"',
    'end',
    '',
    'complete -c daybook -f',
    ...['', ...groups(tree)].flatMap((group) =>
      nextWords(tree, group).map(
        ({ word, says }) => `complete -c daybook -n ${q(`__daybook_only ${group}`.trim())} -a ${q(word)} -d ${q(says)}`,
      ),
    ),
    `complete -c daybook -n __daybook_only -l version -d ${q('the version')}`,
    ...tree.filter(({ path }) => path !== '').flatMap(commandLines),
  ]
  return `${lines.join('\n')}\n`
}

function commandLines({ path, flags, args }: TreeCommand): string[] {
  const here = `-n ${q(`__daybook_in ${path}`)}`
  const [first] = args
  return [
    ...flags.map(({ flag, says, value }) => {
      const takes = value === null ? '' : ` -x${candidates(value)}`
      return `complete -c daybook ${here} -l ${flag.slice(2)}${takes} -d ${q(says)}`
    }),
    ...(first && first.value !== ''
      ? [`complete -c daybook ${here}${first.value === '@files' ? ' -F' : candidates(first.value)}`]
      : []),
  ]
}

function candidates(value: TreeValue): string {
  if (value === '') return ''
  if (value === '@files') return ` -a ${q('(__fish_complete_path (commandline -ct))')}`
  if (value.startsWith('@'))
    return ` -a ${q(`(command daybook complete ${value.slice(1)} -- =(commandline -ct) 2>/dev/null)`)}`
  return ` -a ${q(value.replaceAll(',', ' '))}`
}

function q(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
