import { groups, nextWords } from './tree.ts'
import type { TreeCommand, TreeValue } from './tree.ts'

/**
 * What bash and zsh share: a table of the commands, and a walk along what is typed that leaves candidates in
 * `_daybook_found`, `value<tab>what it is`. Only values of the record ask the program; words and flags stand here.
 */
export function posixTable(tree: readonly TreeCommand[]): string {
  const commands = tree.map(({ path, flags, args }) => {
    const [plain, taking] = [flags.filter(({ value }) => value === null), flags.filter(({ value }) => value !== null)]
    const lines = [
      `    ${quoted(path)})`,
      `      _daybook_flags=${quoted(flags.map(({ flag }) => flag).join(' '))}`,
      `      _daybook_plain=${quoted(` ${plain.map(({ flag }) => flag).join(' ')} `)}`,
      `      _daybook_args=${quoted(args.map(({ value, rest }) => `${value || '_'}${rest ? '...' : ''}`).join(' '))}`,
      ...(taking.length === 0
        ? []
        : [
            '      case "$2" in',
            ...taking
              .filter(({ value }) => value !== '')
              .map(({ flag, value }) => `        ${flag}) _daybook_value=${quoted(value as TreeValue)} ;;`),
            '      esac',
          ]),
      '      ;;',
    ]
    return lines.join('\n')
  })
  const words = ['', ...groups(tree)].map(
    (group) =>
      `    ${quoted(group)}) _daybook_words=${quoted(
        nextWords(tree, group)
          .map(({ word }) => word)
          .join(' '),
      )} ;;`,
  )
  return `# What follows a word: $1 is the word, or nothing at the beginning.
_daybook_next() {
  _daybook_words=
  case "$1" in
${words.join('\n')}
  esac
}

# A command: $1 its words, $2 a flag whose value is wanted. Fails for what is no command.
_daybook_command() {
  _daybook_flags= _daybook_plain= _daybook_args= _daybook_value=
  case "$1" in
${commands.join('\n')}
    *) return 1 ;;
  esac
}
`
}

/** The walk. Arrays are counted from 0, as bash and \`emulate ksh\` do. */
export const POSIX_WALK = `# $1: what is being typed; then the words before it, without the program.
_daybook_walk() {
  local current="$1" command= flag= i=0 place=0 word
  shift
  local -a words=("$@")
  _daybook_found=()
  if [ $# -ge 2 ] && _daybook_command "$1 $2" ''; then command="$1 $2" i=2
  elif [ $# -ge 1 ] && _daybook_command "$1" ''; then command="$1" i=1
  fi
  # A command that others begin with is completed by their words as well.
  if [ $# -eq 0 ] || [ $# -eq 1 ]; then
    _daybook_next "\${1:-}"
    for word in $_daybook_words; do _daybook_add "$word" "$current"; done
    if [ $# -eq 0 ]; then
      _daybook_add --help "$current"
      _daybook_add --version "$current"
      return
    fi
  fi
  [ -n "$command" ] || return 0
  while [ $i -lt $# ]; do
    word="\${words[$i]}"
    case "$word" in
      --*=*) flag= ;;
      --*)
        case "$_daybook_plain" in
          *" $word "*) flag= ;;
          *) flag="$word" ;;
        esac ;;
      *)
        if [ -n "$flag" ]; then flag=; else place=$((place + 1)); fi ;;
    esac
    i=$((i + 1))
  done
  if [ -z "$flag" ]; then
    case "$current" in
      --*=*)
        flag="\${current%%=*}"
        _daybook_command "$command" "$flag"
        _daybook_prefix="$flag="
        _daybook_values "$_daybook_value" "\${current#*=}"
        return ;;
      -*)
        for word in $_daybook_flags; do _daybook_add "$word" "$current"; done
        return ;;
    esac
    i=0
    for word in $_daybook_args; do
      if [ $i -eq $place ]; then _daybook_values "\${word%...}" "$current"; return; fi
      case "$word" in *...) _daybook_values "\${word%...}" "$current"; return ;; esac
      i=$((i + 1))
    done
    return
  fi
  _daybook_command "$command" "$flag"
  _daybook_values "$_daybook_value" "$current"
}

_daybook_add() {
  case "$1" in "$2"*) _daybook_found+=("$_daybook_prefix$1") ;; esac
}

# $1: a,b or @kind; $2: what is being typed.
_daybook_values() {
  local word rest
  case "$1" in
    @files) _daybook_files=1 ;;
    @*)
      while IFS= read -r word; do
        [ -n "$word" ] && _daybook_found+=("$_daybook_prefix$word")
      done <<EOF
$(command daybook complete "\${1#@}" -- "=$2" 2>/dev/null)
EOF
      ;;
    '' | _) ;;
    *)
      rest="$1,"
      while [ -n "$rest" ]; do
        _daybook_add "\${rest%%,*}" "$2"
        rest="\${rest#*,}"
      done ;;
  esac
}
`

/** A word between single quotes, as POSIX shells take it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
