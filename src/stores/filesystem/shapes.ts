/** Tables whose rows others name: by the id that callers know, by their text, by what they are made from. */
export type RefTable =
  | 'machine'
  | 'import'
  | 'activity_chain'
  | 'frame'
  | 'project'
  | 'session'
  | 'transcript'
  | 'blob'
  | 'name'
  | 'path'
  | 'tracker'
  | 'ticket'
  | 'handoff'

/**
 * Where a table's rows are kept and which columns say what. Columns that are not named here are written as they are, so
 * that a new column needs no word. `{column}` in a place is the folder of the row that the column refers to.
 */
export interface Shape {
  /** Path below the tree: `.json` holds one row, `.jsonl` a row a line. */
  file: string
  /** Columns that tell rows of one file apart; of one-row files those that name the row. */
  key: readonly string[]
  refs?: Readonly<Record<string, RefTable>>
  /** The column that the place tells: lines do not repeat it. */
  within?: string
  /** Columns with JSON text, written as JSON. */
  json?: readonly string[]
  /** What people wrote: an earlier state must not stay behind in the file. */
  private?: true
  /** A column of bytes, which lies in a file of its own. */
  bytes?: { column: string; file: string }
}

const DAYBOOK = '.daybook'
const SESSION = '{session_id}'
const TRANSCRIPT = `${DAYBOOK}/transcripts/{transcript_id}`
const ENTRIES = `${TRANSCRIPT}/entries.jsonl`
const FRAMES = `${TRANSCRIPT}/frames.jsonl`
const READING = `${TRANSCRIPT}/reading.jsonl`

const bySession = { session_id: 'session' } as const
const byTranscript = { transcript_id: 'transcript' } as const

