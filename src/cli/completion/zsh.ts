import { POSIX_WALK, posixTable } from './posix.ts'
import type { TreeCommand } from './tree.ts'

/** A script for zsh, to be evaluated or to lie in \`fpath\` as \`_daybook\`. */
export function zshScript(tree: readonly TreeCommand[]): string {
  return `#compdef daybook
# zsh completion of daybook

${posixTable(tree)}
${POSIX_WALK}
_daybook() {
  local _daybook_files= _daybook_prefix= _daybook_words _daybook_flags _daybook_plain _daybook_args _daybook_value
  local current="$PREFIX" word
  local -a _daybook_found before values shown
  before=("\${(@)words[2,CURRENT-1]}")
  () {
    emulate -L ksh
    _daybook_walk "$@"
  } "$current" "\${(@)before}"
  if [[ -n "$_daybook_files" ]]; then
    _files
    return
  fi
  for word in "\${(@)_daybook_found}"; do
    values+=("\${word%%$'\\t'*}")
    if [[ "$word" == *$'\\t'* ]]; then shown+=("\${word/$'\\t'/  }"); else shown+=("$word"); fi
  done
  compadd -l -d shown -- "\${(@)values}"
}
if [[ "\${funcstack[1]}" == _daybook ]]; then _daybook "$@"; else compdef _daybook daybook; fi
`
}
