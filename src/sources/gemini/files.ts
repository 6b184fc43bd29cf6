import type { FileChangeKind } from '../../domain/invocation.ts'
import { asObject, asText } from '../record.ts'
import type { Json } from '../record.ts'
import type { FileChangeDraft } from '../batch.ts'
import { resultText } from './results.ts'

/**
 * The change that a successful edit made.
 *
 * `resultDisplay` tells it all: `filePath`, `isNewFile` (0.61) or `originalContent`, `diffStat`, `fileDiff`. Copies that
 * lack it leave what the result says and the arguments name; then the line counts are unknown.
 */
export function fileChange(callId: string, call: Json, named: string, atMs: number): FileChangeDraft {
  const shown = asObject(call.resultDisplay)
  const said = resultText(call)
  const path = asText(shown?.filePath) ?? writtenPath(said) ?? named
  return { callId, path, kind: changeKind(shown, said), ...changedLines(shown), atMs }
}

/** `Successfully created and wrote to new file: <path>.`, `Successfully overwrote file: <path>.` (0.20 to 0.61). */
function writtenPath(said: string): string | undefined {
  const path =
    /^Successfully (?:created and wrote to new|overwrote|modified) file: (.{1,1000}?)(?:\.(?: |\n|$)| \(\d)/.exec(
      said.slice(0, 1200),
    )?.[1]
  return path !== undefined && /^(?:\/|[A-Za-z]:[\\/])/.test(path) ? path : undefined
}

function changeKind(shown: Json | undefined, said: string): FileChangeKind {
  if (typeof shown?.isNewFile === 'boolean') return shown.isNewFile ? 'create' : 'edit'
  if (shown?.originalContent === null || said.startsWith('Successfully created')) return 'create'
  return 'edit'
}

/** By `diffStat` where no person changed the edit before it was made; else, and in old versions, by the diff itself. */
function changedLines(shown: Json | undefined): { linesAdded?: number; linesRemoved?: number } {
  const stat = asObject(shown?.diffStat)
  const [linesAdded, linesRemoved] = [stat?.model_added_lines, stat?.model_removed_lines]
  const byPerson = Number(stat?.user_added_lines ?? 0) + Number(stat?.user_removed_lines ?? 0)
  if (isCount(linesAdded) && isCount(linesRemoved) && byPerson === 0) return { linesAdded, linesRemoved }
  return typeof shown?.fileDiff === 'string' ? countDiff(shown.fileDiff) : {}
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

/** Lines below the first `@@`: what is above names the file. */
function countDiff(diff: string): { linesAdded?: number; linesRemoved?: number } {
  let at = diff.startsWith('@@') ? 0 : diff.indexOf('\n@@')
  if (at < 0) return {}
  const counts = { linesAdded: 0, linesRemoved: 0 }
  for (at = diff.indexOf('\n', at === 0 ? 0 : at + 1); at >= 0; at = diff.indexOf('\n', at + 1)) {
    if (diff[at + 1] === '+') counts.linesAdded++
    else if (diff[at + 1] === '-') counts.linesRemoved++
  }
  return counts
}
