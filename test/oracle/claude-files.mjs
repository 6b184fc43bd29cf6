// Finding and reading transcripts, for the independent count. Nothing of `src/` is used.
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'

/** `<project>/<session>.jsonl`, `<project>/agent-<id>.jsonl` and `<project>/<session>/subagents/**`/agent-<id>.jsonl`. */
export function transcriptFiles(projects) {
  const found = []
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) visit(path)
      else if (entry.isFile() && isTranscript(relative(projects, path).split(sep))) found.push(path)
    }
  }
  if (lstatSync(projects).isDirectory()) visit(projects)
  return found.sort()
}

function isTranscript(parts) {
  const name = parts.at(-1)
  if (!name.endsWith('.jsonl')) return false
  if (parts.length === 2) return true
  return parts.length >= 4 && parts[2] === 'subagents' && name.startsWith('agent-')
}

export function readTranscript(projects, path) {
  const parts = relative(projects, path).split(sep)
  const bytes = readFileSync(path)
  const subagent = basename(path).startsWith('agent-')
  const file = {
    path,
    bytes: bytes.length,
    subagent,
    session: parts.length > 2 ? parts[1] : basename(path, '.jsonl'),
    /** A subagent's file beside the sessions says in its records whose it is. */
    sessionInside: subagent && parts.length === 2,
    badLines: 0,
    records: [],
  }
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const value = parse(line)
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      file.records.push(makeRecord(file, value, index))
    else file.badLines++
  }
  return file
}

function parse(line) {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/**
 * A record is the same record wherever its uuid stands: a fork copies lines under the same uuids, 2.1 with their old times,
 * 1.0 with the time of forking. Those without a uuid are only ever themselves.
 */
function makeRecord(file, value, index) {
  const named = typeof value.uuid === 'string' && value.uuid !== ''
  return { file, value, index, identity: named ? value.uuid : `${file.path}:${index}` }
}

export function sessionOf(file, record) {
  if (!file.sessionInside) return file.session
  const inside = file.records.find(({ value }) => typeof value.sessionId === 'string')
  return inside?.value.sessionId ?? record.value.sessionId ?? file.session
}
