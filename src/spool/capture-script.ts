export interface CapturePlace {
  /** Absolute; stands while `DAYBOOK_HOME` says nothing else. */
  dataDir: string
  /** The data folder is where it is because `DAYBOOK_HOME` says so: then the program has to be told. */
  dataHome: boolean
  /** Words that start this program. */
  program: readonly string[]
  /** How long an answer may take. */
  answerSeconds?: number
}

/**
 * The program that agents start for an event: POSIX sh, one `cat`, nothing else. It writes what the agent says into the spool
 * (`spool.ts`) and ends with 0, whatever happens; it prints nothing.
 *
 * The process it names is the nearest one above that is no shell: the agent. Where there is no `/proc` it is the parent.
 *
 * A session's start is answered by the program itself, which is given less than a second; where it is not done by then, the
 * event is kept as any other and the agent goes without.
 */
export function captureScript({ dataDir, dataHome, program, answerSeconds = 0.9 }: CapturePlace): string {
  const words = program.map((word) => `"${quoted(word)}"`).join(' ')
  return `#!/bin/sh
# Keeps an event of a coding agent for daybook: capture.sh AGENT EVENT [TEXT] < what the agent says
exec 2>/dev/null
umask 077
kept= limit=
PATH=/usr/bin:/bin:$PATH
leave() { cat >/dev/null; exit 0; }
case "$1-$2" in *[!A-Za-z-]*) leave ;; esac
case $DAYBOOK_HOME in /*) data=$DAYBOOK_HOME ;; *) data="${quoted(dataDir)}" ;; esac${dataHome ? '\nDAYBOOK_HOME=$data; export DAYBOOK_HOME' : ''}
spool=$data/spool
[ -d "$spool" ] || mkdir -p "$spool" || leave
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
case $2 in SessionStart | sessionStart)
  said=$spool/.said-$name
  cat >"$said" || leave
  command -v timeout >/dev/null && limit='timeout -s KILL ${answerSeconds}'
  DAYBOOK_HOOK=$name $limit ${words} hook "$1" "$2" <"$said" || kept=no
  if [ "$kept" ]; then
    printf 'daybook-hook 1 %s %s %s\\n' "$1" "$2" "$pid" >"$said-"
    cat "$said" >>"$said-"
    printf '\\n.\\n' >>"$said-"
    mv "$said-" "$file"
  fi
  rm -f "$said"
  exit 0
  ;;
esac
{
  printf 'daybook-hook 1 %s %s %s\\n' "$1" "$2" "$pid"
  if [ $# -gt 2 ]; then printf '%s' "$3"; else cat; fi
  printf '\\n.\\n'
} >"$file" || leave
exit 0
`
}

/** Inside double quotes. */
function quoted(path: string): string {
  return path.replace(/[\\$"`]/g, '\\$&')
}
