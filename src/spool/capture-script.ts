import { NOTHING_TO_SAY } from './spool.ts'

export interface CapturePlace {
  /** Absolute; stands while `DAYBOOK_HOME` says nothing else. Null: where the platform keeps data, found out as it runs. */
  dataDir: string | null
  /** The data folder is where it is because `DAYBOOK_HOME` says so: then the program has to be told. */
  dataHome: boolean
  /** The home it is for, where the agent says none: the program that answers would look for another record. */
  home?: string
  /** Words that start this program. */
  program: readonly string[]
  /** How long the background process may take to answer. */
  askSeconds?: number
  /** How long an answer may take in all. */
  answerSeconds?: number
}

/**
 * The program that agents start for an event: POSIX sh, one `cat`, nothing else. It writes what the agent says into the spool
 * (`spool.ts`) and ends with 0, whatever happens; it prints nothing but answers, and an empty object to Cursor, which takes nothing
 * for no JSON.
 *
 * The process it names is the nearest one above that is no shell: the agent. Where there is no `/proc` it is the parent.
 *
 * A session's start is answered. The event is kept first. Then, where a background process runs, it is asked through a pipe
 * (`ask.ts`); where none does or it is not quick enough, the program answers itself, in what is left of a second. One that was
 * not quick enough is not asked again before it has taken notice.
 */
export function captureScript({
  dataDir,
  dataHome,
  home = '',
  program,
  askSeconds = 0.25,
  answerSeconds = 0.9,
}: CapturePlace): string {
  const words = program.map((word) => `"${quoted(word)}"`).join(' ')
  const rest = Math.max(0.1, answerSeconds - askSeconds).toFixed(2)
  return `#!/bin/sh
# Keeps an event of a coding agent for daybook: capture.sh AGENT EVENT [TEXT] < what the agent says
exec 2>/dev/null
umask 077
limit=
# Nothing is looked up in folders that a project may have put there.
own=$PATH
PATH=/usr/bin:/bin:/run/current-system/sw/bin:/opt/homebrew/bin:/usr/local/bin
agent=$1
quiet() { case $agent in ${[...NOTHING_TO_SAY].map(([agent, said]) => `${agent}) echo '${said}' ;; `).join('')}esac; }
leave() { cat >/dev/null; exit 0; }
lost() { quiet; leave; }
case "$1-$2" in *[!A-Za-z-]*) leave ;; esac
${home === '' ? '' : `[ -n "$HOME" ] || HOME="${quoted(home)}"; export HOME\n`}case $DAYBOOK_HOME in /*) data=$DAYBOOK_HOME ;; *) ${dataDir === null ? PLATFORM_DATA : `data="${quoted(dataDir)}"`} ;; esac${dataHome ? '\nDAYBOOK_HOME=$data; export DAYBOOK_HOME' : ''}
spool=$data/spool
[ -d "$spool" ] || mkdir -p "$spool" || lost
pid=$PPID
while [ "$pid" -gt 1 ] && IFS= read -r stat <"/proc/$pid/stat"; do
  name=\${stat#*(}
  case \${name%)*} in sh | dash | bash | zsh | ksh | ash | busybox | timeout | env) ;; *) break ;; esac
  rest=\${stat##*) }
  rest=\${rest#* }
  pid=\${rest%% *}
done
name=$pid-$$-$2
while [ -e "$spool/$name" ]; do name=$name-; done
file=$spool/$name
keep() {
  {
    printf 'daybook-hook 1 %s %s %s\\n' "$1" "$2" "$pid"
    if [ $# -gt 2 ]; then printf '%s' "$3"; else cat; fi
    printf '\\n.\\n'
  } >>"$file"
}
case $2 in SessionStart | sessionStart) ;; *) quiet; keep "$@" || leave; exit 0 ;; esac
ask=$spool/.ask-$name
heard() {
  keep "$@" || lost
  IFS= read -r answer <&3
  kill $!
  case $answer in *'} ok') printf '%s\\n' "\${answer% ok}" ;; *) false ;; esac
}
answered() {
  seconds=${answerSeconds}
  if read -r server _ <"$data/background" && kill -0 "$server" && ! [ -e "$spool/.silent-$server" ] && mkfifo "$ask"; then
    # Whoever sleeps holds the other end open, and no longer: then there is nothing left to wait for.
    sleep ${askSeconds} >"$ask" &
    heard "$@" 3<"$ask" && return
    { true; } >"$spool/.silent-$server"
    seconds=${rest}
    rm -f "$ask"
  else
    keep "$@" || lost
  fi
  for folder in /usr/bin /bin /run/current-system/sw/bin /opt/homebrew/bin /usr/local/bin; do
    [ -x $folder/timeout ] && limit="$folder/timeout -s KILL $seconds" && break
  done
  PATH=$own DAYBOOK_HOOK=$name $limit ${words} hook "$1" "$2" <&4
}
# Not \`:\`: a shell ends itself where it cannot write what that one was to make.
{ true; } >"$file" || lost
answered "$@" 4<"$file" || quiet
exit 0
`
}

/** As `platformData` of `config/places.ts` has it. */
const PLATFORM_DATA = `case $(uname) in
  Darwin) data="$HOME/Library/Application Support/daybook" ;;
  *) case $XDG_DATA_HOME in /*) data=$XDG_DATA_HOME/daybook ;; *) data=$HOME/.local/share/daybook ;; esac ;;
  esac`

/** Inside double quotes. */
function quoted(path: string): string {
  return path.replace(/[\\$"`]/g, '\\$&')
}
