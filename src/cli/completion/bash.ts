import { POSIX_WALK, posixTable } from './posix.ts'
import type { TreeCommand } from './tree.ts'

/** A script for bash 3.2 and newer. Bash shows no descriptions, so candidates lose theirs. */
export function bashScript(tree: readonly TreeCommand[]): string {
  return `# bash completion of daybook

${posixTable(tree)}
${POSIX_WALK}
_daybook() {
  local line="\${COMP_LINE:0:COMP_POINT}" current word
  local -a words=() found=()
  # Bash cuts words at = and : as well; ours are cut at blanks alone.
  read -r -a words <<<"$line"
  case "$line" in *[[:space:]]) current= ;; *) current="\${words[\${#words[@]} - 1]}"; unset "words[\${#words[@]} - 1]" ;; esac
  local _daybook_found _daybook_files= _daybook_prefix= _daybook_words _daybook_flags _daybook_plain _daybook_args _daybook_value
  _daybook_walk "$current" "\${words[@]:1}"
  COMPREPLY=()
  if [ -n "$_daybook_files" ]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "\${current##*=}")
    return
  fi
  # What stands before the last = or : is on the line already.
  local cut="\${current%"\${current##*[=:]}"}"
  for word in "\${_daybook_found[@]}"; do
    word="\${word%%$'\\t'*}"
    word="\${word#"$cut"}"
    COMPREPLY+=("$(printf '%q' "$word")")
  done
}
complete -F _daybook daybook
`
}
