import type { EntryContent, EntryType } from '../domain/entry.ts'
import { readKeptRecord, type KeptInvocation } from '../domain/kept-record.ts'
import { KEPT_AGENT, KEPT_REF_PREFIX } from '../domain/session.ts'
import type { SourceFormat } from './format.ts'
import { replayJsonl } from './jsonl.ts'
import { CALL_BLOCK, RESULT_BLOCK, hasResult, keptParser } from './kept-parser.ts'
import { linesReader } from './kept-lines.ts'
import { type Source } from './source.ts'

const FORMAT: SourceFormat = {
  verified: [],
  gives: {
    usage: ['partly', 'where the program tells them'],
    cost: ['partly', 'where the program tells it; else worked out from its tokens'],
    exitCodes: ['no'],
    durations: ['partly', 'where the program tells them'],
    files: ['no'],
    commits: ['no'],
    plans: ['no'],
    titles: ['no', 'a session has the title that it is given'],
    subagents: ['no'],
    forks: ['no'],
  },
}

/**
 * What programs keep here themselves: messages and tool calls of sessions of their own. Nothing is discovered; records come
 * in by `ingest/keep.ts`, and are read back, indexed and rebuilt like those of any agent.
 *
 * @see docs/keeping.md for the format
 */
export const kept: Source = {
  id: KEPT_AGENT,
  name: 'Daybook',
  mark: 'DB',
  refPrefix: KEPT_REF_PREFIX,
  vendorKeepsDays: null,
  format: FORMAT,
  roots: () => [],
  discover: async () => [],
  async *read() {},
  replay: (ref, records) => replayJsonl(keptParser, ref, records),
  content: entryContent,
}

/** Reads what programs keep here. */
export const readKept = linesReader(keptParser)

/** What an entry of an archived record says. */
function entryContent(value: unknown, block: number, type: EntryType): EntryContent | undefined {
  const record = readKeptRecord(value)
  if (record === undefined) return undefined
  if (record.type === 'invocation') return callContent(record, block, type)
  if (type !== 'message' || block !== 0) return undefined
  const { content: text, invocationId: callId } = record
  return { type, text, ...(callId !== undefined && { callId }) }
}

function callContent(call: KeptInvocation, block: number, type: EntryType): EntryContent | undefined {
  const { tool, server, invocationId: callId, path, input } = call
  if (type === 'tool_call' && block === CALL_BLOCK) {
    const asked = input ?? (path === undefined ? {} : { path })
    return { type, tool, ...(server !== undefined && { server }), callId, input: asked }
  }
  if (type !== 'tool_result' || block !== RESULT_BLOCK || !hasResult(call)) return undefined
  return { type, callId, text: call.output ?? '', failed: call.outcome === 'error' }
}
