import type { DocumentParser } from '../document.ts'
import { asObject } from '../record.ts'
import { parseMeta } from './meta.ts'
import { codexParser } from './parse.ts'
import type { State } from './state.ts'

/** True for the JSON documents that Codex wrote in spring 2025, before it wrote lines. */
export function isDocument(path: string): boolean {
  return path.endsWith('.json')
}

/** `{session: {id, timestamp, instructions}, items: [...]}`: the items are those of the lines that came after. */
export function documentParser(nowMs: number): DocumentParser<State> {
  return {
    ...codexParser(nowMs),
    list: 'items',
    header(state, header, batch) {
      const session = asObject(header.session)
      if (session === undefined) return
      const atMs = typeof session.timestamp === 'string' ? Date.parse(session.timestamp) : Number.NaN
      if (atMs > 0 && atMs <= nowMs) state.lastAtMs = atMs
      parseMeta(state, session, session.timestamp, nowMs, { record: 0, line: 1, lineId: () => '' }, batch)
    },
  }
}
