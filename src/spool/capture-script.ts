/**
 * The program that agents start for an event: POSIX sh, one `cat`, nothing else. It writes what the agent says into the spool
 * (`spool.ts`) and ends with 0, whatever happens; it prints nothing.
 *
 * The process it names is the nearest one above that is no shell: the agent. Where there is no `/proc` it is the parent.
 *
 * @param dataDir absolute, as it stands while `DAYBOOK_HOME` says nothing else
 */
export function captureScript(dataDir: string): string {
  return `#!/bin/sh
# Keeps an event of a coding agent for daybook: capture.sh AGENT EVENT [TEXT] < what the agent says
exec 2>/dev/null
umask 077
PATH=/usr/bin:/bin:$PATH
leave() { cat >/dev/null; exit 0; }
case "$1-$2" in *[!A-Za-z-]*) leave ;; esac
case $DAYBOOK_HOME in /*) data=$DAYBOOK_HOME ;; *) data="${quoted(dataDir)}" ;; esac
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
file="$spool/$pid-$$-$2"
while [ -e "$file" ]; do file="$file-"; done
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