/** Every table whose rows are kept in files, those that others refer to first. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  machine: { file: `${DAYBOOK}/machines/{uid}.json`, key: ['uid'] },
  project: { file: `${DAYBOOK}/projects/{uid}.json`, key: ['uid'] },
  import: { file: `${DAYBOOK}/imports/{uid}.json`, key: ['uid'] },
  tracker: { file: `${DAYBOOK}/trackers/{uid}.json`, key: ['uid'] },
  session: {
    file: '{uid}/metadata.json',
    key: ['uid'],
    refs: {
      machine_id: 'machine',
      project_id: 'project',
      parent_id: 'session',
      ticket_id: 'ticket',
      import_id: 'import',
    },
    json: ['tags', 'custom_metadata', 'stack'],
  },
  ticket: {
    file: `${DAYBOOK}/tickets/{uid}.json`,
    key: ['uid'],
    refs: { tracker_id: 'tracker', parent_id: 'ticket', project_id: 'project', held_by_id: 'session' },
    json: ['tags'],
  },
  handoff: {
    file: `${DAYBOOK}/handoffs/{uid}.json`,
    key: ['uid'],
    refs: {
      session_id: 'session',
      project_id: 'project',
      ticket_id: 'ticket',
      shown_to_id: 'session',
      accepted_by_id: 'session',
      superseded_by_id: 'handoff',
    },
    json: ['payload'],
  },
  transcript: {
    file: `${DAYBOOK}/transcripts/{id}/transcript.json`,
    key: ['machine_id', 'agent', 'path'],
    refs: { machine_id: 'machine', session_id: 'session' },
    json: ['pending'],
  },
  blob: {
    file: `${DAYBOOK}/blobs.jsonl`,
    key: ['hash'],
    bytes: { column: 'data', file: `${DAYBOOK}/blobs/{hash}.zst` },
  },

  project_root: {
    file: `${DAYBOOK}/machines/{machine_id}.jsonl`,
    key: ['root'],
    within: 'machine_id',
    refs: { machine_id: 'machine', project_id: 'project' },
  },
  project_rule: { file: `${DAYBOOK}/project-rules.jsonl`, key: ['kind', 'value'], refs: { project_id: 'project' } },
  source_database: {
    file: `${DAYBOOK}/machines/{machine_id}.jsonl`,
    key: ['agent', 'path'],
    within: 'machine_id',
    refs: { machine_id: 'machine' },
  },
  binding: {
    file: `${DAYBOOK}/machines/{machine_id}.jsonl`,
    key: ['kind', 'value'],
    within: 'machine_id',
    refs: { machine_id: 'machine', ...bySession },
  },
  hook_taken: {
    file: `${DAYBOOK}/machines/{machine_id}.jsonl`,
    key: ['name'],
    within: 'machine_id',
    refs: { machine_id: 'machine' },
  },

  session_alias: { file: `${SESSION}/work.jsonl`, key: ['alias'], within: 'session_id', refs: bySession },
  session_note: {
    file: `${SESSION}/notes.jsonl`,
    key: ['id', 'at'],
    within: 'session_id',
    refs: bySession,
    private: true,
  },
  session_data: {
    file: `${SESSION}/data.jsonl`,
    key: ['name'],
    within: 'session_id',
    refs: bySession,
    json: ['value'],
    private: true,
  },
  session_ticket: {
    file: `${SESSION}/work.jsonl`,
    key: ['ticket_id', 'action'],
    within: 'session_id',
    refs: { ...bySession, ticket_id: 'ticket' },
  },
  frame_interval: {
    file: `${SESSION}/work.jsonl`,
    key: ['id', 'by_whom', 'change', 'call_id'],
    within: 'session_id',
    refs: { ...bySession, transcript_id: 'transcript', ticket_id: 'ticket' },
    json: ['stack'],
  },
  person_interval: { file: `${SESSION}/work.jsonl`, key: ['id', 'start_ms'], within: 'session_id', refs: bySession },
  suggestion_decision: { file: `${SESSION}/work.jsonl`, key: ['ref_folded'], within: 'session_id', refs: bySession },
  presence: {
    file: `${SESSION}/presence.jsonl`,
    key: ['session_id'],
    within: 'session_id',
    refs: bySession,
    private: true,
  },

  ticket_note: {
    file: `${DAYBOOK}/tickets/{ticket_id}.jsonl`,
    key: ['id', 'at'],
    within: 'ticket_id',
    refs: { ticket_id: 'ticket', ...bySession },
    private: true,
  },
  ticket_relation: {
    file: `${DAYBOOK}/tickets/{from_id}.jsonl`,
    key: ['kind', 'to_id'],
    refs: { from_id: 'ticket', to_id: 'ticket' },
  },

  entry: { file: ENTRIES, key: ['id'], within: 'transcript_id', refs: { ...byTranscript, tool_id: 'name' } },
  plan: { file: ENTRIES, key: ['id'], within: 'transcript_id', refs: byTranscript, json: ['items'] },
  invocation: {
    file: ENTRIES,
    key: ['id'],
    within: 'transcript_id',
    refs: { ...byTranscript, tool_id: 'name', server_id: 'name' },
  },
  file_change: {
    file: ENTRIES,
    key: ['path_id', 'entry_id'],
    within: 'transcript_id',
    refs: { ...byTranscript, path_id: 'path' },
  },
  commit_seen: {
    file: ENTRIES,
    key: ['entry_id', 'hash'],
    within: 'transcript_id',
    refs: { ...byTranscript, branch_id: 'name' },
  },
  usage: {
    file: ENTRIES,
    key: ['id'],
    within: 'transcript_id',
    refs: { ...byTranscript, model_id: 'name', tier_id: 'name', price_date_id: 'name' },
  },
  usage_own: {
    file: READING,
    key: ['usage_id'],
    within: 'transcript_id',
    refs: { ...byTranscript, model_id: 'name', tier_id: 'name', price_date_id: 'name' },
  },
  frame: {
    file: FRAMES,
    key: ['first_record', 'part'],
    within: 'transcript_id',
    refs: byTranscript,
    bytes: { column: 'data', file: `${TRANSCRIPT}/frames/{first_record}.{part}.zst` },
  },
  frame_blob: {
    file: `${DAYBOOK}/transcripts/{frame_id}/frames.jsonl`,
    key: ['frame_id', 'at_byte'],
    refs: { frame_id: 'frame', blob_id: 'blob' },
  },
  attachment: {
    file: FRAMES,
    key: ['relative_path'],
    within: 'transcript_id',
    refs: { ...byTranscript, blob_id: 'blob' },
  },
  reading: { file: `${TRANSCRIPT}/cursor.json`, key: ['transcript_id'], within: 'transcript_id', refs: byTranscript },
  active_interval: { file: READING, key: ['start_ms'], within: 'transcript_id', refs: byTranscript },
  unknown_record: { file: READING, key: ['name'], within: 'transcript_id', refs: byTranscript },
  shared_history: {
    file: `${DAYBOOK}/transcripts/{first_id}/reading.jsonl`,
    key: ['first_id', 'second_id'],
    refs: { first_id: 'transcript', second_id: 'transcript' },
  },
  problem: {
    file: `${DAYBOOK}/problems.jsonl`,
    key: ['agent', 'path', 'line', 'reason'],
    refs: byTranscript,
    private: true,
  },

  activity: {
    file: `${DAYBOOK}/activities/{chain_id}.jsonl`,
    key: ['sequence', 'hash'],
    refs: { chain_id: 'activity_chain' },
    within: 'chain_id',
    json: ['payload'],
    private: true,
  },
  tombstone: { file: `${DAYBOOK}/tombstones.jsonl`, key: ['agent', 'external_id'] },
  saved_filter: { file: `${DAYBOOK}/filters.jsonl`, key: ['name'], json: ['words'] },
  template: { file: `${DAYBOOK}/templates.jsonl`, key: ['name'], json: ['content'] },
  ticket_counter: { file: `${DAYBOOK}/counters.jsonl`, key: ['tracker_id', 'prefix'], refs: { tracker_id: 'tracker' } },
  session_counter: { file: `${DAYBOOK}/counters.jsonl`, key: [] },
  subagent_call: { file: `${DAYBOOK}/subagents.jsonl`, key: ['agent', 'session_external_id', 'external_id'] },
  pending_title: { file: `${DAYBOOK}/titles.jsonl`, key: ['agent', 'record_hash'], refs: byTranscript, private: true },
  entry_irregular: { file: `${DAYBOOK}/irregular.jsonl`, key: ['at_ms'] },
}

/** Tables that are made again from the others, or that mean nothing outside one index. */
export const DERIVED: readonly string[] = [
  'workspace',
  'name',
  'path',
  'activity_chain',
  'usage_quarter',
  'usage_session',
  'usage_model',
  'work_sum',
  'work_stale',
  'feed',
  'feed_pending',
  'sweep',
  'migration',
  'sqlite_sequence',
  'tree_file',
  'tree_kept',
  'tree_chain',
]
