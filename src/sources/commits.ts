import type { CommitDraft } from './batch.ts'
import { asText, firstLine, oneLine } from './record.ts'

const SUBJECT_LIMIT = 200
/** Git reports a commit in the first lines after hooks had their say; what is beyond is not looked at. */
const SCAN = 64 * 1024

/**
 * The subject line of the commit that a shell command makes; `undefined` when it makes none. The subject is empty where
 * the message comes from a file or an editor.
 */
export function commitSubject(command: string): string | undefined {
  const commit = findCommit(command.slice(0, SCAN))
  if (commit === undefined) return undefined
  const message = /(?:\s-[a-zA-Z]*m|\s--message)(?:=|\s*)(["']?)/.exec(command.slice(commit, commit + 4000))
  if (!message) return ''
  const rest = command.slice(commit + message.index + message[0].length)
  const heredoc = /^\$\(cat <<-?\s*['"\\]?(\w+)['"]?[^\n]*\n/.exec(rest.slice(0, 200))
  if (heredoc) return oneLine(firstLine(rest.slice(heredoc[0].length)), SUBJECT_LIMIT)
  return oneLine(firstLine(quoted(rest, message[1] ?? '')), SUBJECT_LIMIT)
}

const VALUED = new Set(['-C', '-c', '--git-dir', '--code-tree', '--namespace'])
const OPTIONS = 20

/** Where the arguments of `git [options] commit` begin. */
function findCommit(command: string): number | undefined {
  for (let git = command.indexOf('git'); git >= 0; git = command.indexOf('git', git + 3)) {
    if (git > 0 && /[\w./-]/.test(command[git - 1]!)) continue
    const word = /\s*(\S+)/y
    word.lastIndex = git + 3
    if (!/\s/.test(command[word.lastIndex] ?? '')) continue
    for (let options = 0; options < OPTIONS; options++) {
      const found = word.exec(command)?.[1]
      if (found === 'commit') return word.lastIndex
      if (found === undefined || !found.startsWith('-')) break
      if (VALUED.has(found)) word.exec(command)
    }
  }
  return undefined
}

function quoted(text: string, quote: string): string {
  if (quote === '') return /^[^\s&|;]*/.exec(text.slice(0, 1000))?.[0] ?? ''
  for (let i = 0; i < text.length && i < 4000; i++) {
    if (text[i] === '\\' && quote === '"') i++
    else if (text[i] === quote) return text.slice(0, i).replaceAll('\\"', '"')
  }
  return text.slice(0, 4000)
}

/**
 * Commits that the output of a committing command shows: git's own report, `[branch sha] subject`, or else, after
 * `git commit -q && git rev-parse HEAD` and the like, a line that is nothing but a full hash.
 *
 * @param subject of the command, for commits that show no more than a hash
 * @param succeeded a bare hash is believed only then; git's report also when a later command failed
 */
export function seenCommits(
  callId: string,
  output: string,
  subject: string,
  succeeded: boolean,
  atMs: number,
): CommitDraft[] {
  const commits: CommitDraft[] = []
  let bare: string | undefined
  const text = output.slice(0, SCAN)
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start)
    const end = found < 0 ? text.length : found
    if (text[start] === '[') {
      const report = /^\[([^\]]{1,250}?)(?: \(root-commit\))? ([0-9a-f]{7,64})\] ?(.*)$/.exec(
        text.slice(start, Math.min(end, start + 1000)),
      )
      if (report) {
        const branch = report[1] === 'detached HEAD' ? undefined : report[1]
        commits.push({ callId, hash: report[2]!, subject: oneLine(report[3]!, SUBJECT_LIMIT), branch, atMs })
      }
    } else if (end - start >= 40 && end - start <= 64 && bare === undefined) {
      bare = asText(/^([0-9a-f]{40}|[0-9a-f]{64})$/.exec(text.slice(start, end))?.[0])
    }
    start = end + 1
  }
  if (commits.length === 0 && bare !== undefined && succeeded) commits.push({ callId, hash: bare, subject, atMs })
  return commits
}
